"""Rows, sort links and page numbers of a list, ready for the template."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from .columns import BoundColumn
from .register import Register, registry

PAGE_SIZE = 50
COUNT_CAP = 10_000


class CappedPaginator(Paginator):
    """Counts at most `COUNT_CAP` rows: an exact count of a million costs more than the page."""

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


def paginate(queryset: QuerySet[Any], number: str | None) -> Page:
    """The asked page; the last one when it is past the end, the first for anything else."""
    below_first = (number or "").lstrip().startswith("-")
    return CappedPaginator(queryset, PAGE_SIZE).get_page(1 if below_first else number)


def query_string(request: HttpRequest, **changes: str | None) -> str:
    """The present query with some parameters replaced or (None) removed."""
    params = request.GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = value
    return f"?{params.urlencode()}"


def header(request: HttpRequest, register: Register) -> list[dict[str, Any]]:
    """Column heads with sort links; a second click turns the order round."""
    current = request.GET.get("sort", "")
    return [_head(request, register, column, current) for column in register.bound_columns]


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
    return bool(column.sort) and column.path not in register.masked


def order(queryset: QuerySet[Any], register: Register, sort: str) -> QuerySet[Any]:
    """By the asked column, else the register's order; ties always by primary key."""
    name = sort.removeprefix("-")
    for column in register.bound_columns:
        if column.name == name and _sorts(register, column):
            return queryset.order_by(f"{'-' if sort.startswith('-') else ''}{column.sort}", "-pk")
    return queryset.order_by(*register.ordering, "-pk")


def value_text(register: Register, column: BoundColumn, record: Any, user: Any) -> str:
    """The value in words; personal data hidden unless the person may see it."""
    mask = masks_for(register, user).get(column.path)
    if mask is None:
        return column.text(record)
    value = column.value(record)
    return mask(str(value)) if value else "—"


def masks_for(register: Register, user: Any) -> dict[str, Any]:
    """The functions that hide personal data from this person, by field."""
    return {} if user.sees_personal_data else register.masked


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
    panels = [
        {"label": label, "facts": _facts(register, names, record, user)}
        for label, names in register.fieldsets
    ]
    if register.extra_facts:
        panels.append(
            {"label": "统计", "facts": _facts(register, register.extra_facts, record, user)}
        )
    return panels


def _facts(register: Register, names: Any, record: Any, user: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": column.label,
            "value": value_text(register, column, record, user),
            "url": _target_url(column, record),
            "wide": column.field is not None and column.field.get_internal_type() == "TextField",
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
