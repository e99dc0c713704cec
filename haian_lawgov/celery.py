"""The Celery application: ``celery -A haian_lawgov worker -Q default`` (or ``-Q reports``)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")

app = Celery("haian_lawgov")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
