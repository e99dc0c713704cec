"""Celery's side of notifications."""

from celery import shared_task

from . import inbox, mail


@shared_task(name="collaboration.send_mails")
def send_mails() -> int:
    """Send the mails that are due; what fails stays in the outbox for the next sweep."""
    return mail.send_due()


@shared_task(name="collaboration.forget_read")
def forget_read() -> int:
    """Remove notifications read long ago (run daily by the beat)."""
    return inbox.forget_read()
