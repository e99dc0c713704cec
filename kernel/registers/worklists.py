"""What a person has to do: returned to them, waiting for their review, due soon, lately touched."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.utils import timezone

from kernel.records.models import Event
from kernel.records.services import may_approve_own
from kernel.records.status import Status

from .across import Found, Shortlist, Wanted, find, read, record_registers
from .register import Register, registry

DUE_WITHIN = dt.timedelta(days=7)
RECENT_EVENTS = 60
SHORT = 6


def waiting_rows(register: Register, user: Any) -> QuerySet[Any]:
    """Submitted records of the register that this person may approve or return."""
    rows = register.visible_to(user).filter(
        status=Status.SUBMITTED, unit__in=user.writable_unit_ids()
    )
    return rows if may_approve_own(user) else rows.exclude(updated_by=user.pk)


def waiting_for(user: Any) -> Iterator[Wanted]:
    """All that waits for the person's review, what was handed in first coming first."""
    for register in record_registers(user, "approve"):
        yield Wanted("waiting", register, waiting_rows(register, user), F("updated_at"))


def returned_to(user: Any) -> Iterator[Wanted]:
    """Records that a reviewer sent back to this person."""
    for register in record_registers(user, "change"):
        rows = register.visible_to(user).filter(status=Status.RETURNED, handler=user.pk)
        yield Wanted("returned", register, rows, F("updated_at"))


def due_soon(user: Any, today: dt.date) -> Iterator[Wanted]:
    """Records within sight whose deadline has passed or ends within a week."""
    for register in record_registers(user):
        due = register.model.due
        if due is None:
            continue
        rows = register.visible_to(user).exclude(status=Status.WITHDRAWN).filter(due.open_q())
        near = rows.alias(due_day=due.day).filter(due_day__lte=today + DUE_WITHIN)
        yield Wanted("due", register, near, due.day)


def worklists(user: Any) -> dict[str, Shortlist]:
    """The first rows of each of the person's lists: `returned`, `waiting`, `due`."""
    today = timezone.localdate()
    return find([*returned_to(user), *waiting_for(user), *due_soon(user, today)], SHORT)


def recent(user: Any) -> list[Found]:
    """Records the person last worked on, newest first, as far as they are still in sight."""
    events = (
        Event.objects.filter(actor=user.pk)
        .order_by("-at")
        .values_list("content_type", "object_id", "at")
    )
    latest: dict[tuple[Register, int], dt.datetime] = {}
    for content_type, pk, at in events[:RECENT_EVENTS]:
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is not None and registry.has(model):
            latest.setdefault((registry.for_model(model), pk), at)
    chosen = list(latest)[:SHORT]
    records = read(set(chosen), user)
    return [
        Found(register, records[register.key, pk], latest[register, pk])
        for register, pk in chosen
        if (register.key, pk) in records
    ]
