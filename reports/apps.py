from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reports"
    verbose_name = "年度报告"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "report"

    def ready(self) -> None:
        """Declare the compile job, the report's pages, and its warning on records it counts."""
        from kernel.registers.extensions import edit_warnings
        from kernel.registers.menu import Page, menu

        from . import jobs  # noqa: F401  (importing it declares the job)
        from .warnings import report_warning

        edit_warnings.append(report_warning)

        menu.add(Page("reports", "法治政府建设年报", "reports-list", "reports.view_annualreport"))
        menu.add(Page("reports", "指标一览", "reports-figures-latest", "reports.view_annualreport"))
