"""Checks a whole sheet before anything is written: every row, every cell, in bulk.

Nothing here writes. A row is turned into the record that it would make, and that record passes
the same rules as one typed into the form: field by field, the model's `clean()`, the form's own
rules, the database's constraints. Related records, known records and taken numbers are looked up
for many rows at once.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from kernel.records.querysets import permission_name
from kernel.records.status import Status
from kernel.registers.register import Register

from .constraints import Examiner, Fault
from .fields import SheetColumn, sheet_columns
from .keys import Names
from .plan import CHANGED, ERROR, NEW, SAME, RowPlan
from .reading import Table
from .recognising import Recogniser
from .rows import RowReader
from .rules import RecordRules
from .writing import RowWriter, describe_changes, mark_stale

CHUNK = 1_000
FOREIGN_UNIT = "您不能录入或修改该单位的记录，只能填写本人管理范围内的单位。"


class Checker:
    """Checks the rows of one sheet, chunk by chunk, so that a long sheet needs little memory."""

    def __init__(
        self,
        register: Register,
        user: Any,
        fields: dict[int, str],
        *,
        lock: bool = False,
        seen_at: dt.datetime | None = None,
    ):
        """`lock` takes row locks on known records; `seen_at` is when a person saw the check."""
        self.register, self.user, self.lock, self.seen_at = register, user, lock, seen_at
        self.columns: dict[str, SheetColumn] = {c.name: c for c in sheet_columns(register)}
        self.reader = RowReader(register, user, fields)
        self.recogniser = Recogniser(register, user, self.reader)
        self.rules = RecordRules(register, user, self.columns)
        self.writer = RowWriter(register, user, self.columns, self.reader)
        self.examiner = Examiner(register.model)
        self.names = {
            c.name: Names(c.field.related_model) for c in self.columns.values() if c.is_relation
        }
        self.may = {
            action: user.has_perm(permission_name(register.model, action))
            for action in ("add", "change")
        }
        self.units = set(user.writable_unit_ids().values_list("pk", flat=True))

    def missing(self) -> list[str]:
        """Heads without which no row of the sheet can be imported; empty where some rows may be.

        Without a record number and without a key every row is a new record.
        """
        mapped = {column.name for column in self.reader.mapped.values()}
        if self.reader.id_index is not None or (mapped and self.recogniser.keys):
            return []
        needed = [c.label for c in self.columns.values() if c.needed and c.name not in mapped]
        return needed if needed or mapped else [c.label for c in self.columns.values()]

    def chunks(self, table: Table) -> Iterator[list[RowPlan]]:
        """Plans of the rows, in order."""
        for start in range(0, len(table), CHUNK):
            rows = table.rows[start : start + CHUNK]
            yield self.check(rows, table.numbers[start : start + CHUNK])

    def check(self, rows: Sequence[list[str]], numbers: Sequence[int]) -> list[RowPlan]:
        """Plans of some rows; equal keys in earlier chunks are remembered."""
        read = (self.reader.read(*row) for row in zip(numbers, rows, strict=True))
        plans = [plan for plan in read if plan is not None]
        self.reader.find_related(plans)
        self.recogniser.recognise(plans)
        self._load_known(plans)
        sound = [plan for plan in plans if not plan.errors]
        self._write(sound)
        active = [plan for plan in sound if plan.is_new or plan.changed]
        self.rules.load_related(active)
        for plan in active:
            self.rules.check(plan)
        self._examine([plan for plan in active if not plan.errors])
        self._classify(plans)
        return plans

    def _load_known(self, plans: Sequence[RowPlan]) -> None:
        keys = [plan.known for plan in plans if plan.known is not None]
        known = self._known_rows().in_bulk(keys) if keys else {}
        for plan in plans:
            if plan.known is not None:
                plan.record = known.get(plan.known)
                if plan.record is None:
                    plan.fail("", "", "这条记录刚刚被删除，请重新核对。")
        if not self.register.is_part:
            mark_stale([p for p in plans if p.known and not p.errors], self.columns, self.seen_at)

    def _known_rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.register.model._base_manager.all()
        owner = self.register.model.owner
        if owner:
            rows = rows.select_related(owner)
        return rows.select_for_update(of=("self",)) if self.lock else rows

    def _write(self, plans: Sequence[RowPlan]) -> None:
        known = [plan.record for plan in plans if plan.record is not None]
        many = self.reader.stored_many(known)
        for plan in plans:
            self.writer.write(plan, many)
            if plan.is_new or plan.changed:
                self._refuse_without_permission(plan)
                self._refuse_withdrawn(plan)

    def _refuse_without_permission(self, plan: RowPlan) -> None:
        if not self.may["add" if plan.is_new else "change"]:
            what = "新增" if plan.is_new else "修改"
            plan.fail("", "", f"您没有{what}“{self.register.title}”的权限。")

    def _refuse_withdrawn(self, plan: RowPlan) -> None:
        if not self.register.is_part and plan.record.status == Status.WITHDRAWN:
            plan.fail("", "", "已撤销的记录不能修改，请先恢复。")

    def _examine(self, plans: Sequence[RowPlan]) -> None:
        labels = {column.name: column.label for column in self.columns.values()}
        for plan in plans:
            owner = plan.record.owner_record()
            if self.register.is_part and owner.status == Status.WITHDRAWN:
                plan.fail("", "", f"所属的记录（{owner}）已撤销，请先恢复。")
            units = {owner.unit_id, plan.before.get("unit_id", owner.unit_id)}
            if not units <= self.units:
                plan.fail(labels.get("unit", ""), "", FOREIGN_UNIT)
        good = [plan for plan in plans if not plan.errors]
        found = self.examiner.faults([p.record for p in good], [p.number for p in good])
        for fault in found:
            self._note_fault(good[fault.index], fault)

    def _note_fault(self, plan: RowPlan, fault: Fault) -> None:
        """Give the compared cells; a row of the same file is no record that could be opened."""
        labels = [self.columns[name].label for name in fault.fields if name in self.columns]
        given = {
            column.label: plan.raw[index].strip()[:40]
            for index, column in self.reader.mapped.items()
            if column.name in fault.fields and index < len(plan.raw)
        }
        compared = "，".join(f"{label}：{text}" for label, text in given.items() if text)
        message = fault.message
        if fault.first is not None:
            same = f"（{compared}）" if compared else ""
            message = f"与本文件第{fault.first}行重复{same}，请只保留一行。"
        value = compared if len(given) > 1 else "".join(given.values())
        plan.fail(labels[-1] if labels else "", value, message)

    def _classify(self, plans: Sequence[RowPlan]) -> None:
        changed = [p for p in plans if not p.errors and not p.is_new and p.changed]
        describe_changes(changed, self.columns, self.names)
        for plan in plans:
            if plan.errors:
                plan.kind = ERROR
            elif plan.is_new:
                plan.kind = NEW
            else:
                plan.kind = CHANGED if plan.changed else SAME
            if plan.kind in (NEW, CHANGED):
                plan.needs_reason = _reopens(plan, is_part=self.register.is_part)


def _reopens(plan: RowPlan, *, is_part: bool) -> bool:
    """Whether the row sends an approved record back to review, which needs a reason."""
    if is_part:
        return bool(plan.record.owner_record().status == Status.APPROVED)
    return not plan.is_new and plan.record.status == Status.APPROVED
