from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    label = "schools"
    verbose_name = "学校治理"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "school"

    def ready(self) -> None:
        from . import jobs  # noqa: F401  (importing it declares the job)
