"""`manage.py first_administrators`: links with which the administrators set their passwords."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from organization.accounts import events, factors, links, locks, sessions
from organization.models import ADMINISTRATOR_KINDS, StaffAccount
from organization.models.security import EventKind, LinkKind


class Command(BaseCommand):
    help = (
        "为尚无密码的系统管理员、安全管理员、审计员各生成一次性链接；"
        "加 --rescue 用户名，为一名管理员重置密码、停用动态码、解除锁定（应急）。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rescue", metavar="用户名", help="应急恢复这名管理员的登录")

    def handle(self, *args: Any, **options: Any) -> None:
        known = self.administrators()
        accounts = list(known)
        if options["rescue"]:
            accounts = [self.rescue(known.filter(username__iexact=options["rescue"]).first())]
        waiting = [account for account in accounts if not account.has_usable_password()]
        if not waiting:
            self.stdout.write("管理员都已设置密码，没有可发的链接。应急恢复请用 --rescue 用户名。")
            return
        for account in waiting:
            self.show(account)
        self.stdout.write("链接 7 天内有效、只能使用一次，请当面交给本人。")

    def administrators(self) -> QuerySet[StaffAccount]:
        found = StaffAccount.objects.filter(role__in=ADMINISTRATOR_KINDS, is_active=True)
        if not found:
            raise CommandError("没有启用的管理员账号。请先运行 manage.py load_bureau 装入。")
        return found.order_by("pk")

    def rescue(self, account: StaffAccount | None) -> StaffAccount:
        """Break the glass: whoever runs this rules the server anyway; the log keeps it."""
        if account is None:
            raise CommandError("没有这个用户名的启用的管理员账号，请核对。")
        account.set_unusable_password()
        account.must_change_password = True
        account.save()
        factors.remove(account, by=None, reason="命令行应急恢复")
        locks.unlock(account)
        sessions.end_all(account)
        events.record(EventKind.RESET, whom=account, detail="命令行应急恢复")
        return account

    def show(self, account: StaffAccount) -> None:
        token = links.issue(account, LinkKind.INVITE, by=None)
        who = f"{account.display_name}（{account.username}，{account.role_label}）"
        self.stdout.write(f"{who}：{settings.SITE_URL}{links.path(token)}")
        events.record(EventKind.INVITED, whom=account, detail="命令行发出")
