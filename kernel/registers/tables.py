"""Rows, sort links and page numbers of a list, ready for the template."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from .columns import BoundColumn
from .personal import is_hidden, mask_for, reveal_state, value_text
from .register import Register, registry

PAGE_SIZE = 50
COUNT_CAP = 10_000


class CappedPaginator(Paginator):
    """Counts at most `COUNT_CAP` rows: an exact count of a million costs more than the page.

    `frequent` gives the same rows in a way that is quick when there are more than can be counted.
    """

    def __init__(self, rows: Any, per_page: int, frequent: Callable[[], Any] | None = None):
        super().__init__(rows, per_page)
        self.frequent = frequent

    def page(self, number: Any) -> Page:
        if self.frequent is not None and self.counted > COUNT_CAP:
            self.object_list, self.frequent = self.frequent(), None
        return super().page(number)

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNT_CAP + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self.counted, COUNT_CAP)

    @property
    def count_label(self) -> str:
        return f"{self.count}{'+' if self.counted > COUNT_CAP else ''} 条"


def capped_counts(querysets: Iterable[QuerySet[Any]]) -> list[str]:
    """Sizes of many lists in one query, each counted up to the cap (`10000+`)."""
    selects: list[str] = []
    params: list[Any] = []
    for queryset in querysets:
        keys = queryset.order_by().values("pk")[: COUNT_CAP + 1]
        sql, values = keys.query.sql_with_params()
        # The text is Django's own; values stay parameters.
        selects.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608
        params += values
    if not selects:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", params)
        row = cursor.fetchone()
    return [f"{COUNT_CAP}+" if count > COUNT_CAP else str(count) for count in row]


def paginate(
    queryset: QuerySet[Any],
    number: str | None,
    *,
    size: int = 0,
    frequent: Callable[[], QuerySet[Any]] | None = None,
) -> Page:
    """The asked page; the last one when it is past the end, the first for anything else."""
    below_first = (number or "").lstrip().startswith("-")
    pages = CappedPaginator(queryset, size or PAGE_SIZE, frequent)
    return pages.get_page(1 if below_first else number)


def query_string(request: HttpRequest, **changes: str | None) -> str:
    """The present query with some parameters replaced or (None) removed."""
    params = request.GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = value
    return f"?{params.urlencode()}"


def header(
    request: HttpRequest, register: Register, columns: Iterable[BoundColumn] | None = None
) -> list[dict[str, Any]]:
    """Column heads with sort links; a second click turns the order round."""
    current = request.GET.get("sort", "")
    shown = columns or register.bound_columns
    return [_head(request, register, column, current) for column in shown]


def _head(
    request: HttpRequest, register: Register, column: BoundColumn, current: str
) -> dict[str, Any]:
    state = {column.name: "asc", f"-{column.name}": "desc"}.get(current, "")
    following = f"-{column.name}" if state == "asc" else column.name
    sorts = _sorts(register, column)
    return {
        "label": column.label,
        "name": column.name,
        "align": column.align,
        "priority": column.priority,
        "sorted": state,
        "sort_url": query_string(request, sort=following, page=None) if sorts else None,
    }


def _sorts(register: Register, column: BoundColumn) -> bool:
    """Personal data does not sort: the order would tell what the mask hides."""
    return bool(column.sort) and not is_hidden(register, column.path)


def order(
    queryset: QuerySet[Any],
    register: Register,
    sort: str,
    columns: Iterable[BoundColumn] | None = None,
) -> QuerySet[Any]:
    """By the asked column, else the register's order; ties always by primary key."""
    name = sort.removeprefix("-")
    for column in columns or register.bound_columns:
        if column.name == name and _sorts(register, column):
            return queryset.order_by(f"{'-' if sort.startswith('-') else ''}{column.sort}", "-pk")
    return queryset.order_by(*register.ordering, "-pk")


def rows(
    register: Register, records: Any, user: Any, columns: Iterable[BoundColumn] | None = None
) -> list[dict[str, Any]]:
    """One dict per record: address, cells, record. `columns` default to the register's."""
    return [
        {
            "url": register.url("detail", record.pk),
            "record": record,
            "cells": [
                {"text": value_text(register, column, record, user), "column": column}
                for column in columns or register.bound_columns
            ],
        }
        for record in records
    ]


def facts(register: Register, record: Any, user: Any) -> list[dict[str, Any]]:
    """Panels of a detail page: the form's groups, then what is computed, then who entered it."""
    reveal = reveal_state(register, record, user)
    panels = [
        _fact_panel(register, label, names, record, user, reveal=reveal)
        for label, names in register.fieldsets
    ]
    if register.extra_facts:
        extra = register.extra_facts
        panels.append(_fact_panel(register, "统计", extra, record, user, reveal=reveal))
    return panels


def _fact_panel(
    register: Register, label: str, names: Any, record: Any, user: Any, *, reveal: Any
) -> dict[str, Any]:
    """One group of facts; `reveal` says how its personal data are opened, if it has any."""
    revealed = bool(reveal and reveal["until"])
    shown = _facts(register, names, record, user, revealed)
    personal = any(fact["personal"] for fact in shown)
    return {"label": label, "facts": shown, "reveal": reveal if personal else None}


def _facts(
    register: Register, names: Any, record: Any, user: Any, revealed: bool
) -> list[dict[str, Any]]:
    return [
        {
            "label": column.label,
            "value": value_text(register, column, record, user, revealed=revealed),
            "url": _target_url(column, record),
            "wide": column.field is not None and column.field.get_internal_type() == "TextField",
            "personal": column.path in register.personal and bool(column.value(record)),
            "hidden": mask_for(register, column.path, user, revealed=revealed) is not None,
        }
        for column in register.bind(names)
    ]


def _target_url(column: BoundColumn, record: Any) -> str | None:
    """A fact that is itself a record links to it."""
    field = column.field
    if field is None or not field.many_to_one or not registry.has(field.related_model):
        return None
    target = column.value(record)
    return registry.for_model(field.related_model).url("detail", target.pk) if target else None
