"""What the beat asks for daily exists: a task that was renamed would silently never run."""

from django.conf import settings

from haian_lawgov.celery import app


def test_every_scheduled_task_is_known_to_the_workers():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)
