"""Roof of the house: settings, addresses, background worker, health."""

from haian_lawgov.celery import app as celery_app

__all__ = ["celery_app"]
