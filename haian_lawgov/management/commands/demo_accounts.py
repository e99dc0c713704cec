"""`manage.py demo_accounts`: the demo accounts, one for each role."""

from typing import Any

from django.core.management.base import BaseCommand

from organization.demo.load import DEMO_ACCOUNTS
from organization.models import StaffAccount

from .figures import table


class Command(BaseCommand):
    help = "列出演示账号（每种角色一个）。"

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = StaffAccount.objects.filter(username__in=DEMO_ACCOUNTS).order_by("pk")
        rows = [(a.username, a.role_label, a.unit.name, a.display_name) for a in accounts]
        self.stdout.write(table([("用户名", "角色", "单位", "姓名"), *rows]))
