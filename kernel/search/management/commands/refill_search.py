"""`manage.py refill_search`: compute all search texts anew, e.g. after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.search.refill import refill, searched_models


class Command(BaseCommand):
    help = "重新计算全部记录的检索文本（升级后或检索规则变动后运行；不改动业务数据和修改历史）。"

    def handle(self, *args: Any, **options: Any) -> None:
        for model in searched_models():
            rows = refill(model)
            self.stdout.write(f"{model._meta.verbose_name}：{rows} 条")
