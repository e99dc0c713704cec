"""From one record to the next along the list it was opened from."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from . import tables
from .listview import ListView
from .register import Register

AROUND = 25
"""Rows on either side in which the record is looked for: others may have moved meanwhile."""


def place_of(query: str) -> str:
    """What the address of a record carries: the list's query, and before its number in it."""
    return f"?{urlencode({'list': query})}&at="


def neighbours(request: HttpRequest, register: Register, record: Any) -> dict[str, Any] | None:
    """Addresses of the rows before and after, and of the list; `None` without a list."""
    at = request.GET.get("at", "")
    if "list" not in request.GET or not (at.isascii() and at.isdecimal()) or len(at) > 6:
        return None
    query, number = request.GET["list"], min(int(at), tables.COUNT_CAP)
    found = ListView(register, request, QueryDict(query))
    start = max(number - AROUND, 0)
    keys = _keys(found, start, number + AROUND + 1)
    if record.pk not in keys:
        return None
    index = keys.index(record.pk)
    back = f"{register.url('list')}?{query}" if query else register.url("list")
    return {
        "previous_url": _url(register, keys, index - 1, start, query) if index else None,
        "next_url": _url(register, keys, index + 1, start, query),
        "list_url": back,
        "number": start + index + 1,
    }


def _keys(found: ListView, start: int, stop: int) -> list[int]:
    searching = found.filterset.searches
    rows = found.filterset.frequent() if searching and _many(found) else found.matching
    return list(found.ordered(rows).values_list("pk", flat=True)[start:stop])


def _many(found: ListView) -> bool:
    return tables.CappedPaginator(found.matching, 1).counted > tables.COUNT_CAP


def _url(register: Register, keys: list[int], index: int, start: int, query: str) -> str | None:
    if index >= len(keys):
        return None
    return register.url("detail", keys[index]) + f"{place_of(query)}{start + index}"
