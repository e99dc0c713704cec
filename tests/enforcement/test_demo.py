"""The demo set gives the report's figures, obeys every rule, and catches wrong queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, Sum

from enforcement import models
from enforcement.demo import scale
from kernel.indicators.checks import failing
from kernel.indicators.evaluate import holds
from kernel.records.models import Record, RecordBase
from organization.demo import World
from organization.models import Agency, StaffAccount, Unit

pytestmark = pytest.mark.django_db

EXPECTED = {
    "inspection.tasks": 5,
    "inspection.tasks.single": 2,
    "inspection.tasks.joint": 3,
    "inspection.subjects": 21,
    "inspection.backfill_rate": 100,
    "training.joint_operations": 12,
    "training.joint_operations.city": 3,
    "training.patrol_person_times": 537,
    "training.officer_person_times": 23,
    "training.institution_visits": 386,
    "training.violations": 21,
    "training.violations.rectified_on_site": 21,
    "officers.certified": 35,
    "officers.on_post": 35,
    "officers.training_hours_required": 60,
    "officers.training_hours_met": 100,
}
UNIVERSAL = (
    "inspection.backfill_rate",
    "training.violations.rectified_on_site",
    "officers.on_post",
    "officers.training_hours_met",
)


def test_demo_2023_figures(figures: Any) -> None:
    found = figures(2023)
    assert {key: figure.value for key, figure in found.items()} == EXPECTED
    assert failing(found) == []
    for key in UNIVERSAL:
        assert holds(found[key], found) is True, key


@pytest.mark.parametrize("year", [2022, 2024])
def test_other_years_hold_other_figures(figures: Any, year: int) -> None:
    found = figures(year)
    same = {key for key, expected in EXPECTED.items() if found[key].value == expected}
    assert same <= {"inspection.tasks.single", "officers.training_hours_required"}
    assert all(figure.value >= 0 and figure.records > 0 for figure in found.values())
    assert failing(found) == []
    for key in ("inspection.backfill_rate", "training.violations.rectified_on_site"):
        assert holds(found[key], found) is False, key


def counted(model: type[RecordBase], **year: int) -> Any:
    return model.objects.counted().filter(**year)


def test_demo_tells_right_queries_from_wrong_ones() -> None:
    drawn = counted(models.DrawnSubject, task__held_on__year=2023)
    assert drawn.values("subject").distinct().count() > 21  # replaced ones counted
    assert drawn.filter(replaced=False).count() == 23  # not distinct
    entered = models.InspectionResult.objects.filter(entered_on__year=2023)
    assert entered.count() != 23  # by the day of entry
    violations = counted(models.Violation, found_on__year=2023)
    assert violations.count() > 21  # other subjects counted
    training = violations.filter(subject__kind__in=models.TRAINING_KINDS)
    assert training.values("subject").distinct().count() == 20
    assert training.filter(orders__isnull=False).count() > 21  # a join to many
    visits = counted(models.InspectionVisit, operation__held_on__year=2023)
    assert visits.count() > 386
    assert visits.values("subject").distinct().count() < 386
    members = counted(models.PatrolMember, operation__held_on__year=2023)
    assert members.aggregate(n=Sum("headcount"))["n"] == 537 + 23
    assert members.count() < 537
    valid = models.Officer.objects.counted().filter(
        issued_on__lte="2023-12-31", valid_to__gte="2023-12-31"
    )
    assert valid.count() > 35  # taken away, left, not yet here
    requirements = models.TrainingRequirement.objects.filter(year=2023)
    assert min(requirements.values_list("minimum_hours", flat=True)) < 60


@pytest.mark.parametrize(
    "model", [models.InspectionTask, models.JointOperation, models.Officer, models.Violation]
)
def test_demo_holds_rows_that_are_not_approved(model: type[Record]) -> None:
    kept = model.objects.values_list("status", flat=True)
    assert {"approved", "returned", "submitted", "withdrawn"} <= set(kept)


def test_some_certified_officer_has_exactly_the_minimum() -> None:
    hours = (
        models.TrainingAttendance.objects.counted()
        .filter(session__held_on__year=2023, session__kind__in=models.PROFESSIONAL_KINDS)
        .values("officer")
        .annotate(total=Sum("hours"))
    )
    assert Decimal(60) in {row["total"] for row in hours}


def test_political_hours_would_have_lifted_some_above_the_minimum_of_2022() -> None:
    earned = models.TrainingAttendance.objects.counted().filter(session__held_on__year=2022)
    all_hours = earned.values("officer").annotate(total=Sum("hours"))
    enough = {row["officer"] for row in all_hours if row["total"] >= 60}
    professional = earned.filter(session__kind__in=models.PROFESSIONAL_KINDS)
    short = {
        row["officer"]
        for row in professional.values("officer").annotate(total=Sum("hours"))
        if row["total"] < 60
    }
    assert short & enough


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_app_config("enforcement").get_models() if issubclass(m, RecordBase)],
    ids=lambda model: model.__name__,
)
def test_every_demo_row_passes_every_rule(model: Any) -> None:
    rows = model.objects.all()
    assert rows
    for row in rows[:200]:
        row.full_clean()


def test_every_operation_has_two_departments_and_every_draw_two_officers() -> None:
    operations = models.JointOperation.objects.annotate(n=Count("agencies"))
    assert min(operations.values_list("n", flat=True)) >= 2
    drawn = models.DrawnSubject.objects.filter(replaced=False).annotate(n=Count("assignments"))
    assert min(drawn.values_list("n", flat=True)) >= 2


def test_officers_in_the_field_were_certified_that_day() -> None:
    for member in models.PatrolMember.objects.filter(role="officer").select_related():
        assert member.officer.certified_on(member.operation.held_on)
    for row in models.InspectionAssignment.objects.select_related("officer", "drawn__task"):
        assert row.officer.certified_on(row.drawn.task.held_on)


def world() -> World:
    accounts: dict[str, list[StaffAccount]] = {}
    for account in StaffAccount.objects.all():
        accounts.setdefault(account.unit.code, []).append(account)
    return World(
        bureau=Unit.objects.get(parent=None),
        units={unit.code: unit for unit in Unit.objects.all()},
        accounts=accounts,
        agencies={a.name.removeprefix("市"): a for a in Agency.objects.all()},
        school_units=[],
    )


def test_scale_spreads_tasks_draws_and_results_over_22_years(figures: Any) -> None:
    tables = (models.InspectionTask, models.DrawnSubject, models.InspectionResult)
    before = [table.objects.count() for table in tables]
    added = scale(world(), 6_000)
    tasks, drawn, results = (
        table.objects.count() - count for table, count in zip(tables, before, strict=True)
    )
    assert 4_500 <= added <= 6_000
    assert tasks % 22 == 0
    assert drawn == 30 * tasks
    assert results == 29 * tasks
    years = models.InspectionTask.objects.values("held_on__year").annotate(n=Count("pk"))
    assert {row["held_on__year"] for row in years} >= set(range(2004, 2026))
    statuses = set(models.InspectionResult.objects.values_list("status", flat=True))
    assert statuses >= {"approved", "returned", "submitted", "withdrawn"}
    assert 50 < figures(2010)["inspection.backfill_rate"].value < 100
    for result in models.InspectionResult.objects.order_by("-pk")[:20]:
        result.full_clean()
