"""How one value of a record is named, found, sorted and written on a page."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone

NUMERIC = (models.IntegerField, models.DecimalField, models.FloatField)


def format_value(value: Any) -> str:
    """The value as a page shows it: ISO dates, 是/否, plain numbers, an em dash for nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or "—"
    return str(value)


def resolve_field(model: type[models.Model], path: str) -> Any:
    """The model field at the end of a dotted path, or `None` for a property or annotation."""
    field: Any = None
    for name in path.split("."):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model or model
    return field


@dataclass(frozen=True)
class Column:
    """One column of a list, one fact of a detail page.

    `path` is dotted from the record (`subject.name`). `sort` is an ORM lookup, by default the
    path when it ends in a database field. `priority` 1 columns remain on a phone.
    """

    path: str
    label: str = ""
    sort: str = ""
    priority: int = 2

    def bind(self, model: type[models.Model]) -> "BoundColumn":
        return BoundColumn(self, model)


class BoundColumn:
    """A column of one model, with what follows from the model's field."""

    def __init__(self, column: Column, model: type[models.Model]):
        self.column, self.model, self.path = column, model, column.path
        self.priority = column.priority
        self.name = column.path.replace(".", "-")

    @cached_property
    def field(self) -> Any:
        return resolve_field(self.model, self.path)

    @cached_property
    def label(self) -> str:
        if self.column.label:
            return self.column.label
        if self.field is not None:
            return str(self.field.verbose_name)
        prop = getattr(self.model, self.path, None)
        return str(getattr(prop, "short_description", self.path))

    @cached_property
    def align(self) -> str:
        numeric = isinstance(self.field, NUMERIC) and not self.field.choices
        return "end" if numeric and not self.field.is_relation else "start"

    @cached_property
    def sort(self) -> str:
        if self.column.sort or self.field is None or self.field.many_to_many:
            return self.column.sort
        return self.path.replace(".", "__")

    @cached_property
    def relations(self) -> list[str]:
        """Single-valued relations to join, so that a list never asks once per row."""
        names, found, model = self.path.split("."), [], self.model
        for depth, name in enumerate(names, 1):
            try:
                field = model._meta.get_field(name)
            except FieldDoesNotExist:
                break
            if not (field.many_to_one or field.one_to_one):
                break
            found.append("__".join(names[:depth]))
            model = field.related_model  # type: ignore[assignment]
        return found

    def value(self, record: Any) -> Any:
        """The raw value, with choices replaced by their labels."""
        *path, last = self.path.split(".")
        for name in path:
            record = getattr(record, name, None)
            if record is None:
                return None
        if self.field is not None and getattr(self.field, "many_to_many", False):
            return [str(item) for item in getattr(record, last).all()]
        if self.field is not None and self.field.choices:
            return getattr(record, f"get_{last}_display")()
        value = getattr(record, last, None)
        return value() if callable(value) else value

    def text(self, record: Any) -> str:
        return format_value(self.value(record))
