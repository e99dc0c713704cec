"""A person's inbox: how much is unread, what counts as read, how it is delivered."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import DEFAULTS, Delivery, DeliveryChoice, Kind, Notification

COUNT_TO = 100
KEPT_DAYS = 180
"""Days that a line stays in the inbox after it was read."""


def inbox(user: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient=user.pk)


def unread_count(user: Any) -> int:
    """Unread lines, counted up to `COUNT_TO`; one index scan."""
    return int(inbox(user).unread().order_by()[:COUNT_TO].count())  # type: ignore[attr-defined]


def with_unread(accounts: QuerySet[Any]) -> QuerySet[Any]:
    """The accounts with `unread_notifications`, so that the bell costs no query of its own."""
    lines = Notification.objects.unread().filter(recipient=OuterRef("pk")).order_by()
    count = lines.values("recipient").annotate(number=Count("pk")).values("number")
    return accounts.annotate(unread_notifications=Coalesce(Subquery(count), 0))


def mark_read(lines: QuerySet[Notification]) -> int:
    """Mark these lines read; those already read keep their time."""
    return lines.filter(read_at__isnull=True).update(read_at=timezone.now())


def forget_read() -> int:
    """Remove the lines read more than `KEPT_DAYS` ago; gives their number.

    What happened stays in the timelines of the records; the inbox only points there.
    """
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    return Notification.objects.filter(read_at__lt=limit).delete()[0]


def choices_of(user: Any) -> dict[str, str]:
    """How this person hears of each kind."""
    chosen = DeliveryChoice.objects.filter(user=user.pk).values_list("kind", "delivery")
    return {str(kind): str(delivery) for kind, delivery in DEFAULTS.items()} | dict(chosen)


@transaction.atomic
def choose(user: Any, wanted: dict[str, str]) -> None:
    """Save the person's choices; kinds or ways that do not exist are passed over."""
    for kind, delivery in wanted.items():
        if kind in Kind.values and delivery in Delivery.values:
            DeliveryChoice.objects.update_or_create(
                user=user, kind=kind, defaults={"delivery": delivery}
            )
