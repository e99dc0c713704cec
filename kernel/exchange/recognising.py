"""Which rows are about a record that the register has already."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kernel.registers.register import Register

from .fields import RECORD_NUMBER
from .keys import RecordKey, record_keys
from .plan import RowPlan
from .rows import RowReader

OUT_OF_SIGHT = "这条记录属于您无权查看或修改的单位，请联系该单位办理。"
Key = tuple[Any, ...]


class Recogniser:
    """Looks up known records by record number, else by the register's keys, in bulk."""

    def __init__(self, register: Register, user: Any, reader: RowReader):
        model: Any = register.model
        self.register, self.model = register, model
        # A row without a unit is one of the person's own unit.
        mapped = {"unit", *(column.name for column in reader.mapped.values())}
        self.optional = {f.name for f in model._meta.concrete_fields if f.null}
        self.keys = [
            key
            for key in record_keys(model)
            if set(key.fields) - (set() if key.strict else self.optional) <= mapped
        ]
        self.labels = {column.name: column.label for column in reader.mapped.values()}
        self.visible = register.model._default_manager.visible_to(user)
        self._rows: dict[Any, int] = {}
        self._default_unit = user.unit_id

    def recognise(self, plans: Sequence[RowPlan]) -> None:
        """Set `known` of the plans; what cannot be decided becomes an error of the row."""
        self._check_numbers([plan for plan in plans if plan.known is not None])
        for key in self.keys:
            open_ = [p for p in plans if p.known is None and not p.errors]
            self._by_key(key, open_)
        self._refuse_twice(plans)
        for key in self.keys:
            self._refuse_repeated(key, [p for p in plans if p.known is None and not p.errors])

    def _check_numbers(self, plans: Sequence[RowPlan]) -> None:
        numbers = {plan.known for plan in plans}
        visible = set(self.visible.filter(pk__in=numbers).values_list("pk", flat=True))
        for plan in plans:
            if plan.known not in visible:
                plan.fail(
                    RECORD_NUMBER,
                    plan.known,
                    "没有这个记录号，或您无权查看。新增的行请把记录号留空。",
                )
                plan.known = None

    def _by_key(self, key: RecordKey, plans: Sequence[RowPlan]) -> None:
        wanted: dict[Key, list[RowPlan]] = defaultdict(list)
        for plan in plans:
            values = self._values(plan, key)
            if values is not None:
                wanted[values].append(plan)
        stored = self._stored(key, wanted)
        numbers = {number for found in stored.values() for number in found}
        visible = set(self.visible.filter(pk__in=numbers).values_list("pk", flat=True))
        for values, found in stored.items():
            for plan in wanted[values]:
                self._settle(plan, key, found, visible)

    def _values(self, plan: RowPlan, key: RecordKey) -> Key | None:
        values = tuple(self._value(plan, name) for name in key.fields)
        optional = () if key.strict else self.optional
        empty = [
            name
            for name, value in zip(key.fields, values, strict=True)
            if value in (None, "") and name not in optional
        ]
        return None if empty else values

    def _value(self, plan: RowPlan, name: str) -> Any:
        value = plan.values.get(name)
        return self._default_unit if name == "unit" and value is None else value

    def _stored(self, key: RecordKey, wanted: dict[Key, Any]) -> dict[Key, list[int]]:
        """Keys of the stored rows that have one of the wanted values; one query."""
        if not wanted:
            return {}
        attributes = [self.model._meta.get_field(name).attname for name in key.fields]
        found: dict[Key, list[int]] = defaultdict(list)
        rows = self.model._base_manager.all()
        for i, name in enumerate(key.fields):
            if key.strict or name not in self.optional:
                rows = rows.filter(**{f"{name}__in": {values[i] for values in wanted}})
        for pk, *values in rows.order_by().values_list("pk", *attributes):
            if tuple(values) in wanted:
                found[tuple(values)].append(pk)
        return found

    def _settle(self, plan: RowPlan, key: RecordKey, numbers: list[int], visible: set[int]) -> None:
        if len(numbers) > 1:
            listed = "、".join(map(str, sorted(numbers)[:5]))
            plan.fail(
                RECORD_NUMBER,
                "",
                f"已有{len(numbers)}条相同的记录（{listed}），请在“{RECORD_NUMBER}”列写明是哪一条。",
            )
        elif numbers[0] in visible:
            plan.known = numbers[0]
        else:
            plan.fail(self.labels.get(key.fields[-1], ""), "", OUT_OF_SIGHT)

    def _refuse_twice(self, plans: Sequence[RowPlan]) -> None:
        """No record is the subject of two rows."""
        for plan in plans:
            if plan.known is None:
                continue
            first = self._rows.setdefault(plan.known, plan.number)
            if first != plan.number:
                plan.fail("", "", f"与第{first}行是同一条记录，请只保留一行。")

    def _refuse_repeated(self, key: RecordKey, plans: Sequence[RowPlan]) -> None:
        """Two new rows that would be the same record; strict keys are the database's affair."""
        if key.strict:
            return
        for plan in plans:
            values = self._values(plan, key)
            if values is None:
                continue
            first = self._rows.setdefault((key, *values), plan.number)
            if first != plan.number:
                names = "、".join(self.labels[name] for name in key.fields if name in self.labels)
                plan.fail("", "", f"与第{first}行重复（{names}相同），请只保留一行。")
