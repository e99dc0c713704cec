from django.apps import AppConfig


class PowersConfig(AppConfig):
    name = "powers"
    label = "powers"
    verbose_name = "权力事项"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "scale"
