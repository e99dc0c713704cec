"""``manage.py settings_table``: the table of settings in docs/operations/settings.md."""

from typing import Any

from django.core.management.base import BaseCommand

from haian_lawgov.env import markdown_table


class Command(BaseCommand):
    help = "输出环境变量设置表（Markdown）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown_table())
