"""Figures of joint operations: persons, visits, violations, orders."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from enforcement.models import OperationLevel, PatrolRole, SubjectKind
from kernel.indicators.evaluate import holds
from kernel.records.status import Status

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
OPERATIONS, CITY = "training.joint_operations", "training.joint_operations.city"
TEAMS, OFFICERS = "training.patrol_person_times", "training.officer_person_times"
VISITS, VIOLATIONS = "training.institution_visits", "training.violations"
ON_SITE = "training.violations.rectified_on_site"
each_unapproved = pytest.mark.parametrize("status", NOT_COUNTED)


def test_operations_count_in_the_year_in_which_they_were_held(figures: Any) -> None:
    make.OperationFactory.create(held_on=day(1, 1))
    make.OperationFactory.create(
        held_on=day(12, 31), finished_on=day(1, 3, YEAR + 1), level=OperationLevel.CITY
    )
    make.OperationFactory.create(held_on=day(12, 31, YEAR - 1), finished_on=day(1, 3))
    make.OperationFactory.create(held_on=day(1, 1, YEAR + 1), level=OperationLevel.CITY)
    found = figures()
    assert found[OPERATIONS].value == 2
    assert found[CITY].value == 1


@each_unapproved
def test_nothing_of_an_operation_that_is_not_approved_counts(figures: Any, status: Status) -> None:
    operation = make.OperationFactory.create(status=status, level=OperationLevel.CITY)
    make.MemberFactory.create(operation=operation, headcount=20)
    make.OfficerMemberFactory.create(operation=operation)
    make.VisitFactory.create(operation=operation)
    found = figures()
    assert {found[k].value for k in (OPERATIONS, CITY, TEAMS, OFFICERS, VISITS)} == {0}


def test_teams_count_by_headcount_and_officers_one_by_one(figures: Any) -> None:
    operation = make.OperationFactory.create()
    make.MemberFactory.create(operation=operation, headcount=12)
    make.MemberFactory.create(operation=operation, role=PatrolRole.HANDLING, headcount=5)
    make.OfficerMemberFactory.create_batch(2, operation=operation)
    found = figures()
    assert found[TEAMS].value == 17
    assert found[OFFICERS].value == 2


def test_an_officer_who_goes_out_twice_is_two_person_times(value: Any) -> None:
    officer = make.OfficerFactory.create()
    make.OfficerMemberFactory.create_batch(2, officer=officer)
    assert value(OFFICERS) == 2


def test_people_and_visits_belong_to_the_year_of_their_operation(figures: Any) -> None:
    for held_on in (day(12, 31, YEAR - 1), day(1, 1, YEAR + 1)):
        operation = make.OperationFactory.create(held_on=held_on)
        make.MemberFactory.create(operation=operation, headcount=9)
        make.OfficerMemberFactory.create(operation=operation)
        make.VisitFactory.create(operation=operation, visited_on=day(1, 2))
    found = figures()
    assert {found[k].value for k in (TEAMS, OFFICERS, VISITS)} == {0}


def test_every_call_at_an_institution_is_a_visit(value: Any) -> None:
    first = make.VisitFactory.create()
    make.VisitFactory.create(operation=first.operation, subject=first.subject, sequence=2)
    make.VisitFactory.create(subject=first.subject)
    assert value(VISITS) == 3


@pytest.mark.parametrize("kind", [k for k in SubjectKind if k != SubjectKind.TRAINING_INSTITUTION])
def test_visits_to_other_subjects_are_not_visits_to_institutions(value: Any, kind: str) -> None:
    make.VisitFactory.create(subject__kind=kind)
    assert value(VISITS) == 0


def test_a_visit_falls_on_the_days_of_its_operation() -> None:
    operation = make.OperationFactory.create(held_on=day(7, 1), finished_on=day(7, 3))
    subject = make.SubjectFactory.create()
    for day_ in (day(7, 1), day(7, 3)):
        make.VisitFactory.build(operation=operation, subject=subject, visited_on=day_).full_clean()
    for day_ in (day(6, 30), day(7, 4)):
        visit = make.VisitFactory.build(operation=operation, subject=subject, visited_on=day_)
        with pytest.raises(ValidationError, match="须在本次检查期间"):
            visit.full_clean()


def test_two_violations_of_one_subject_are_two(figures: Any) -> None:
    subject = make.SubjectFactory.create()
    make.ViolationFactory.create_batch(2, subject=subject)
    make.ViolationFactory.create(subject__kind=SubjectKind.HIDDEN_SITE)
    assert figures()[VIOLATIONS].value == 3


@pytest.mark.parametrize("kind", [SubjectKind.SCHOOL, SubjectKind.SPORTS_VENUE, SubjectKind.OTHER])
def test_violations_of_schools_and_venues_are_not_of_the_training_market(
    figures: Any, kind: str
) -> None:
    make.OrderFactory.create(violation__subject__kind=kind)
    found = figures()
    assert (found[VIOLATIONS].value, found[ON_SITE].value) == (0, 0)


@each_unapproved
def test_violations_that_are_not_approved_do_not_count(figures: Any, status: Status) -> None:
    make.OrderFactory.create(violation__status=status)
    found = figures()
    assert (found[VIOLATIONS].value, found[ON_SITE].value) == (0, 0)


def test_violations_count_in_the_year_in_which_they_were_found(value: Any) -> None:
    make.ViolationFactory.create(found_on=day(12, 31, YEAR - 1))
    make.ViolationFactory.create(found_on=day(1, 1))
    make.ViolationFactory.create(found_on=day(1, 1, YEAR + 1))
    assert value(VIOLATIONS) == 1


@pytest.mark.parametrize(
    "order",
    [{"on_site": False}, *({"status": status} for status in NOT_COUNTED)],
)
def test_only_an_approved_order_on_the_spot_proves_rectification(
    figures: Any, order: dict[str, Any]
) -> None:
    make.OrderFactory.create()
    violation = make.ViolationFactory.create()
    make.OrderFactory.create(violation=violation, **order)
    found = figures()
    assert (found[VIOLATIONS].value, found[ON_SITE].value) == (2, 1)
    assert holds(found[ON_SITE], found) is False
    make.OrderFactory.create(violation=violation)
    found = figures()
    assert holds(found[ON_SITE], found) is True


def test_several_orders_to_one_violation_are_one_rectified_violation(figures: Any) -> None:
    violation = make.ViolationFactory.create()
    make.OrderFactory.create_batch(2, violation=violation)
    make.OrderFactory.create(violation=violation, on_site=False)
    found = figures()
    assert (found[VIOLATIONS].value, found[ON_SITE].value) == (1, 1)
