"""One step or one change for many records, through the same services as for a single one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kernel.records.errors import Refused
from kernel.records.events import announced_together
from kernel.records.querysets import permission_name
from kernel.records.services import advance, save_record
from kernel.records.status import BY_NAME, Transition

from .forms import form_class
from .register import Register

NAMED_REFUSALS = 200
"""So many refused records are named; the others are counted."""

Progress = Callable[[int], None]


@dataclass
class Outcome:
    """What became of many records."""

    done: int = 0
    same: int = 0
    """Records that had the wanted values already."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    """`{"pk", "name", "reason"}` of records that a rule kept as they are."""
    more_refused: int = 0

    def refuse(self, pk: int, name: str, reason: str) -> None:
        if len(self.refused) < NAMED_REFUSALS:
            self.refused.append({"pk": pk, "name": name, "reason": reason})
        else:
            self.more_refused += 1

    @property
    def refused_count(self) -> int:
        return len(self.refused) + self.more_refused


def may_change_many(user: Any, register: Register) -> bool:
    """Whether the person may change or decide anything in this register."""
    actions = set(register.model._meta.default_permissions) & {"change", "approve"}
    return any(user.has_perm(permission_name(register.model, action)) for action in actions)


def within_reach(register: Register, user: Any) -> QuerySet[Any]:
    """The records that the person sees and whose unit they may write for."""
    rows: QuerySet[Any] = register.visible_to(user)
    return rows.filter(unit__in=user.writable_unit_ids())


def advance_many(
    records: Iterable[Any],
    name: str,
    *,
    by: Any,
    reason: str = "",
    as_read: bool = False,
    progress: Progress = lambda done: None,
) -> Outcome:
    """Take the same step with each record; one that refuses stays as it is and is named.

    `as_read` refuses also those that are no longer in the version that the given rows have.
    """

    def step(record: Any) -> bool:
        version = record.version if as_read else None
        advance(record, name, by=by, reason=reason, expected_version=version)
        return True

    return _each(records, step, progress)


def change_many(
    records: Iterable[Any],
    register: Register,
    values: dict[str, Any],
    *,
    by: Any,
    reason: str = "",
    progress: Progress = lambda done: None,
) -> Outcome:
    """Set the same values in each record, as its own form would."""

    def change(record: Any) -> bool:
        if all(_value(record, name) == value for name, value in values.items()):
            return False
        version = record.version
        for name, value in values.items():
            if not record._meta.get_field(name).many_to_many:
                setattr(record, name, value)
        save_record(record, by=by, submit=False, reason=reason, expected_version=version)
        for name, value in values.items():
            if record._meta.get_field(name).many_to_many:
                getattr(record, name).set(value)
        return True

    return _each(records, change, progress)


def _value(record: Any, name: str) -> Any:
    value = getattr(record, name)
    if record._meta.get_field(name).many_to_many:
        return list(value.order_by("pk"))
    return value


def _each(records: Iterable[Any], work: Callable[[Any], bool], progress: Progress) -> Outcome:
    outcome = Outcome()
    with announced_together():
        for number, record in enumerate(records, 1):
            name = str(record)  # as it is called now, not as a refused change would call it
            try:
                with transaction.atomic():
                    changed = work(record)
            except Refused as refusal:
                outcome.refuse(record.pk, name, str(refusal))
            except ValidationError as error:
                outcome.refuse(record.pk, name, "".join(error.messages))
            except IntegrityError:
                outcome.refuse(record.pk, name, "刚刚有人保存了相同的记录，请核对后单独修改。")
            else:
                outcome.done += changed
                outcome.same += not changed
            progress(number)
    return outcome


def changeable_fields(register: Register) -> list[str]:
    """Fields that can have one value in many records: no number or name of its own, no secrets."""
    model: Any = register.model
    unique = {f.name for f in model._meta.concrete_fields if f.unique}
    for constraint in model._meta.constraints:
        unique.update(getattr(constraint, "fields", ()))
    hidden = {**register.masked, **register.personal}
    names = [name for _, group in register.fieldsets for name in group]
    return [name for name in names if name not in unique and name not in hidden]


def bound_fields(
    register: Register, user: Any, names: Iterable[str], data: Any = None
) -> list[Any]:
    """Inputs for these fields, as the register's own form has them."""
    form = form_class(register)(data, user=user, presets=False)
    return [form[name] for name in names if name in form.fields]


def read_values(bound: Iterable[Any]) -> tuple[dict[str, Any], list[str]]:
    """The entered values by field, and what is wrong with them."""
    values, faults = {}, []
    for entry in bound:
        try:
            value = entry.field.clean(entry.data)
        except ValidationError as error:
            faults += [f"{entry.label}：{message}" for message in error.messages]
        else:
            many = hasattr(value, "order_by")
            values[entry.name] = list(value.order_by("pk")) if many else value
    return values, faults


def steps_for(user: Any, register: Register) -> list[Transition]:
    """The steps that the person may take with many records at once."""
    return [
        BY_NAME[name]
        for name in ("submit", "approve", "return", "withdraw")
        if name in BY_NAME
        and user.has_perm(permission_name(register.model, BY_NAME[name].permission))
    ]
