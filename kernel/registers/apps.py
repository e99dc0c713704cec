from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistersConfig(AppConfig):
    name = "kernel.registers"
    label = "registers"
    verbose_name = "工作台"
    default_auto_field = "django.db.models.BigAutoField"
    menu_icon = "inbox"
    menu_order = 1

    def ready(self) -> None:
        """Load each app's `registers` module, in which it declares its record types."""
        autodiscover_modules("registers")

        from .searching import declare_searches

        declare_searches()

        from kernel.privacy.access import VIEW_LOG_PERMISSION

        from .across import record_registers
        from .menu import Page, menu

        def reviews(user: Any) -> bool:
            return any(record_registers(user, "approve"))

        menu.add(Page("privacy", "个人信息查看记录", "privacy-access", VIEW_LOG_PERMISSION))
        menu.add(Page("registers", "待我审核", "registers-review", allowed=reviews))
        menu.add(Page("registers", "变更记录", "registers-changes", "records.view_history"))
        menu.add(Page("registers", "我的草稿", "registers-drafts"))
