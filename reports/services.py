"""Start a year's report, change its texts and its settings."""

from typing import Any

from django.db import transaction

from kernel.records.errors import Conflict, Refused
from organization.models import Unit

from .models import TEXTS, AnnualReport, ReportSection
from .outline import SECTIONS


@transaction.atomic
def start_report(year: int) -> AnnualReport:
    """Create the report of a year with the texts of the latest one, else with the stock texts.

    Number and date stay empty: they are set when the report is signed.
    """
    previous = AnnualReport.objects.filter(year__lt=year).first()
    bodies = {key: section.body for key, section in previous.texts().items()} if previous else {}
    report = AnnualReport(year=year)
    report.full_clean()
    report.save()
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={s.owner for s in SECTIONS})}
    root = Unit.objects.filter(parent=None).first()
    ReportSection.objects.bulk_create(
        ReportSection(
            report=report,
            key=section.key,
            unit=units.get(section.owner, root),
            body=bodies.get(section.key) or stock_text(section.key),
        )
        for section in SECTIONS
    )
    return report


def stock_text(key: str) -> str:
    """The text delivered with the product for a section."""
    return (TEXTS / f"{key}.txt").read_text(encoding="utf-8")


def may_edit(section: ReportSection, user: Any) -> bool:
    """The writing unit's staff, and the legal section for all texts."""
    if not user.has_perm("reports.change_reportsection"):
        return False
    return user.has_perm("reports.change_annualreport") or user.may_write(section.unit_id)


@transaction.atomic
def save_section(section: ReportSection, *, body: str, expected_version: int, by: Any) -> None:
    """Save a text. Raises `Conflict` when somebody saved it meanwhile, `Refused` without right."""
    current = ReportSection.objects.select_for_update().get(pk=section.pk)
    if not may_edit(current, by):
        raise Refused("您只能修改本单位撰写的章节。")
    if current.version != expected_version:
        raise Conflict(
            f"保存失败：{current.updated_by or '其他人'}已修改过本章节。您的文字仍保留在本页，"
            "请在新窗口打开最新内容，合并后再保存。"
        )
    current.body, current.version, current.updated_by = body, current.version + 1, by
    current.full_clean()
    current.save()
