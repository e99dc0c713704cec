"""`manage.py compile_report 2023 --wait`: ask the worker for the report, as the button does."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kernel.jobs.models import Job, JobStatus
from reports.jobs import request_compile
from reports.models import AnnualReport, Layout, ReportBuild

POLL_SECONDS = 0.2


class Command(BaseCommand):
    help = "通过后台任务编制年度报告;--wait 等待完成并显示 PDF 路径、页数、用时和全部指标。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--layout", choices=Layout.values, default=Layout.OFFICIAL)
        parser.add_argument("--no-appendix", action="store_true", help="不附指标明细表")
        parser.add_argument("--wait", action="store_true", help="等待完成")
        parser.add_argument("--timeout", type=int, default=300, help="最多等待的秒数")
        parser.add_argument("--figures", action="store_true", help="完成后列出全部指标")

    def handle(self, *args: Any, **options: Any) -> None:
        report = AnnualReport.objects.filter(year=options["year"]).first()
        if report is None:
            raise CommandError(f"还没有建立{options['year']}年的报告，请先在“年度报告”页建立。")
        job = request_compile(
            report, by=None, layout=options["layout"], with_appendix=not options["no_appendix"]
        )
        job.refresh_from_db()
        if job.waits_for_broker:
            self.stderr.write("任务队列暂时不可用，任务已保存，恢复后自动执行。")
        if options["wait"]:
            self.show(self.finished(job, options["timeout"]))
            if options["figures"]:
                call_command("figures", options["year"], stdout=self.stdout)

    def finished(self, job: Job, timeout: int) -> ReportBuild:
        """Wait for the worker. Raises CommandError with the job's own words when it fails."""
        deadline = time.monotonic() + timeout
        while job.is_open:
            if time.monotonic() > deadline:
                raise CommandError(f"等待 {timeout} 秒仍未完成，请确认任务进程（worker）正在运行。")
            time.sleep(POLL_SECONDS)
            job.refresh_from_db()
        if job.status != JobStatus.SUCCEEDED:
            raise CommandError(f"报告未能编制:\n{job.error}")
        return ReportBuild.objects.get(pk=job.result["build"])

    def show(self, build: ReportBuild) -> None:
        self.stdout.write(f"PDF：{build.pdf.path}")
        self.stdout.write(f"页数：{build.pages}")
        self.stdout.write(f"用时：{build.seconds} 秒")
