"""Turn what happened to records into lines of people's inboxes, many records at a time."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from kernel.registers.register import Register

from .models import DEFAULTS, Delivery, DeliveryChoice, Kind, Notification

SUMMARY_FROM = 6
"""From this many records of one kind at once a person gets one line instead of many."""
DIGEST_HOUR = 8
Key = tuple[int, str, int, int]
NUMBERS = re.compile(r"\d{11,}")  # phone and identity numbers


@dataclass(frozen=True)
class Notice:
    """What one person is to be told about one record (or about none: then only `url`).

    In place of a record it may be an import or the like, see `summary`.
    """

    to: Any
    kind: Kind
    text: str
    url: str
    mail_title: str
    record: Any = None
    delivery: str = Delivery.INSTANT

    @property
    def key(self) -> Key | None:
        """What makes a repeat a repeat."""
        if self.record is None:
            return None
        content_type = ContentType.objects.get_for_model(self.record)
        return (self.to.pk, self.kind, content_type.pk, self.record.pk)


def mail_title(register: Register, record: Any) -> str:
    """The record's name if a mail may carry it: none of a register that holds personal data.

    个人信息保护法 §51: what leaves the building carries no more than it must.
    """
    title = str(record)
    if register.masked or register.personal or NUMBERS.search(title):
        return ""
    return f"{register.title}“{title}”"[:120]


def deliver(notices: Iterable[Notice]) -> None:
    """Write the notices into the inboxes, repeats onto their unread line; a few queries in all."""
    wanted = _chosen(list(notices))
    if not wanted:
        return
    unread = _unread(wanted)
    new, again = [], []
    for notice in wanted:
        line = unread.get(notice.key) if notice.key else None
        if line is None:
            line = _line(notice)
            new.append(line)
            if notice.key:
                unread[notice.key] = line
        else:
            _repeat(line, notice)
            if line.pk:
                again.append(line)
    Notification.objects.bulk_create(new, batch_size=1000)
    Notification.objects.bulk_update(again, ["count", "text", "created_at"], batch_size=500)


def _repeat(line: Notification, notice: Notice) -> None:
    line.count += 1
    line.text = notice.text[:400]
    line.created_at = timezone.now()


def _chosen(notices: list[Notice]) -> list[Notice]:
    """The notices with the way their persons want them, without those switched off."""
    choices = {
        (user, kind): delivery
        for user, kind, delivery in DeliveryChoice.objects.filter(
            user__in={notice.to.pk for notice in notices}
        ).values_list("user", "kind", "delivery")
    }
    asked = [
        replace(notice, delivery=choices.get((notice.to.pk, notice.kind), DEFAULTS[notice.kind]))
        for notice in notices
    ]
    return [notice for notice in asked if notice.delivery != Delivery.OFF]


def summary(to: Any, kind: Kind, register: Register, number: int, about: Any = None) -> Notice:
    """One notice in place of many that a bulk action would make for one person.

    `about` is the import, or whatever else may be taken back with all that it announced.
    """
    return Notice(
        to=to,
        kind=kind,
        text=f"{register.title} {number} 条：{kind.label}",
        url=review_list(register) if kind == Kind.REVIEW else register.url("list"),
        mail_title=f"{register.title} {number} 条",
        record=about,
    )


def review_list(register: Register) -> str:
    """Where a summary of records to review leads."""
    return register.url("list", status="submitted")


def _unread(notices: Sequence[Notice]) -> dict[Key, Notification]:
    keys = {notice.key for notice in notices if notice.key}
    if not keys:
        return {}
    lines = Notification.objects.unread().filter(
        recipient__in={key[0] for key in keys},
        kind__in={key[1] for key in keys},
        content_type__in={key[2] for key in keys},
        object_id__in={key[3] for key in keys},
    )
    found: dict[Any, Notification] = {
        (line.recipient_id, line.kind, line.content_type_id, line.object_id): line
        for line in lines.order_by("pk")
    }
    return {key: line for key, line in found.items() if key in keys}


def _line(notice: Notice) -> Notification:
    about = notice.key
    return Notification(
        recipient=notice.to,
        kind=notice.kind,
        text=notice.text[:400],
        url=notice.url,
        content_type_id=about[2] if about else None,
        object_id=about[3] if about else None,
        mail_title=notice.mail_title,
        mail_at=_mail_at(notice),
    )


def _mail_at(notice: Notice) -> dt.datetime | None:
    """When a mail is due: now, at eight next, or never (no mail server, no address)."""
    if not settings.MAIL_ON or not notice.to.email:
        return None
    return next_digest() if notice.delivery == Delivery.DIGEST else timezone.now()


def next_digest(now: dt.datetime | None = None) -> dt.datetime:
    """The next eight o'clock of the bureau's own time."""
    now = timezone.localtime(now)
    today = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if now < today else today + dt.timedelta(days=1)
