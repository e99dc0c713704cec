"""Each figure counts what its rule says, and none of the rows that look alike."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from kernel.indicators.checks import check_figures
from kernel.indicators.evaluate import Figure, evaluate, holds
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status
from schools.models import (
    AidKind,
    AidStage,
    DrillKind,
    MediaTopic,
    OutputKind,
    ProjectKind,
    Stage,
)

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
Compute = Callable[..., Figure]
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
LAST, NEXT = day(12, 31), day(1, 1, YEAR + 1)
BEFORE = day(12, 31, YEAR - 1)


def test_projects_are_counted_by_kind_and_year_of_the_list(figure: Compute) -> None:
    make.ProjectFactory.create_batch(2)
    make.ProjectFactory.create(kind=ProjectKind.LIVELIHOOD)
    make.ProjectFactory.create(year=YEAR - 1, started_on=day(1), completed_on=day(6))
    make.ProjectFactory.create(year=YEAR + 1)
    for status in NOT_COUNTED:
        make.ProjectFactory.create(status=status)
    assert figure("services.key_projects").value == 2
    assert figure("services.livelihood_projects").value == 1


def test_outputs_count_in_the_year_in_which_the_project_is_finished(figure: Compute) -> None:
    make.OutputFactory.create(project__completed_on=day(1, 10), quantity=1)
    make.OutputFactory.create(project__completed_on=LAST, quantity=10, project__year=YEAR - 1)
    make.OutputFactory.create(project__completed_on=None, quantity=100)
    make.OutputFactory.create(project__completed_on=NEXT, quantity=1000)
    make.OutputFactory.create(
        project__started_on=BEFORE, project__completed_on=BEFORE, quantity=10_000
    )
    make.OutputFactory.create(kind=OutputKind.JUNIOR_PLACES, quantity=100_000)
    make.OutputFactory.create(kind=OutputKind.DORM_BEDS, quantity=7)
    for status in NOT_COUNTED:
        make.OutputFactory.create(project__status=status, quantity=1_000_000)
    assert figure("services.primary_places").value == 11
    assert figure("services.dorm_beds").value == 7


def test_a_finished_project_with_two_outputs_is_one_project_with_one_name(figure: Compute) -> None:
    first = make.OutputFactory.create(project__name="实验小学")
    make.OutputFactory.create(project=first.project, kind=OutputKind.FLOOR_AREA)
    make.OutputFactory.create(project__name="公寓楼", kind=OutputKind.DORM_BEDS)
    make.OutputFactory.create(project__name="未竣工", project__completed_on=None)
    found = figure("services.completed_projects")
    assert (found.value, found.names) == (2, ("实验小学", "公寓楼"))


def test_lamps_are_cumulative_and_a_kindergarten_counts_once(figure: Compute) -> None:
    early = make.LightingFactory.create(fitted_on=day(8, 1, YEAR - 1), lamps=5)
    make.LightingFactory.create(kindergarten=early.kindergarten, fitted_on=LAST, lamps=6)
    make.LightingFactory.create(lamps=7)
    make.LightingFactory.create(fitted_on=NEXT, lamps=100)
    for status in NOT_COUNTED:
        make.LightingFactory.create(lamps=1000, status=status)
    assert figure("services.lamps").value == 18
    assert figure("services.lit_kindergartens").value == 2


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, 1),
        ({"established_on": LAST}, 1),
        ({"established_on": NEXT}, 0),
        ({"dissolved_on": LAST}, 0),
        ({"dissolved_on": NEXT}, 1),
        *[({"status": status}, 0) for status in NOT_COUNTED],
    ],
)
def test_groups_are_counted_as_they_stand_on_the_last_day(
    fields: dict[str, Any], counted: int, figure: Compute
) -> None:
    make.GroupFactory.create(**fields)
    assert figure("services.education_groups").value == counted


GROUP_TRAPS = [
    {"joined_on": NEXT},
    {"left_on": LAST},
    {"group__dissolved_on": LAST},
    {"group__established_on": NEXT},
    *[{"group__status": status} for status in NOT_COUNTED],
]


@pytest.mark.parametrize("fields", GROUP_TRAPS)
def test_a_membership_not_in_force_covers_nobody(fields: dict[str, Any], figure: Compute) -> None:
    lead = make.SchoolFactory.create(opened_on=NEXT)
    make.MemberFactory.create(**fields, group__lead_school=lead)
    found = figure("services.group_coverage")
    assert (found.records, found.value) == (1, 0)


def test_coverage_is_judged_on_the_day_not_today(figure: Compute) -> None:
    """A member that left since was one then; a member that joined since was not."""
    lead = make.SchoolFactory.create(opened_on=NEXT)
    group = make.GroupFactory.create(lead_school=lead, established_on=day(3, 1, YEAR - 1))
    first, second = make.SchoolFactory.create_batch(2)
    make.MemberFactory.create(group=group, school=first, left_on=NEXT)
    make.MemberFactory.create(group=group, school=second, joined_on=day(3, 1, YEAR + 1))
    assert figure("services.group_coverage").value == 50
    assert figure("services.group_coverage", YEAR + 1).value == Decimal(100) / 3


def test_a_school_in_two_groups_is_covered_once(figure: Compute) -> None:
    lead = make.SchoolFactory.create(opened_on=NEXT)
    school = make.SchoolFactory.create()
    for _ in range(2):
        make.MemberFactory.create(school=school, group__lead_school=lead)
    make.SchoolFactory.create()
    assert figure("services.group_coverage").value == 50


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, 1),
        ({"stage": Stage.KINDERGARTEN}, 1),
        ({"stage": Stage.NINE_YEAR}, 1),
        ({"stage": Stage.SENIOR}, 0),
        ({"stage": Stage.VOCATIONAL}, 0),
        ({"stage": Stage.SPECIAL}, 0),
        ({"opened_on": NEXT}, 0),
        ({"closed_on": LAST}, 0),
        ({"closed_on": NEXT}, 1),
        *[({"status": status}, 0) for status in NOT_COUNTED],
    ],
)
def test_group_coverage_is_measured_on_schools_in_scope_and_in_operation(
    fields: dict[str, Any], counted: int, figure: Compute
) -> None:
    make.SchoolFactory.create(**fields)
    assert figure("services.group_coverage").records == counted


VICE_PRINCIPAL_TRAPS = [
    {"term_ends_on": day(12, 30)},
    {"appointed_on": NEXT},
    *[{"status": status} for status in NOT_COUNTED],
]


@pytest.mark.parametrize("fields", VICE_PRINCIPAL_TRAPS)
def test_an_appointment_not_in_force_covers_nobody(fields: dict[str, Any], figure: Compute) -> None:
    make.VicePrincipalFactory.create(**fields)
    assert figure("legal_vice_principal.coverage").value == 0


def test_an_appointment_runs_through_its_last_day(figure: Compute) -> None:
    make.VicePrincipalFactory.create(term_ends_on=LAST)
    assert figure("legal_vice_principal.coverage").value == 100


def test_one_school_without_a_vice_principal_breaks_the_universal(figure: Compute) -> None:
    appointment = make.VicePrincipalFactory.create()
    make.VicePrincipalFactory.create(school=appointment.school, name="第二人")
    make.SchoolFactory.create(stage=Stage.SENIOR, opened_on=NEXT)
    assert holds(figure("legal_vice_principal.coverage"), {}) is True
    make.SchoolFactory.create(stage=Stage.KINDERGARTEN)
    found = figure("legal_vice_principal.coverage")
    assert (found.value, holds(found, {})) == (50, False)


def test_aid_adds_up_by_kind_in_exact_yuan() -> None:
    waiver = {"kind": AidKind.WAIVER, "stage": AidStage.PRESCHOOL}
    term = make.TermFactory.create()
    make.AidFactory.create(term=term, beneficiaries=3, amount=Decimal("1234.56"))
    make.AidFactory.create(term=term, beneficiaries=4, amount=Decimal("0.44"))
    make.AidFactory.create(term=term, beneficiaries=5, amount=Decimal("99999.99"), **waiver)
    make.AidFactory.create(term=term, beneficiaries=100, year=YEAR + 1)
    for status in NOT_COUNTED:
        make.AidFactory.create(term=term, beneficiaries=1000, status=status)
    keys = [indicator for indicator in catalogue if indicator.key.startswith("aid.")]
    figures = evaluate(YEAR, keys)
    assert {key: found.value for key, found in figures.items()} == {
        "aid.amount": Decimal("10.123499"),
        "aid.beneficiaries": 12,
        "aid.waived.beneficiaries": 5,
        "aid.waived.amount": Decimal("9.999999"),
        "aid.grants.beneficiaries": 7,
        "aid.grants.amount": Decimal("0.1235"),
    }
    checks = check_figures(figures)
    assert len(checks) == 6
    assert all(check.holds for check in checks)


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, 1),
        ({"held_on": LAST}, 1),
        ({"held_on": NEXT}, 0),
        ({"held_on": BEFORE}, 0),
        ({"kind": DrillKind.FIRE}, 0),
        *[({"status": status}, 0) for status in NOT_COUNTED],
    ],
)
def test_only_comprehensive_drills_of_the_city_count(
    fields: dict[str, Any], counted: int, figure: Compute
) -> None:
    make.CityDrillFactory.create(**fields)
    make.DrillFactory.create(kind=DrillKind.COMPREHENSIVE)
    assert figure("drills.city_comprehensive").value == counted


def test_the_month_is_that_of_the_first_city_drill(figure: Compute) -> None:
    make.DrillFactory.create(kind=DrillKind.COMPREHENSIVE, held_on=day(2))
    make.CityDrillFactory.create(kind=DrillKind.FIRE, held_on=day(3))
    for held_on in (day(11), day(12)):
        make.CityDrillFactory.create(held_on=held_on)
    assert figure("drills.city_comprehensive.month").text == "11月"


@pytest.mark.parametrize(
    ("fields", "zero"),
    [
        ({}, False),
        ({"held_on": NEXT}, True),
        ({"held_on": BEFORE}, True),
        *[({"status": status}, True) for status in NOT_COUNTED],
    ],
)
def test_one_reviewed_incident_ends_zero_error(
    fields: dict[str, Any], zero: bool, figure: Compute
) -> None:
    assert holds(figure("exams.zero_incidents"), {}) is True
    make.IncidentFactory.create(**fields)
    assert holds(figure("exams.zero_incidents"), {}) is zero


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, 1),
        ({"topic": MediaTopic.AFTER_SCHOOL}, 1),
        ({"topic": MediaTopic.OTHER}, 0),
        ({"published_on": NEXT}, 0),
        ({"published_on": BEFORE}, 0),
        *[({"status": status}, 0) for status in NOT_COUNTED],
    ],
)
def test_mentions_count_by_topic(fields: dict[str, Any], counted: int, figure: Compute) -> None:
    make.MentionFactory.create(**fields)
    assert figure("supervision.media_mentions").value == counted


def test_trainees_are_the_sum_over_the_sessions_of_the_year(figure: Compute) -> None:
    make.SecurityFactory.create_batch(2, trainees=30)
    make.SecurityFactory.create(trainees=1, held_on=LAST)
    for held_on in (NEXT, BEFORE):
        make.SecurityFactory.create(trainees=1000, held_on=held_on)
    for status in NOT_COUNTED:
        make.SecurityFactory.create(trainees=1000, status=status)
    assert figure("digital.network_security_trainees").value == 61
