"""Writes a row's values into its record (in memory only) and says what that changes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from kernel.registers.register import Register
from kernel.values.parsing import Unreadable

from .cells import text_of, writer
from .fields import SheetColumn
from .keys import Names
from .plan import Change, RowPlan
from .rows import Masked, RowReader

EMPTY: tuple[Any, ...] = (None, "", [])
NOT_MASKED = "这是脱敏后的内容（含*号），与登记的不符，不能导入，请填写完整内容。"
CHANGED_SINCE = (
    "这条记录在表格导出或核对之后又被修改过，请重新导出、改好后再导入，以免覆盖别人的修改。"
)


class RowWriter:
    """Fills records from rows of one sheet."""

    def __init__(
        self,
        register: Register,
        user: Any,
        columns: Mapping[str, SheetColumn],
        reader: RowReader,
    ):
        self.model: Any = register.model
        self.masks = {**register.masked, **register.personal}
        self.personal = register.personal
        self.user, self.columns, self.reader = user, columns, reader
        self.to_cell = {name: writer(c.field) for name, c in columns.items() if not c.is_relation}

    def write(self, plan: RowPlan, many: Mapping[str, Mapping[int, list[int]]]) -> None:
        """Make or fill the record; needed values that are missing become errors of the row."""
        if plan.is_new:
            plan.record = self.model()
        for name, column in self.columns.items():
            if name in plan.values:
                self._write_field(plan, column, plan.values[name], many)
            elif plan.is_new and name == "unit":
                plan.record.unit_id = self.user.unit_id
            elif plan.is_new and column.needed:
                plan.fail(column.label, "", f"缺少“{column.label}”列，新增的行必须填写。")
        if plan.stale and plan.changed:
            plan.fail("", "", plan.stale)

    def _write_field(
        self, plan: RowPlan, column: SheetColumn, value: Any, many: Mapping[str, Any]
    ) -> None:
        if value in EMPTY and not isinstance(column.field, models.BooleanField):
            # As in the form: what is hidden from a person is not emptied by leaving it blank.
            kept = column.name == "unit" or column.name in self.personal
            if kept and not plan.is_new:
                return
            value = self._for_nothing(plan, column)
            if value is NOTHING_TO_WRITE:
                return
        if column.is_many:
            self._write_many(plan, column, value, many)
        elif plan.is_new:
            self._write_new(plan, column, value)
        else:
            self._write_known(plan, column, value)

    def _for_nothing(self, plan: RowPlan, column: SheetColumn) -> Any:
        """What an empty cell means: own unit, the field's default, nothing, or a fault."""
        field = column.field
        if column.name == "unit":
            return self.user.unit_id
        if plan.is_new and field.has_default() and not field.blank:
            return NOTHING_TO_WRITE
        if not field.blank:
            plan.fail(column.label, "", f"必填，不能为空。{column.allowed}")
            return NOTHING_TO_WRITE
        if column.is_many:
            return []
        return None if field.null else ""

    def _write_new(self, plan: RowPlan, column: SheetColumn, value: Any) -> None:
        if isinstance(value, Masked):
            plan.fail(column.label, value, NOT_MASKED)
        else:
            setattr(plan.record, column.field.attname, value)

    def _write_known(self, plan: RowPlan, column: SheetColumn, value: Any) -> None:
        name = column.field.attname
        old = getattr(plan.record, name)
        if old == value or self._reads_the_same(plan, column, old, value):
            return
        if isinstance(value, Masked):
            plan.fail(column.label, value, NOT_MASKED)
            return
        plan.before[name] = old
        plan.changed.append(column.name)
        setattr(plan.record, name, value)

    def _reads_the_same(self, plan: RowPlan, column: SheetColumn, old: Any, value: Any) -> bool:
        """Whether the stored value, written into a sheet, would be read as this one.

        A masked value that stands unchanged in an exported sheet changes nothing.
        """
        if column.is_relation:
            return False
        if value in EMPTY and old in EMPTY:
            return True
        mask, read = self.masks.get(column.name), self.reader.readers[column.name]
        if mask and old and value in (mask(str(old)), read(mask(str(old)))):
            return True
        if isinstance(value, Masked):
            return False
        again = read(text_of(self.to_cell[column.name](old)))
        return not isinstance(again, Unreadable) and again == value

    def _write_many(
        self, plan: RowPlan, column: SheetColumn, value: list[int], many: Mapping[str, Any]
    ) -> None:
        old = [] if plan.is_new else sorted(many[column.name].get(plan.known or 0, []))
        plan.many[column.name] = value
        if old != value and not plan.is_new:
            plan.before[column.name] = old
            plan.changed.append(column.name)


class _Nothing:
    """An empty cell that leaves the field as it is."""


NOTHING_TO_WRITE = _Nothing()


def describe_changes(
    plans: Sequence[RowPlan], columns: Mapping[str, SheetColumn], names: Mapping[str, Names]
) -> None:
    """Put the changes into words, related records by name."""
    for name, known in names.items():
        known.learn(
            key
            for plan in plans
            if name in plan.changed
            for key in _keys(plan, columns[name])
            if key is not None
        )
    for plan in plans:
        plan.changes = [_change(plan, columns[name], names) for name in plan.changed]


def _pair(plan: RowPlan, column: SheetColumn) -> tuple[Any, Any]:
    if column.is_many:
        return plan.before[column.name], plan.many[column.name]
    attribute = column.field.attname
    return plan.before[attribute], getattr(plan.record, attribute)


def _keys(plan: RowPlan, column: SheetColumn) -> list[Any]:
    old, new = _pair(plan, column)
    return [*old, *new] if column.is_many else [old, new]


def _change(plan: RowPlan, column: SheetColumn, names: Mapping[str, Names]) -> Change:
    old, new = _pair(plan, column)
    if column.is_many:
        words = names[column.name].name
        return Change(column.label, "、".join(map(words, old)), "、".join(map(words, new)))
    if column.is_relation:
        words = names[column.name].name
        return Change(column.label, words(old), words(new))
    cell = writer(column.field)
    return Change(column.label, text_of(cell(old)), text_of(cell(new)))


def mark_stale(
    plans: Sequence[RowPlan], columns: Mapping[str, SheetColumn], seen_at: dt.datetime | None
) -> None:
    """Note which records were changed since the sheet was exported or since it was checked.

    A review in between changes the version, but not what the sheet says: that is no conflict.
    """
    behind = [p for p in plans if p.version is not None and p.version != p.record.version]
    for plan in plans:
        if seen_at is not None and plan.record.updated_at > seen_at:
            plan.stale = CHANGED_SINCE
    if behind:
        attributes = [c.field.attname for c in columns.values() if not c.is_many]
        kept = _kept_versions(behind, attributes)
        for plan in behind:
            now = tuple(getattr(plan.record, name) for name in attributes)
            if kept.get((plan.known, plan.version)) != now:
                plan.stale = CHANGED_SINCE


def _kept_versions(plans: Sequence[RowPlan], attributes: list[str]) -> dict[Any, tuple[Any, ...]]:
    """Contents of the versions that the sheet was made from, out of the history."""
    tracker: Any = type(plans[0].record).pgh_event_model
    rows = tracker.objects.filter(
        pgh_obj_id__in=[plan.known for plan in plans],
        version__in={plan.version for plan in plans},
    ).order_by("pgh_id")
    return {
        (row.pgh_obj_id, row.version): tuple(getattr(row, name) for name in attributes)
        for row in rows
    }
