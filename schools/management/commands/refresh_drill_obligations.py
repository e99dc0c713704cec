from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from schools.services import refresh_drill_obligations


class Command(BaseCommand):
    help = "按学校和学期重新生成某年度的演练应办期间（可重复执行）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", nargs="?", type=int, default=None, help="年度，默认本年")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or timezone.localdate().year
        done = refresh_drill_obligations(year)
        self.stdout.write(f"{year} 年演练应办期间：新增 {done.added} 个，移除 {done.removed} 个。")
