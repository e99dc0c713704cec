"""Who changes a record that a compiled report rests on is told so before saving."""

import datetime as dt
from typing import Any

import pytest

from kernel.records.status import Status
from kernel.registers.register import registry
from organization.models import StaffAccount
from petitions.models import Petition
from reports.models import AnnualReport, Layout, ReportBuild
from reports.warnings import figures_with, report_warning
from tests.contract.pages import html

PETITIONS = registry.get("petitions.petition")


def counted() -> Petition:
    return Petition.objects.filter(
        status=Status.APPROVED, accepted_on__year=2023, channel="sunshine"
    ).earliest("pk")


@pytest.fixture
def build(db: None, reviewer: StaffAccount) -> ReportBuild:
    return ReportBuild.objects.create(
        report=AnnualReport.objects.get(year=2023),
        layout=Layout.OFFICIAL,
        snapshot={"figures": []},
        pages=22,
        seconds=1,
        made_by=reviewer,
    )


def test_the_figures_that_count_a_record_are_named(build: ReportBuild) -> None:
    record = counted()
    labels = {figure.indicator.key for figure in figures_with(PETITIONS, record, 2023)}
    assert "petitions.xinfang" in labels
    text = report_warning(PETITIONS, record)
    assert text and "2023 年度报告" in text and "“阳光信访件”" in text


def test_rows_of_the_record_count_too(build: ReportBuild) -> None:
    register = registry.get("enforcement.jointoperation")
    record = register.model.objects.counted().filter(held_on__year=2023).first()
    keys = {figure.indicator.source().key for figure in figures_with(register, record, 2023)}
    assert len(keys) > 1


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.SUBMITTED},
        {"received_on": dt.date(2021, 5, 5), "accepted_on": dt.date(2021, 5, 6)},
    ],
    ids=["not counted yet", "another year"],
)
def test_what_no_report_counts_warns_nobody(build: ReportBuild, change: dict[str, Any]) -> None:
    record = counted()
    for name, value in change.items():
        setattr(record, name, value)
    Petition.objects.bulk_update([record], list(change))
    assert report_warning(PETITIONS, record) is None


def test_without_an_official_build_nobody_is_warned(db: None) -> None:
    assert report_warning(PETITIONS, counted()) is None


def test_the_form_shows_the_warning(build: ReportBuild, reviewer: Any, login: Any) -> None:
    page = html(login(reviewer).get(PETITIONS.url("edit", counted().pk)))
    assert "年度报告的" in page and "可能与报告不一致" in page
