"""`manage.py load_bureau file.toml`: a bureau's own profile, units, agencies and accounts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organization.bureau_file import BureauFileError, read
from organization.bureau_load import Outcome, load

MOST_FAULTS = 50


class Command(BaseCommand):
    help = "装入本机关资料（机关信息、机构、协同部门、账号）。可重复运行，已一致的不改动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="TOML 文件，样例见 docs/examples/bureau.toml")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = load(read(options["file"]))
        except BureauFileError as error:
            raise CommandError(refused(error.faults)) from error
        self.show(outcome)

    def show(self, outcome: Outcome) -> None:
        for (table, deed), rows in outcome.counts.items():
            self.stdout.write(f"{table}：{deed} {rows}")
        if not outcome.without_password:
            return
        self.stdout.write("\n以下账号尚无密码，不能登录：")
        for account in outcome.without_password:
            self.stdout.write(
                f"  {account.username}    {account.display_name}，"
                f"{account.role_label}，{account.unit.name}"
            )
        self.stdout.write(
            "管理员的一次性链接：manage.py first_administrators。"
            "其余账号由系统管理员登录后在“人员账号”页发出邀请。"
        )


def refused(faults: list[str]) -> str:
    """All faults, one a line, with the number of those left out."""
    shown = [f"  - {fault}" for fault in faults[:MOST_FAULTS]]
    more = [f"  - 另有 {len(faults) - MOST_FAULTS} 处"] if len(faults) > MOST_FAULTS else []
    return "\n".join([f"有 {len(faults)} 处错误，未作任何改动：", *shown, *more])
