"""Compile the report: one snapshot of the figures, one document, one stored PDF."""

import hashlib
import json
import time
from typing import Any, Protocol
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from kernel.indicators.evaluate import Figure, evaluate
from kernel.jobs.models import Job
from kernel.jobs.runner import JobFailed
from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.glyphs import assert_glyphs
from kernel.typesetting.render import html, write_pdf

from .compose import Composition, build_document, compose_body, settings_problems
from .models import AnnualReport, ReportBuild
from .tokens import Problem

STEPS = ("计算指标", "核对勾稽与正文", "排版", "生成 PDF", "保存")


class ReportStopped(JobFailed):
    """The report may not be printed; `problems` name place, cause and way out."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class StepReporter(Protocol):
    def step(self, label: str, done: int, total: int) -> None: ...


def snapshot_figures(year: int) -> dict[str, Figure]:
    """All figures of the year, read in one repeatable-read transaction.

    Nobody's concurrent save can make two figures of one report disagree.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return evaluate(year)


def snapshot_data(figures: dict[str, Figure]) -> dict[str, Any]:
    """The figures as stored with a build: values with what they were computed from."""
    return {
        "taken_at": timezone.now().isoformat(),
        "figures": [
            {
                "key": figure.key,
                "label": figure.indicator.label,
                "value": figure.number,
                "unit": figure.indicator.unit,
                "rule": figure.indicator.rule,
                "register": figure.indicator.register,
                "params": figure.indicator.filter_params(figure.year),
                "cutoff": figure.cutoff.isoformat(),
                "period": figure.period_words,
                "records": figure.records,
            }
            for figure in figures.values()
        ],
    }


def digest(snapshot: dict[str, Any]) -> str:
    """SHA-256 over the figures' canonical JSON: equal figures give equal digests."""
    canonical = json.dumps(snapshot["figures"], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check(report: AnnualReport, figures: dict[str, Figure]) -> Composition:
    """The composed body. Raises `ReportStopped` with everything that is wrong at once."""
    body = compose_body(report.year, report.texts(), figures)
    if problems := [*settings_problems(report), *body.problems]:
        raise ReportStopped(problems)
    return body


def compile_report(
    report: AnnualReport,
    progress: StepReporter,
    *,
    layout: str,
    with_appendix: bool,
    by: Any = None,
    job: Job | None = None,
) -> ReportBuild:
    """Build and store the PDF. Nothing is stored before the last step: failures leave no trace."""
    started = time.perf_counter()
    progress.step(STEPS[0], 0, len(STEPS))
    figures = snapshot_figures(report.year)
    progress.step(STEPS[1], 1, len(STEPS))
    body = check(report, figures)
    progress.step(STEPS[2], 2, len(STEPS))
    try:
        document = build_document(
            report, body.blocks, figures, layout=layout, with_appendix=with_appendix
        )
        assert_glyphs(document)
        page = html(document)
        progress.step(STEPS[3], 3, len(STEPS))
        pdf = write_pdf(page, title=document.title, author=document.issuer, created=timezone.now())
    except TypesettingError as error:
        raise JobFailed(str(error)) from error
    progress.step(STEPS[4], 4, len(STEPS))
    build = ReportBuild(
        report=report, job=job, layout=layout, with_appendix=with_appendix, made_by=by
    )
    build.pages, build.snapshot = pdf.pages, snapshot_data(figures)
    build.snapshot_hash = digest(build.snapshot)
    return store(build, pdf.content, started)


def store(build: ReportBuild, content: bytes, started: float) -> ReportBuild:
    """Write the file, then the row; without the row the file goes too."""
    build.pdf_hash = hashlib.sha256(content).hexdigest()
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}-{uuid4().hex[:8]}"
    name = f"{build.report.year}-{build.layout}-{stamp}.pdf"
    try:
        build.pdf.save(name, ContentFile(content), save=False)
    except OSError as error:
        raise JobFailed(
            f"PDF 写入失败：{error.strerror or error}。请清理磁盘空间或检查存储目录权限后重试；"
            "上一份文稿不受影响。"
        ) from error
    build.seconds = round(time.perf_counter() - started, 3)
    try:
        build.save()
    except Exception:
        build.pdf.delete(save=False)
        raise
    return build
