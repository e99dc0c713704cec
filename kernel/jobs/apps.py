from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "kernel.jobs"
    label = "jobs"
    verbose_name = "后台任务"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "clock"
    menu_order = 90

    def ready(self) -> None:
        """Add the job list to the menu."""
        from kernel.registers.menu import Page, menu

        menu.add(Page("jobs", "任务记录", "jobs-list"))
