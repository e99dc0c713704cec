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

from .constraints import Examiner
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
            names = [name for name in fault.fields if name in labels]
            label = labels[names[-1]] if names else ""
            good[fault.index].fail(label, "", fault.message)

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
