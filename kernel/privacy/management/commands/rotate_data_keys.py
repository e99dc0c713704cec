"""Re-encrypt all personal data with the first of the DATA_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.privacy.keys import keyring
from kernel.privacy.rotation import Outcome, encrypted_columns, reseal, survey


class Command(BaseCommand):
    help = "用 DATA_KEYS 中的第一个密钥重新加密全部个人信息（含修改历史）；可中断，再次运行接着做。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="只统计各列使用的密钥，不改动任何数据"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self.check_columns()
        else:
            self.rotate()

    def check_columns(self) -> None:
        known = [key.id for key in keyring().keys]
        self.stdout.write(f"现有密钥：{'、'.join(known)}（第一个用于加密）")
        for place in encrypted_columns():
            found = survey(place)
            words = "，".join(f"{key} {count} 行" for key, count in sorted(found.items()))
            self.stdout.write(f"{place}：{words or '没有数据'}")

    def rotate(self) -> None:
        outcomes = [reseal(place) for place in encrypted_columns()]
        for outcome in outcomes:
            self.stdout.write(_line(outcome))
        if lost := sum(outcome.unreadable for outcome in outcomes):
            raise CommandError(
                f"有 {lost} 个值用现有密钥都打不开，未改动。请把原来的密钥补进 DATA_KEYS 后再运行；"
                "在此之前不要删除任何旧密钥。"
            )
        self.stdout.write("全部个人信息都已使用第一个密钥，其余密钥可以从 DATA_KEYS 中删除。")


def _line(outcome: Outcome) -> str:
    line = f"{outcome.column}：{outcome.rows} 个值，重新加密 {outcome.sealed} 个"
    return f"{line}，无法解密 {outcome.unreadable} 个" if outcome.unreadable else line
