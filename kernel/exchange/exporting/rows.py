"""The rows of an export, read in slices: never more in memory than one slice."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from kernel.registers.chosen import with_columns
from kernel.registers.register import Register

from ..cells import LIST_MARK
from ..keys import Names
from ..rows import many_keys
from .columns import ExportColumn

SLICE = 2_000


class RowSource:
    """Cells of the rows of a queryset, in its order."""

    def __init__(
        self, register: Register, queryset: QuerySet[Any], columns: Sequence[ExportColumn]
    ):
        self.register, self.queryset, self.columns = register, queryset, columns
        self.needs_records = any(not column.lookup for column in columns)
        self.writers = [column.cell_writer() for column in columns]
        self.names = {
            index: Names(column.field.related_model)
            for index, column in enumerate(columns)
            if column.lookup and (column.is_relation or column.is_many)
        }

    def __iter__(self) -> Iterator[list[Any]]:
        for rows in self._slices():
            self._learn(rows)
            for row in rows:
                yield self._cells(row)

    def _slices(self) -> Iterator[list[Any]]:
        """Raw values of the columns, a slice at a time, over a cursor on the server."""
        if self.needs_records:
            yield from sliced(map(self._values, self._records()))
        else:
            lookups = ["pk" if column.is_many else column.lookup for column in self.columns]
            yield from sliced(map(list, self.queryset.values_list(*lookups).iterator(SLICE)))

    def _records(self) -> Iterator[Any]:
        bound = [column.bound for column in self.columns if column.bound is not None]
        own = [c.field.name for c in self.columns if c.bound is None and c.field is not None]
        shown = [*bound, *self.register.bind(own)]
        rows = with_columns(self.queryset, self.register, shown)
        return rows.iterator(SLICE)

    def _values(self, record: Any) -> list[Any]:
        return [_value(record, column) for column in self.columns]

    def _learn(self, rows: list[list[Any]]) -> None:
        """Names of the related records of a slice; several per row become a list of keys."""
        for index, names in self.names.items():
            column = self.columns[index]
            if column.is_many:
                found = many_keys(column.field, [row[index] for row in rows])
                for row in rows:
                    row[index] = found.get(row[index], [])
                names.learn(key for row in rows for key in row[index])
            else:
                names.learn(row[index] for row in rows)

    def _cells(self, row: list[Any]) -> list[Any]:
        return [self._cell(index, value) for index, value in enumerate(row)]

    def _cell(self, index: int, value: Any) -> Any:
        names = self.names.get(index)
        if names is None:
            return self.writers[index](value)
        if isinstance(value, list):
            return LIST_MARK.join(names.name(key) for key in value)
        return names.name(value)


def _value(record: Any, column: ExportColumn) -> Any:
    if column.is_many and column.lookup:
        return record.pk
    if not column.lookup and column.bound is not None:
        return column.bound.value(record)
    *path, last = column.lookup.split("__")
    for name in path:
        record = getattr(record, name, None)
        if record is None:
            return None
    return getattr(record, last)


def sliced(rows: Iterable[Any], size: int = SLICE) -> Iterator[list[Any]]:
    found: list[Any] = []
    for row in rows:
        found.append(row)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found
