from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "petitions"
    label = "petitions"
    verbose_name = "信访诉求"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "inbox"
