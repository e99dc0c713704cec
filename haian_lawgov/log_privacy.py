"""What must not reach the log: what people searched for, and the rows a database complains of."""

import re
from typing import Any

QUERY = re.compile(r"\?\S*")
ROW = re.compile(
    r"DETAIL:.*?(?=\nCONTEXT:|\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL
)
"""PostgreSQL quotes the whole refused row, over as many lines as its texts have."""


def without_personal_data(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Processor of structlog: addresses without their query, errors without the row's values."""
    if isinstance(request := event.get("request"), str):
        event["request"] = QUERY.sub("", request)
    for name in ("event", "exception"):
        if isinstance(text := event.get(name), str) and "DETAIL:" in text:
            event[name] = ROW.sub("DETAIL: （行内容不记入日志）", text)
    return event
