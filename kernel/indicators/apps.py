from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    name = "kernel.indicators"
    label = "indicators"
    verbose_name = "指标"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load each app's `indicators` module; show a figure's note above the list it opens."""
        from kernel.registers.extensions import field_notes, list_notes

        from .notes import counting_notes
        from .pages import figure_note

        autodiscover_modules("indicators")
        list_notes.append(figure_note)
        field_notes.append(counting_notes)
