"""The only ways in which a record is written: save, change of state, timeline."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

import pghistory
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from .errors import Conflict, InvalidPart, Refused
from .events import record_event
from .models import Event, Part, Record
from .querysets import permission_name
from .revisions import revision_of
from .status import BY_NAME, Status, Transition, transitions_from

R = TypeVar("R", bound=Record)
APPROVE_OWN = "records.approve_own"
FORM_IS_KNOWN = dt.timedelta(days=1)
EVENT_LABELS = {
    "created": "新建",
    "changed": "修改",
    "reopened": "修改后重新送审",
    "resubmitted": "改正后重新送审",
    "part.saved": "修改明细",
    "part.deleted": "删除明细",
} | {name: transition.label for name, transition in BY_NAME.items()}


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
        raise _conflict(current)
    return current


def _conflict(current: Record) -> Conflict:
    who = current.updated_by or "其他人"
    at = timezone.localtime(current.updated_at)
    return Conflict(
        f"保存失败：{who}已于 {at:%Y-%m-%d %H:%M} 修改过本记录。"
        "您填写的内容仍保留在本页，请与最新内容核对后再保存。"
    )


@dataclass(frozen=True)
class PartChanges:
    """Rows that are saved and removed together with their record."""

    saved: Sequence[Part] = ()
    deleted: Sequence[Part] = ()

    def in_words(self) -> str:
        """What the timeline says of them, e.g. `出动人员：保存 2 行，删除 1 行`."""
        counts: dict[str, list[str]] = {}
        for verb, rows in (("保存", self.saved), ("删除", self.deleted)):
            for label in dict.fromkeys(str(row._meta.verbose_name) for row in rows):
                number = sum(str(row._meta.verbose_name) == label for row in rows)
                counts.setdefault(label, []).append(f"{verb} {number} 行")
        return "；".join(f"{label}：{'，'.join(words)}" for label, words in counts.items())


NO_PARTS = PartChanges()


@transaction.atomic
def save_record(
    record: R,
    *,
    by: Any,
    submit: bool = True,
    reason: str = "",
    expected_version: int | None = None,
    parts: PartChanges = NO_PARTS,
    form: str = "",
) -> R:
    """Validate and save a new or changed record with its rows, and write its timeline.

    A new record begins in review. With `submit` a returned one goes back there, otherwise it
    stays returned.
    Changing an approved record needs a reason and sends it back to review, so a figure never
    rests on a change that nobody has checked. Record and `parts` are one change: all of it is
    saved or nothing, with one new version and one line of the timeline. `form` identifies the
    page it was typed on, see `saved_from_form`.
    """
    is_new = record._state.adding
    if is_new:
        record.created_by = by
        record.handler = record.handler or by
        kind = "created"
    else:
        current = lock(record, expected_version=expected_version)
        record.version, record.status = current.version + 1, current.status
        record.handler_id = current.handler_id
        kind = _reopen(record, reason)
    if submit and record.status == Status.RETURNED:
        record.status, kind = Status.SUBMITTED, "resubmitted"
    record.updated_by = by
    record.full_clean()
    with pghistory.context(reason=reason):
        record.save()
        _save_parts(record, parts)
    more = {"part": parts.in_words()} if parts.saved or parts.deleted else {}
    if form:
        more["form"] = form
    record_event(record, kind, by=by, reason=reason, status=record.status, **more)
    return record


def saved_from_form(model: type[R], form: str, *, by: Any) -> R | None:
    """The record that this person made from this very form within the last day, if any."""
    event = Event.objects.filter(
        actor=by,
        at__gte=timezone.now() - FORM_IS_KNOWN,
        kind="created",
        content_type=ContentType.objects.get_for_model(model),
        data__form=form,
    ).first()
    manager: Any = model._default_manager
    return manager.filter(pk=event.object_id).first() if event else None


def _save_parts(record: Record, parts: PartChanges) -> None:
    for part in parts.deleted:
        _delete(part)
    for part in parts.saved:
        setattr(part, type(part).owner, record)
        try:
            part.full_clean()
        except ValidationError as error:
            raise InvalidPart(part, error) from error
        part.save()


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
def save_part(
    part: Part, *, by: Any, reason: str = "", expected_revision: int | None = None
) -> Part:
    """Validate and save a row of a record; the record goes back to review if it was approved.

    A row that moves to another record sends both records back to review. Raises `Conflict` when
    the row was saved since the caller read `expected_revision`.
    """
    for owner in _owners(part):
        current = _touch_owner(owner, part, by=by, reason=reason, kind="part.saved")
    if expected_revision is not None and revision_of(part) != expected_revision:
        raise _conflict(current)
    part.full_clean()
    with pghistory.context(reason=reason):
        part.save()
    return part


@transaction.atomic
def delete_part(part: Part, *, by: Any, reason: str = "") -> None:
    """Remove a row of a record; the row itself stays in the history."""
    _touch_owner(part.owner_record(), part, by=by, reason=reason, kind="part.deleted")
    with pghistory.context(reason=reason):
        _delete(part)


def _delete(part: Part) -> None:
    try:
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


def _touch_owner(record: Record, part: Part, *, by: Any, reason: str, kind: str) -> Record:
    """Count the change of a row as one of its record; gives the record as it was found."""
    owner = lock(record)
    found = copy(owner)
    reopened = _reopen(owner, reason) == "reopened"
    owner.version += 1
    owner.updated_by = by
    with pghistory.context(reason=reason):
        owner.save(update_fields=["version", "status", "updated_by", "updated_at"])
    record_event(owner, kind, by=by, reason=reason, part=str(part), reopened=reopened)
    return found


def may_approve_own(account: Any) -> bool:
    """Whether the person may approve what they entered; no role has this unless it is given."""
    return bool(account.has_perm(APPROVE_OWN))


def refusal(record: Record, transition: Transition, *, by: Any) -> str | None:
    """Why `by` may not take this step, in words; `None` when the step is open."""
    if record.status not in transition.from_:
        return f"当前状态为“{record.get_status_display()}”，不能“{transition.label}”。"
    if not by.has_perm(permission_name(type(record), transition.permission)):
        return f"您没有“{transition.label}”的权限，请联系科室负责人。"
    if transition.by_other and record.updated_by_id == by.pk and not may_approve_own(by):
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
def advance(
    record: R,
    name: str,
    *,
    by: Any,
    reason: str = "",
    remarks: Mapping[str, str] | None = None,
    expected_version: int | None = None,
) -> R:
    """Take one step: lock, re-read, check, write state and timeline in one transaction.

    `remarks` on named fields say what is wrong with which; they may stand in for the reason.

    Raises `Refused` with the rule that forbids the step, and `Conflict` when the record was
    saved since the caller read `expected_version`.
    """
    transition = BY_NAME[name]
    current = lock(record, expected_version=expected_version)
    if why := refusal(current, transition, by=by):
        raise Refused(why)
    if transition.reason_required and not reason.strip() and not remarks:
        raise Refused(f"“{transition.label}”须填写理由。")
    current.status = transition.to
    current.version += 1
    if transition.name == "submit":
        current.updated_by = by
    _refuse_broken_constraints(current)
    with pghistory.context(reason=reason):
        current.save(update_fields=["status", "version", "updated_by", "updated_at"])
    record_event(
        current, name, by=by, reason=reason, **({"remarks": dict(remarks)} if remarks else {})
    )
    return current


def returned_by(record: models.Model) -> Event | None:
    """The return that the record waits for an answer to; `None` unless it is returned now."""
    if getattr(record, "status", None) != Status.RETURNED:
        return None
    return timeline(record).filter(kind="return").first()


def remarks_of(record: models.Model) -> dict[str, str]:
    """What the reviewer remarked on named fields, as long as the record is returned."""
    event = returned_by(record)
    return dict(event.data.get("remarks") or {}) if event else {}
