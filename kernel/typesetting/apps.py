from django.apps import AppConfig


class TypesettingConfig(AppConfig):
    name = "kernel.typesetting"
    label = "typesetting"
    verbose_name = "排版"
    default_auto_field = "django.db.models.BigAutoField"
