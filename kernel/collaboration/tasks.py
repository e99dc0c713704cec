"""Celery's side of notifications."""

from celery import shared_task

from . import mail


@shared_task(name="collaboration.send_mails")
def send_mails() -> int:
    """Send the mails that are due; what fails stays in the outbox for the next sweep."""
    return mail.send_due()
