"""The timeline of records, and who is told of each step in the transaction that makes it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from .models import Event

Step = tuple[models.Model, Event]
EventListener = Callable[[Sequence[Step]], None]
event_listeners: list[EventListener] = []
"""Called with (record, event) pairs inside the transaction that wrote them.

A listener gets many pairs at once from a bulk action, so it must not query once per pair.
"""

_held: ContextVar[list[Step] | None] = ContextVar("held_steps", default=None)


def record_event(record: models.Model, kind: str, *, by: Any, **data: Any) -> Event:
    """Add one line to the record's timeline and tell the listeners."""
    event = Event.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        kind=kind,
        actor=by,
        data=data,
    )
    announce([(record, event)])
    return event


def record_events(
    records: Iterable[models.Model], kind: str, *, by: Any, tell: bool = True, **data: Any
) -> list[Event]:
    """The same line in many timelines, in one statement; `tell` the listeners in one call."""
    rows = list(records)
    events = Event.objects.bulk_create(
        [
            Event(
                content_type=ContentType.objects.get_for_model(row),
                object_id=row.pk,
                kind=kind,
                actor=by,
                data=data,
            )
            for row in rows
        ],
        batch_size=1000,
    )
    if tell:
        announce(list(zip(rows, events, strict=True)))
    return events


def announce(steps: Sequence[Step]) -> None:
    """Tell the listeners now, or at the end of `announced_together`."""
    held = _held.get()
    if held is not None:
        held.extend(steps)
        return
    if steps:
        for listener in event_listeners:
            listener(steps)


@contextmanager
def announced_together() -> Iterator[None]:
    """Collect the steps taken inside and tell the listeners of all of them in one call.

    For loops that take one step per record. Steps that were rolled back meanwhile are forgotten;
    those that stay are told even where the loop breaks off.
    """
    if _held.get() is not None:
        yield
        return
    held: list[Step] = []
    token = _held.set(held)
    try:
        yield
    except BaseException:
        _held.reset(token)
        if not connection.in_atomic_block:
            _announce_kept(held)
        raise
    _held.reset(token)
    _announce_kept(held)


def _announce_kept(held: list[Step]) -> None:
    kept = set(Event.objects.filter(pk__in=[e.pk for _, e in held]).values_list("pk", flat=True))
    with transaction.atomic():
        announce([(record, event) for record, event in held if event.pk in kept])
