from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    label = "disclosures"
    verbose_name = "政务公开"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "megaphone"
