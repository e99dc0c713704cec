from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Personal data: encrypted at rest, hidden by default, every look recorded."""

    name = "kernel.privacy"
    label = "privacy"
    verbose_name = "个人信息保护"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "shield"
    menu_order = 90
