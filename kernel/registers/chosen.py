"""The columns of a list: which ones there are, which ones a person chose, what they need."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet, TextField

from kernel.search.models import COLUMN, Searchable

from .columns import BoundColumn
from .register import Register

MOST_COLUMNS = 20
KEPT_FIELDS = ("created_at", "created_by", "updated_at", "updated_by")
"""What every record knows of its own entry."""


@cache
def offered(register: Register) -> dict[str, BoundColumn]:
    """All columns a list can show, by path: the declared ones, then the form's fields."""
    declared = {column.path: column for column in register.bound_columns}
    entered = [name for _, names in register.fieldsets for name in names]
    kept = () if register.is_part else KEPT_FIELDS
    more = [path for path in dict.fromkeys([*entered, *kept]) if path not in declared]
    return declared | {column.path: column for column in register.bind(more)}


def columns_for(register: Register, paths: Sequence[str]) -> list[BoundColumn]:
    """The chosen columns in the chosen order; the declared ones where nothing was chosen."""
    known = offered(register)
    chosen = [known[path] for path in paths if path in known][:MOST_COLUMNS]
    return chosen or register.bound_columns


def with_columns(
    queryset: QuerySet[Any], register: Register, columns: Iterable[BoundColumn]
) -> QuerySet[Any]:
    """Join what the columns read and leave out long and secret texts that none of them shows."""
    relations: set[str] = set()
    many: set[str] = set()
    for column in columns:
        relations.update(column.relations)
        if getattr(column.field, "many_to_many", False):
            many.add(column.path.replace(".", "__"))
    rows = register.with_relations(queryset).select_related(*sorted(relations))
    shown = {column.path for column in columns}
    return rows.prefetch_related(*sorted(many)).defer(*_unread(register, shown, relations))


def _unread(register: Register, shown: set[str], relations: set[str]) -> list[str]:
    own = [
        field.name
        for field in register.model._meta.concrete_fields
        if field.name not in shown
        and (isinstance(field, TextField) or getattr(field, "encrypted", False))
    ]
    related = [
        f"{path}__{COLUMN}"
        for path in relations | _declared_relations(register)
        if issubclass(_target(register.model, path), Searchable)
    ]
    return [*own, *related]


def _declared_relations(register: Register) -> set[str]:
    return {path for column in register.bound_columns for path in column.relations}


def _target(model: Any, path: str) -> Any:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model
