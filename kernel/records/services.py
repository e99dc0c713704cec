"""The only ways in which a record is written: save, change of state, timeline."""

from collections.abc import Iterable
from typing import Any, TypeVar

import pghistory
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet

from .errors import Conflict, Refused
from .models import Event, Part, Record
from .querysets import permission_name
from .status import BY_NAME, Status, Transition, transitions_from

R = TypeVar("R", bound=Record)
EVENT_LABELS = {
    "created": "新建",
    "changed": "修改",
    "reopened": "修改后重新送审",
    "part.saved": "修改明细",
    "part.deleted": "删除明细",
} | {name: transition.label for name, transition in BY_NAME.items()}


def record_event(record: models.Model, kind: str, *, by: Any, **data: Any) -> Event:
    """Add one line to the record's timeline."""
    return Event.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        kind=kind,
        actor=by,
        data=data,
    )


def timeline(record: models.Model) -> QuerySet[Event]:
    """Events of the record, newest first, with their actors."""
    return (
        Event.objects.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        )
        .select_related("actor")
        .order_by("-at", "-pk")
    )


def lock(record: R, *, expected_version: int | None = None) -> R:
    """Re-read the record under a row lock.

    Raises `Conflict` when it was saved since the caller read `expected_version`.
    """
    manager: Any = type(record)._default_manager
    current: R = manager.select_for_update().get(pk=record.pk)
    if expected_version is not None and current.version != expected_version:
        who = current.updated_by or "其他人"
        raise Conflict(
            f"保存失败：{who}已于 {current.updated_at:%Y-%m-%d %H:%M} 修改过本记录。"
            "您填写的内容仍保留在本页，请在新窗口打开最新内容核对后再保存。"
        )
    return current


@transaction.atomic
def save_record(
    record: R, *, by: Any, submit: bool, reason: str = "", expected_version: int | None = None
) -> R:
    """Validate and save a new or changed record, and write its timeline.

    With `submit` the record goes to review, otherwise it stays as it is (a new one: draft).
    Changing an approved record needs a reason and sends it back to review, so a figure never
    rests on a change that nobody has checked.
    """
    is_new = record._state.adding
    if is_new:
        record.created_by = by
        kind = "created"
    else:
        current = lock(record, expected_version=expected_version)
        record.version, record.status = current.version + 1, current.status
        kind = _reopen(record, reason)
    if submit and record.status in (Status.DRAFT, Status.RETURNED):
        record.status = Status.SUBMITTED
    record.updated_by = by
    record.full_clean()
    with pghistory.context(reason=reason):
        record.save()
    record_event(record, kind, by=by, reason=reason, status=record.status)
    return record


def _reopen(record: Record, reason: str) -> str:
    if record.status == Status.WITHDRAWN:
        raise Refused("已撤销的记录不能修改，请先恢复。")
    if record.status != Status.APPROVED:
        return "changed"
    if not reason.strip():
        raise Refused("修改已审核的记录须填写修改原因。")
    record.status = Status.SUBMITTED
    return "reopened"


@transaction.atomic
def save_part(part: Part, *, by: Any, reason: str = "") -> Part:
    """Validate and save a row of a record; the record goes back to review if it was approved.

    A row that moves to another record sends both records back to review.
    """
    for owner in _owners(part):
        _touch_owner(owner, part, by=by, reason=reason, kind="part.saved")
    part.full_clean()
    with pghistory.context(reason=reason):
        part.save()
    return part


@transaction.atomic
def delete_part(part: Part, *, by: Any, reason: str = "") -> None:
    """Remove a row of a record; the row itself stays in the history."""
    _touch_owner(part.owner_record(), part, by=by, reason=reason, kind="part.deleted")
    try:
        with pghistory.context(reason=reason):
            part.delete()
    except models.ProtectedError as error:
        users = "、".join(sorted({str(row._meta.verbose_name) for row in error.protected_objects}))
        raise Refused(
            f"本行已被其他记录（{users}）引用，不能删除。请先处理引用它的记录。"
        ) from error


def _owners(part: Part) -> list[Record]:
    """The record the row belongs to and, before it when the row moves, the one it leaves."""
    owner = part.owner_record()
    stored = None if part._state.adding else type(part)._default_manager.get(pk=part.pk)
    if stored is None or stored.owner_record().pk == owner.pk:
        return [owner]
    return sorted([stored.owner_record(), owner], key=lambda record: record.pk)


def _touch_owner(record: Record, part: Part, *, by: Any, reason: str, kind: str) -> None:
    owner = lock(record)
    _reopen(owner, reason)
    owner.version += 1
    owner.updated_by = by
    with pghistory.context(reason=reason):
        owner.save(update_fields=["version", "status", "updated_by", "updated_at"])
    record_event(owner, kind, by=by, reason=reason, part=str(part))


def refusal(record: Record, transition: Transition, *, by: Any) -> str | None:
    """Why `by` may not take this step, in words; `None` when the step is open."""
    if record.status not in transition.from_:
        return f"当前状态为“{record.get_status_display()}”，不能“{transition.label}”。"
    if not by.has_perm(permission_name(type(record), transition.permission)):
        return f"您没有“{transition.label}”的权限，请联系科室负责人。"
    if transition.by_other and record.updated_by_id == by.pk:
        return "录入人不能审核自己录入的记录，请由其他负责人审核。"
    return None


def open_steps(record: Record, *, by: Any) -> Iterable[tuple[Transition, str | None]]:
    """Steps that leave the present state, each with the reason why it is refused, if it is."""
    return [(step, refusal(record, step, by=by)) for step in transitions_from(record.status)]


def _refuse_broken_constraints(record: Record) -> None:
    """A rule may hold only among records in force: bringing one back can break it."""
    try:
        record.validate_constraints()
    except ValidationError as error:
        raise Refused("".join(error.messages)) from error


@transaction.atomic
def advance(record: R, name: str, *, by: Any, reason: str = "") -> R:
    """Take one step: lock, re-read, check, write state and timeline in one transaction.

    Raises `Refused` with the rule that forbids the step.
    """
    transition = BY_NAME[name]
    current = lock(record)
    if why := refusal(current, transition, by=by):
        raise Refused(why)
    if transition.reason_required and not reason.strip():
        raise Refused(f"“{transition.label}”须填写理由。")
    current.status = transition.to
    current.version += 1
    if transition.name == "submit":
        current.updated_by = by
    _refuse_broken_constraints(current)
    with pghistory.context(reason=reason):
        current.save(update_fields=["status", "version", "updated_by", "updated_at"])
    record_event(current, name, by=by, reason=reason)
    return current
