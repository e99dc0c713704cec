from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Personal data: encrypted at rest, hidden by default, every look recorded."""

    name = "kernel.privacy"
    verbose_name = "个人信息保护"
