"""The roof as a Django app: it brings the operating commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "haian_lawgov"
    label = "haian_lawgov"
    verbose_name = "门户"
    default_auto_field = "django.db.models.BigAutoField"
