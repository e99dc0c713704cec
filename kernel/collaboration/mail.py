"""Mails from the outbox: what is due goes out, what fails is tried again, nothing is lost.

The rows of the inbox are the outbox. A mail names no person and carries no content: 个人信息保护法
§51. It goes out at least once; a crash between sending and noting it sends it twice.
"""

import datetime as dt
import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from .models import Kind, Notification

logger = logging.getLogger(__name__)
PER_MAIL = 30
PER_SWEEP = 200
LONGEST_PAUSE_MINUTES = 60
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
"""What the server says about one mail; any other failure is about the server itself."""
GIVE_UP_AFTER = dt.timedelta(days=7)
"""Older news is in the inbox; a mail about it would only confuse."""


def send_due() -> int:
    """Send every mail that is due, one per person; gives the number of mails sent."""
    if not settings.MAIL_ON:
        return 0
    people = _due().order_by().values_list("recipient", flat=True).distinct()[:PER_SWEEP]
    sent = 0
    connection = get_connection()
    try:
        for person in people:
            sent += _send_to(person, connection)
    except OSError:
        # The server is away: whoever is still to come stays due for the next sweep.
        logger.warning("no mail server, %s mails sent before", sent, exc_info=True)
    finally:
        connection.close()
    return sent


def _due() -> QuerySet[Notification]:
    """Lines whose mail is due: not yet read, the person still here, not too old."""
    now = timezone.now()
    return Notification.objects.unread().filter(
        mail_at__lte=now,
        mailed_at__isnull=True,
        created_at__gte=now - GIVE_UP_AFTER,
        recipient__is_active=True,
    )


def _send_to(person: int, connection: BaseEmailBackend) -> int:
    """One mail with all that is due for this person; skipped while another sweep has it.

    Raises `OSError` when the server cannot be reached, for the caller to stop.
    """
    fault: OSError | None = None
    with transaction.atomic():
        lines = list(
            _due()
            .filter(recipient=person)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("recipient")
            .order_by("created_at")
        )
        if not lines or not lines[0].recipient.email:
            return 0
        try:
            _message(lines, connection).send()
        except OSError as error:  # SMTPException is one of them
            fault = error
        _note(lines, failed=fault is not None)
    if fault is None:
        return 1
    if isinstance(fault, REFUSALS):
        logger.warning("mail to account %s was refused", person, exc_info=fault)
        return 0
    raise fault


def _note(lines: list[Notification], *, failed: bool) -> None:
    """Sent, or to be tried again after a pause that doubles each time."""
    rows = Notification.objects.filter(pk__in=[line.pk for line in lines])
    if not failed:
        rows.update(mailed_at=timezone.now())
        return
    tries = max(line.mail_tries for line in lines)
    pause = dt.timedelta(minutes=min(2**tries, LONGEST_PAUSE_MINUTES))
    rows.update(mail_tries=F("mail_tries") + 1, mail_at=timezone.now() + pause)


def _message(lines: list[Notification], connection: BaseEmailBackend) -> EmailMessage:
    count = len(lines)
    shown = [f"· {_line(line)}" for line in lines[:PER_MAIL]]
    if count > PER_MAIL:
        shown.append(f"· 另有 {count - PER_MAIL} 条，请到门户查看。")
    where = (
        f"请登录门户查看：{settings.SITE_URL}/notifications/"
        if settings.SITE_URL
        else ("请登录门户，在“通知”中查看。")
    )
    body = "\n".join(["您好：", "", f"您有 {count} 条未读通知：", *shown, "", where, "", FOOT])
    subject = f"您有 {count} 条新通知" if count > 1 else f"{Kind(lines[0].kind).label}：1 条新通知"
    return EmailMessage(subject, body, to=[lines[0].recipient.email], connection=connection)


FOOT = "本邮件由系统自动发送，请勿回复。接收方式可在“通知设置”中修改。"


def _line(line: Notification) -> str:
    """Kind and name of the record; no persons, no contents."""
    about = line.mail_title or "一条记录"
    repeats = f"（{line.repeats}）" if line.repeats else ""
    when = f"{timezone.localtime(line.created_at):%m-%d %H:%M}"
    return f"【{Kind(line.kind).label}】{about}{repeats} {when}"
