"""Celery's side of the schools' jobs."""

from celery import shared_task
from django.utils import timezone

from .jobs import request_refresh


@shared_task(name="schools.refresh_drill_obligations")
def refresh_drill_obligations() -> int:
    """Ask for this year's refresh (run daily by the beat); gives the job's key."""
    return request_refresh(timezone.localdate().year, by=None).pk
