"""Celery's side of imports and exports."""

from celery import shared_task

from . import storing


@shared_task(name="exchange.remove_old_files")
def remove_old_files() -> int:
    """Remove the files of imports and exports that are past their time."""
    return storing.remove_old_files()
