"""Celery's side of accounts."""

from celery import shared_task

from .accounts import sessions


@shared_task(name="organization.forget_expired_sessions")
def forget_expired_sessions() -> int:
    """Remove the sessions that have run out (run daily by the beat)."""
    return sessions.forget_expired()
