"""One value of a record as a sheet writes it, such that reading it gives the value again."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.utils import timezone

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""Text that a spreadsheet would take for a formula when it begins with one of these."""
LIST_MARK = "、"


def escape(text: str) -> str:
    """The text with a leading apostrophe where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unescape(text: str) -> str:
    """The text without the apostrophe that `escape` put before it."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_STARTS else text


def writer(field: Any) -> Callable[[Any], Any]:
    """A function from a stored value of the field to what a cell holds (`""` for nothing)."""
    if isinstance(field, ArrayField):
        one = writer(field.base_field)
        return lambda value: LIST_MARK.join(str(one(item)) for item in value or ())
    if field is not None and field.choices:
        known = {code: str(label) for code, label in field.flatchoices}
        return lambda value: "" if value is None else known.get(value, value)
    return plain


def plain(value: Any) -> Any:
    """Booleans in words, moments in local time; numbers and days stay what they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list | tuple):
        return LIST_MARK.join(map(str, value))
    return value


def text_of(cell: Any) -> str:
    """The cell as text, for csv and for comparing: ISO days, numbers without idle zeros."""
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(cell)
