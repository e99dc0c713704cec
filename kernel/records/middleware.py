"""Who and why go with every row of history."""

from typing import Any

from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware
from structlog.contextvars import get_contextvars


class HistoryContextMiddleware(HistoryMiddleware):
    """Add the request id to the user and address that travel with each recorded change."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_context(request) | {"request_id": get_contextvars().get("request_id")}
