"""A word of warning before a record is changed that a compiled report already rests on."""

from typing import Any

from django.utils import timezone

from kernel.indicators.evaluate import Figure, evaluate
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status
from kernel.registers.register import Register

from .models import AnnualReport, Layout, ReportBuild


def report_warning(register: Register, record: Any) -> str | None:
    """Which figures of the last official build count this record or its rows; `None` for none."""
    if record.owner_record().status != Status.APPROVED:
        return None
    named = [text for build in _last_builds() if (text := _text(build, register, record))]
    return "".join(named) or None


def _last_builds() -> list[ReportBuild]:
    """The newest official build of each year's report."""
    reports = AnnualReport.objects.filter(builds__layout=Layout.OFFICIAL).distinct()
    builds = (
        report.builds.filter(layout=Layout.OFFICIAL).defer("snapshot").first() for report in reports
    )
    return [build for build in builds if build]


def _text(build: ReportBuild, register: Register, record: Any) -> str:
    counted = figures_with(register, record, build.report.year)
    if not counted:
        return ""
    names = "、".join(f"“{figure.indicator.label}”" for figure in counted[:3])
    more = f"等 {len(counted)} 个指标" if len(counted) > 3 else ""
    return (
        f"本记录已计入 {timezone.localtime(build.made_at):%Y-%m-%d} 编制的"
        f" {build.report.year} 年度报告的{names}{more}。"
        "修改后数字可能与报告不一致，请先与法规科核对，并写明修改原因。"
    )


def figures_with(register: Register, record: Any, year: int) -> list[Figure]:
    """Figures of the year in which the record, or a row of it, is counted."""
    own = [(register, {"pk": record.pk})]
    parts = [
        (part, {part.model.owner: record.pk})
        for part in register.part_registers()
        if part.is_part and part.model.owner.count("__") == 0
    ]
    return [figure for source, row in own + parts for figure in _counting(source, row, year)]


def _counting(register: Register, row: dict[str, Any], year: int) -> list[Figure]:
    indicators = [one for one in catalogue if one.register == register.key]
    figures = evaluate(year, indicators, scope=lambda r: r.get_queryset().filter(**row))
    return [figure for figure in figures.values() if figure.records]
