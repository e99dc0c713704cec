"""The timeline of records, and who is told of each step in the transaction that makes it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from .models import Event, Record


class Step(NamedTuple):
    """One line of a timeline, and what of its record tells whom it concerns.

    Without the record itself: the fifty thousand steps of an import are held until its end.
    """

    model: type[Record]
    pk: int
    unit_id: int
    status: str
    handler_id: int | None
    created_by_id: int | None
    event_id: int
    kind: str
    actor: Any
    data: Mapping[str, Any]


EventListener = Callable[[Sequence[Step], models.Model | None], None]
event_listeners: list[EventListener] = []
"""Called inside the transaction with the steps taken, and with what they were taken for.

A listener gets many steps at once from a bulk action, so it must not query once per step.
"""
OverListener = Callable[[type[models.Model], Any], None]
over_listeners: list[OverListener] = []
"""Called inside the transaction with the keys of rows that are gone or were taken back."""

_held: ContextVar[list[Step] | None] = ContextVar("held_steps", default=None)


def record_event(record: Record, kind: str, *, by: Any, **data: Any) -> Event:
    """Add one line to the record's timeline and tell the listeners."""
    event = Event.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        kind=kind,
        actor=by,
        data=data,
    )
    announce([_step(record, event)])
    return event


def record_events(
    records: Iterable[Record], kind: str, *, by: Any, tell: bool = True, **data: Any
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
        batch_size=1_000,
    )
    if tell:
        announce([_step(row, event) for row, event in zip(rows, events, strict=True)])
    return events


def _step(record: Record, event: Event) -> Step:
    return Step(
        model=type(record),
        pk=record.pk,
        unit_id=record.unit_id,
        status=record.status,
        handler_id=record.handler_id,
        created_by_id=record.created_by_id,
        event_id=event.pk,
        kind=event.kind,
        actor=event.actor,
        data=event.data,
    )


def announce(steps: Sequence[Step], about: models.Model | None = None) -> None:
    """Tell the listeners now, or at the end of `announced_together`."""
    held = _held.get()
    if held is not None:
        held.extend(steps)
        return
    if steps:
        for listener in event_listeners:
            listener(steps, about)


def announce_over(model: type[models.Model], keys: Any) -> None:
    """Tell the listeners that nobody need look any more at the rows with these keys."""
    for listener in over_listeners:
        listener(model, keys)


@contextmanager
def announced_together(about: models.Model | None = None) -> Iterator[None]:
    """Collect the steps taken inside and tell the listeners of all of them in one call.

    For loops that take one step per record. Steps that were rolled back meanwhile are forgotten;
    those that stay are told even where the loop breaks off. `about` is what they all were taken
    for, such as an import that may be taken back as a whole.
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
            _announce_kept(held, about)
        raise
    _held.reset(token)
    _announce_kept(held, about)


def _announce_kept(held: list[Step], about: models.Model | None) -> None:
    keys = [step.event_id for step in held] or [0]
    # Between the first and the last: shorter to ask than a list, and hardly more than the held.
    events = Event.objects.filter(pk__range=(min(keys), max(keys)))
    kept = set(events.values_list("pk", flat=True))
    with transaction.atomic():
        announce([step for step in held if step.event_id in kept], about)
