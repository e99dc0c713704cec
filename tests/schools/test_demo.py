"""The demo set gives the published figures of 2023, and is not a set where anything does."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, Q, Sum

from kernel.indicators.checks import failing
from kernel.indicators.evaluate import evaluate, holds
from kernel.indicators.indicator import catalogue
from kernel.records.models import RecordBase
from kernel.records.status import Status
from schools.models import (
    Drill,
    DrillObligation,
    EducationGroup,
    LightingInstallation,
    Project,
    School,
    StudentAid,
)

pytestmark = pytest.mark.django_db
EXPECTED_2023 = {
    "services.livelihood_projects": "4项",
    "services.key_projects": "14项",
    "services.completed_projects": "3个",
    "services.primary_places": "3240个",
    "services.dorm_beds": "1200个",
    "services.lit_kindergartens": "45家",
    "services.lamps": "4688盏",
    "services.education_groups": "24个",
    "services.group_coverage": "100%",
    "aid.amount": "1970.9395万元",
    "aid.beneficiaries": "20895人次",
    "aid.waived.beneficiaries": "11787人",
    "aid.waived.amount": "1332.817万元",
    "aid.grants.beneficiaries": "9108人",
    "aid.grants.amount": "638.1225万元",
    "drills.school_per_month": "1次",
    "drills.kindergarten_per_quarter": "1次",
    "drills.school_fulfilled": "100%",
    "drills.kindergarten_fulfilled": "100%",
    "drills.city_comprehensive": "1次",
    "drills.city_comprehensive.month": "11月",
    "legal_vice_principal.coverage": "100%",
    "exams.zero_incidents": "0件",
    "supervision.media_mentions": "46次",
    "digital.network_security_trainees": "426人",
}
SAME_EVERY_YEAR = {"drills.city_comprehensive"}


def figures(year: int) -> dict[str, Any]:
    return evaluate(year, [catalogue.get(key) for key in EXPECTED_2023])


def test_demo_2023_figures() -> None:
    found = figures(2023)
    assert {key: figure.text for key, figure in found.items()} == EXPECTED_2023
    assert found["services.completed_projects"].names == ("实小北校区", "金港学校", "海中公寓楼")
    assert failing(found) == []
    guarded = [figure for figure in found.values() if figure.indicator.guard in ("ratio", "zero")]
    assert len(guarded) == 5
    assert all(holds(figure, found) for figure in guarded)


def test_all_indicators_of_the_app_are_in_the_table() -> None:
    own = {i.key for i in catalogue if i.source().app_label == "schools"}
    assert own == set(EXPECTED_2023)


@pytest.mark.parametrize("year", [2022, 2024])
def test_other_years_give_other_figures(year: int) -> None:
    for key, figure in figures(year).items():
        if key not in SAME_EVERY_YEAR and not (year == 2022 and key.endswith(".month")):
            assert figure.text != EXPECTED_2023[key], key


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (Project, Q(year=2023)),
        (LightingInstallation, Q(fitted_on__lte=dt.date(2023, 12, 31))),
        (StudentAid, Q(year=2023, kind="grant")),
        (StudentAid, Q(year=2023, kind="waiver")),
        (Drill, Q(level="city", kind="comprehensive", held_on__year=2023)),
        (Drill, Q(level="school", held_on__year=2023)),
    ],
)
def test_rows_of_2023_that_do_not_count_are_there(model: Any, rows: Q) -> None:
    states = set(model.objects.filter(rows).values_list("status", flat=True))
    assert Status.APPROVED in states
    assert len(states) >= 3


def test_some_kindergarten_has_two_deliveries_of_lamps() -> None:
    approved = LightingInstallation.objects.counted().filter(fitted_on__year__lte=2023)
    assert approved.values("kindergarten").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_no_school_month_is_due_in_july_or_august_and_some_months_have_two_drills() -> None:
    rows = DrillObligation.objects.filter(period_start__year=2023, frequency="month")
    assert not rows.filter(period_start__month__in=(7, 8)).exists()
    assert set(rows.values_list("period_start__month", flat=True)) == {
        1,
        2,
        3,
        4,
        5,
        6,
        9,
        10,
        11,
        12,
    }
    per_month = Drill.objects.counted().filter(level="school", held_on__year=2023)
    twice = per_month.values("school", "held_on__month").annotate(n=Count("pk")).filter(n__gt=1)
    assert twice.count() > 50


def test_schools_without_a_vice_principal_exist_outside_the_reporting_day() -> None:
    unserved = School.objects.exclude(legal_vice_principals__status=Status.APPROVED)
    assert unserved.filter(closed_on__year=2022, status=Status.APPROVED).exists()
    assert unserved.filter(opened_on__year=2024, status=Status.APPROVED).exists()
    assert unserved.filter(opened_on__year=2023, status=Status.SUBMITTED).exists()


def test_groups_that_do_not_count_are_there() -> None:
    groups = EducationGroup.objects.all()
    assert groups.filter(dissolved_on=dt.date(2023, 12, 31), status=Status.APPROVED).exists()
    assert groups.filter(established_on__year=2024, status=Status.APPROVED).exists()
    assert groups.exclude(status=Status.APPROVED).count() >= 2


def test_the_sums_of_aid_are_exact_in_yuan() -> None:
    sums = StudentAid.objects.counted().filter(year=2023).values("kind").annotate(s=Sum("amount"))
    assert {row["kind"]: str(row["s"]) for row in sums} == {
        "waiver": "13328170.00",
        "grant": "6381225.00",
    }


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_app_config("schools").get_models() if issubclass(m, RecordBase)],
)
def test_every_demo_row_would_pass_the_form(model: Any) -> None:
    rows = list(model.objects.order_by("?")[:40]) if model is not School else School.objects.all()
    assert rows
    for row in rows:
        row.full_clean()
