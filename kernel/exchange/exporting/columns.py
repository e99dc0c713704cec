"""The columns of an export: where each value comes from and how it is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from kernel.registers.columns import BoundColumn, Column
from kernel.registers.personal import mask_for
from kernel.registers.register import Register

from ..cells import plain, text_of, writer
from ..fields import ID, RECORD_NUMBER, RECORD_VERSION, VERSION, SheetColumn, sheet_columns

NOT_IMPORTED = "（参考）"
Mask = Callable[[str], str]
MaskFor = Callable[[str], Mask | None]


@dataclass(frozen=True, eq=False)
class ExportColumn:
    """One column: its head, its source and the model field that it shows, if any.

    `lookup` is an ORM lookup; empty for what only Python can compute from the whole record.
    """

    label: str
    lookup: str
    field: Any = None
    bound: BoundColumn | None = None
    mask: Mask | None = None

    @property
    def is_many(self) -> bool:
        return bool(getattr(self.field, "many_to_many", False))

    @property
    def is_relation(self) -> bool:
        return bool(getattr(self.field, "many_to_one", False) or self.is_one_to_one)

    @property
    def is_one_to_one(self) -> bool:
        return bool(getattr(self.field, "one_to_one", False))

    def cell_writer(self) -> Callable[[Any], Any]:
        """From a value of the database to what the cell holds."""
        write = plain if self.field is None or self.field.is_relation else writer(self.field)
        if self.mask is None:
            return write
        mask = self.mask
        return lambda value: mask(text_of(write(value))) if value not in (None, "") else ""


def export_columns(
    register: Register,
    queryset: QuerySet[Any],
    user: Any,
    *,
    shown: Sequence[BoundColumn] | None = None,
    unmasked: bool = False,
) -> list[ExportColumn]:
    """Columns of the export: those `shown` on the list, else all that the register knows.

    With all columns the sheet can be imported again: it names each record's number and version.
    """

    def mask(path: str) -> Mask | None:
        return mask_for(register, path, user, revealed=unmasked)

    if shown is not None:
        return [_from_bound(column, queryset, mask) for column in shown]
    fields = [_from_field(column, mask) for column in sheet_columns(register)]
    head = [ExportColumn(RECORD_NUMBER, "pk")]
    if not register.is_part:
        head.append(ExportColumn(RECORD_VERSION, VERSION, register.model._meta.get_field(VERSION)))
    return head + fields + _extra(register, queryset, mask, [c.label for c in fields])


def _from_field(column: SheetColumn, mask: MaskFor) -> ExportColumn:
    field = column.field
    lookup = field.name if column.is_many else field.attname
    return ExportColumn(column.label, lookup, field, mask=mask(field.name))


def _from_bound(column: BoundColumn, queryset: QuerySet[Any], mask: MaskFor) -> Any:
    return ExportColumn(
        column.label, _lookup(column, queryset), column.field, column, mask(column.path)
    )


def _lookup(column: BoundColumn, queryset: QuerySet[Any]) -> str:
    if column.field is None:
        return column.path if column.path in queryset.query.annotations else ""
    if column.field.is_relation and not column.field.concrete:
        return ""
    path = column.path.replace(".", "__")
    if column.field.many_to_many:
        return path if "." not in column.path else ""
    return f"{path}_id" if column.field.is_relation else path


def _extra(
    register: Register, queryset: QuerySet[Any], mask: MaskFor, taken: Iterable[str]
) -> list[ExportColumn]:
    """What the list and the record's page show besides the form's fields; for reading only."""
    entered = {name for _, names in register.fieldsets for name in names} | {ID, VERSION}
    columns = register.bind([*register.columns, *register.extra_facts])
    if not register.is_part:
        columns += register.bind([Column("status"), Column("created_by"), Column("created_at")])
    found = {}
    for column in columns:
        if column.path not in entered and column.path not in found:
            label = f"{column.label}{NOT_IMPORTED}" if column.label in taken else column.label
            made = _from_bound(column, queryset, mask)
            found[column.path] = ExportColumn(label, made.lookup, made.field, made.bound, made.mask)
    return list(found.values())
