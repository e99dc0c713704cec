"""Writes checked rows through the bulk services: new ones, changed ones, their relations."""

from collections.abc import Mapping, Sequence
from typing import Any

from kernel.records.bulk import change_records, create_records, save_parts, touch_owners
from kernel.registers.filters import owner_model
from kernel.registers.register import Register

from .plan import RowPlan


class Saver:
    """Writes the chosen rows of one import."""

    def __init__(self, register: Register, user: Any, *, reason: str, note: Mapping[str, Any]):
        self.register, self.user, self.reason, self.note = register, user, reason, dict(note)
        self._touched: set[int] = set()

    def save(self, plans: Sequence[RowPlan]) -> None:
        if not plans:
            return
        new = [plan for plan in plans if plan.is_new]
        changed = [plan for plan in plans if not plan.is_new]
        names = self._names(changed)
        if self.register.is_part:
            self._touch_owners(plans)
            save_parts([p.record for p in new], [p.record for p in changed], names)
        else:
            create_records([p.record for p in new], by=self.user, reason=self.reason, **self.note)
            change_records(
                [p.record for p in changed], names, by=self.user, reason=self.reason, **self.note
            )
        self._save_many(plans)

    def _names(self, plans: Sequence[RowPlan]) -> list[str]:
        """Every field that some row changes; the others keep their loaded values."""
        names = {name for plan in plans for name in plan.changed if name not in plan.many}
        return sorted(names)

    def _touch_owners(self, plans: Sequence[RowPlan]) -> None:
        """Each owner once per import, whatever the number of its rows."""
        model: Any = self.register.model
        owners = {plan.record.owner_record().pk for plan in plans}
        first = model.owner.partition("__")[0]
        attribute = model._meta.get_field(first).attname
        left = {plan.before[attribute] for plan in plans if attribute in plan.before}
        if left:
            owners |= self._owners_of(first, left)
        fresh = owners - self._touched
        self._touched |= fresh
        touch_owners(
            owner_model(model),
            fresh,
            by=self.user,
            reason=self.reason,
            kind="part.saved",
            part=f"导入{self.register.title}",
            **self.note,
        )

    def _owners_of(self, first: str, keys: set[int]) -> set[int]:
        """Records that rows leave when they move to another one."""
        model: Any = self.register.model
        rest = model.owner.partition("__")[2]
        related = model._meta.get_field(first).related_model
        rows = related._base_manager.filter(pk__in=keys)
        return set(rows.values_list(rest or "pk", flat=True))

    def _save_many(self, plans: Sequence[RowPlan]) -> None:
        model: Any = self.register.model
        for field in model._meta.many_to_many:
            chosen = [p for p in plans if field.name in p.many]
            chosen = [p for p in chosen if p.is_new or field.name in p.changed]
            if chosen:
                write_many(field, {p.record.pk: p.many[field.name] for p in chosen})


def write_many(field: Any, wanted: Mapping[int, Sequence[int]]) -> None:
    """Set the related keys of many records: remove what is gone, add what is new."""
    through = field.remote_field.through
    own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    rows = through._base_manager.filter(**{f"{own}__in": list(wanted)})
    present = {(getattr(row, own), getattr(row, other)): row.pk for row in rows}
    target = {(record, key) for record, keys in wanted.items() for key in keys}
    gone = [pk for pair, pk in present.items() if pair not in target]
    through._base_manager.filter(pk__in=gone).delete()
    through._base_manager.bulk_create(
        [through(**{own: record, other: key}) for record, key in sorted(target - present.keys())],
        batch_size=1_000,
    )
