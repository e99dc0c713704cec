from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Spreadsheets in and out of every register."""

    name = "kernel.exchange"
    label = "exchange"
    verbose_name = "数据交换"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give every register its import and export pages and their buttons."""
        from kernel.records.services import EVENT_LABELS
        from kernel.registers.extensions import RegisterPage, list_tools, register_pages
        from kernel.registers.menu import Page, menu

        from .views import register as views

        EVENT_LABELS["import.undone"] = "撤回导入"
        list_tools.extend([views.import_tool, views.export_tool])
        menu.add(Page("registers", "导入记录", "imports-list"))
        entered = views.is_importable
        register_pages.extend(
            [
                RegisterPage("import/", views.ImportPage, "import", entered),
                RegisterPage("import/template/", views.ImportTemplate, "import-template", entered),
                RegisterPage("import/paste/", views.ImportPaste, "import-paste", entered),
                RegisterPage("export/", views.ExportPage, "export"),
            ]
        )
