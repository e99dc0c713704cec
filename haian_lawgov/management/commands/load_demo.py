"""`manage.py load_demo`: the invented 2023 data set, the same at every run."""

import datetime as dt
import secrets
import time
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from organization.demo.load import DEMO_ACCOUNTS, load
from organization.demo.world import World
from organization.models import StaffAccount, Unit
from organization.roles import sync_roles
from reports.services import start_report

APPS = ("schools", "powers", "enforcement", "petitions", "disclosures", "governance")
SCALES = {
    "20k": {"petitions": 12_000, "enforcement": 6_000, "disclosures": 2_000},
    "1m": {"petitions": 600_000, "enforcement": 300_000, "disclosures": 100_000},
}


class Command(BaseCommand):
    help = "装入演示数据（2023 年度，另含 2022、2024 年的对照记录）。已装入时不做任何事。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale", choices=sorted(SCALES), help="把信访、抽查、公开放大到约这么多条"
        )
        parser.add_argument("--password", help="演示账号的密码；不给则随机生成并显示")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        password = options["password"] or secrets.token_urlsafe(9)
        with transaction.atomic(), pghistory.context(reason="装入演示数据"):
            self.refuse_real_data()
            if Unit.objects.exists():
                self.stdout.write("演示数据已经装入，未作改动。")
                return
            world = self.load(password)
        if options["scale"]:
            self.scale(world, SCALES[options["scale"]])
        self.stdout.write(f"演示数据已装入，用时 {time.perf_counter() - started:.1f} 秒。")
        if not options["password"]:
            self.stdout.write(f"演示账号密码：{password}")

    def refuse_real_data(self) -> None:
        """Two runs at once wait for each other; a bureau's real data is never touched."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_demo'))")
            # Postponed checks are walked again for every row of history: time grows squarely.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        demo = StaffAccount.objects.filter(username__in=DEMO_ACCOUNTS).exists()
        if Unit.objects.exists() and not demo:
            raise CommandError("数据库中已有正式数据，不能装入演示数据。请换一个空数据库。")

    def load(self, password: str) -> World:
        sync_roles()
        world = load(password)
        for app in APPS:
            import_module(f"{app}.demo").load(world)
        report = start_report(world.year)
        report.number, report.dated = "海教体〔2024〕18号", dt.date(2024, 2, 26)
        report.save()
        return world

    def scale(self, world: World, plan: dict[str, int]) -> None:
        for app, rows in plan.items():
            begun = time.perf_counter()
            import_module(f"{app}.demo").scale(world, rows)
            self.stdout.write(f"{app}：约 {rows} 条，{time.perf_counter() - begun:.1f} 秒")
