from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    label = "governance"
    verbose_name = "法治建设"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "gavel"
