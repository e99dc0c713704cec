from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"
    verbose_name = "年度报告"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "report"

    def ready(self) -> None:
        """Declare the compile job and add the report's pages to the menu."""
        from kernel.registers.menu import Page, menu

        from . import jobs  # noqa: F401  (importing it declares the job)

        menu.add(Page("reports", "法治政府建设年报", "reports-list", "reports.view_annualreport"))
        menu.add(Page("reports", "指标一览", "reports-figures-latest", "reports.view_annualreport"))
