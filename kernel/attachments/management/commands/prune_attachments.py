"""Find stored files that no attachment points to, and remove them when asked."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from kernel.attachments import store
from kernel.attachments.models import Attachment

YOUNGEST = dt.timedelta(days=1)
"""Younger files may belong to an upload that is just being written."""


class Command(BaseCommand):
    """An upload killed between the file and its row leaves a file that nobody can reach."""

    help = "列出没有附件引用的存储文件（上传中途断电等留下的），加 --delete 才删除"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="删除列出的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Attachment.objects.values_list("sha256", flat=True).distinct())
        limit = timezone.now() - YOUNGEST
        found = [name for name in _stored() if _digest(name) not in known and _older(name, limit)]
        for name in found:
            self.stdout.write(name)
            if options["delete"]:
                default_storage.delete(name)
        verb = "已删除" if options["delete"] else "未删除（加 --delete 删除）"
        self.stdout.write(f"无引用的文件 {len(found)} 个，{verb}。")


def _stored() -> list[str]:
    try:
        return sorted(store.all_names())
    except FileNotFoundError:  # nothing was ever uploaded
        return []


def _digest(name: str) -> str:
    return PurePosixPath(name).name[:64]


def _older(name: str, limit: dt.datetime) -> bool:
    return default_storage.get_modified_time(name) < limit
