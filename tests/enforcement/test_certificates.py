"""Who is certified on a day, and that nobody else is sent out (行政处罚法 §42)."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from enforcement.models import CertificateStatus, Officer
from kernel.records.status import Status

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db

LAST = day(12, 31)
NEXT = day(1, 1, YEAR + 1)
SUSPENDED = CertificateStatus.SUSPENDED

CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("plain", {}, True),
    ("issued that day", {"issued_on": LAST}, True),
    ("issued later", {"issued_on": NEXT}, False),
    ("valid to that day", {"valid_to": LAST}, True),
    ("expired the day before", {"valid_to": day(12, 30)}, False),
    ("expired in the year", {"valid_to": day(6, 30)}, False),
    ("joined that day", {"joined_on": LAST}, True),
    ("joined next year", {"joined_on": NEXT}, False),
    ("left that day", {"left_on": LAST}, False),
    ("left next year", {"left_on": NEXT}, True),
    ("suspended that day", {"certificate_status": SUSPENDED, "status_changed_on": LAST}, False),
    ("suspended before", {"certificate_status": SUSPENDED, "status_changed_on": day(9)}, False),
    ("suspended later", {"certificate_status": SUSPENDED, "status_changed_on": NEXT}, True),
    (
        "cancelled",
        {"certificate_status": CertificateStatus.CANCELLED, "status_changed_on": day(5)},
        False,
    ),
]
each_case = pytest.mark.parametrize(
    ("fields", "counts"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)


@each_case
def test_the_figure_counts_exactly_the_certified(
    value: Any, fields: dict[str, Any], counts: bool
) -> None:
    make.OfficerFactory.create()
    make.OfficerFactory.create(**fields)
    assert value("officers.certified") == 1 + counts


@each_case
def test_the_single_officer_and_the_query_agree(fields: dict[str, Any], counts: bool) -> None:
    officer = make.OfficerFactory.create(**fields)
    for day_ in (LAST, NEXT, day(12, 30), day(6, 30), day(1, 1, YEAR - 2), day(7, 1, YEAR + 9)):
        asked = Officer.objects.filter(Officer.validity.q(day_), pk=officer.pk).exists()
        assert officer.certified_on(day_) == asked, day_
    assert officer.certified_on(LAST) == counts


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN])
def test_officers_that_are_not_approved_do_not_count(value: Any, status: Status) -> None:
    make.OfficerFactory.create(status=status)
    assert value("officers.certified") == 0


def test_on_post_means_at_work_and_on_the_staff(figures: Any) -> None:
    make.OfficerFactory.create()
    make.OfficerFactory.create(on_post=False)
    make.OfficerFactory.create(staffed=False)
    make.OfficerFactory.create(valid_to=day(6))
    found = figures()
    assert found["officers.certified"].value == 3
    assert found["officers.on_post"].value == 1


def expired() -> Officer:
    return make.OfficerFactory.create(valid_to=day(5))


def test_a_patrol_refuses_an_officer_without_a_valid_certificate() -> None:
    operation = make.OperationFactory.create(held_on=day(6))
    row = make.OfficerMemberFactory.build(operation=operation, officer=expired())
    with pytest.raises(ValidationError, match="不得上岗执法") as refusal:
        row.full_clean()
    assert "officer" in refusal.value.message_dict
    make.OfficerMemberFactory.build(operation=operation, officer=make.OfficerFactory()).full_clean()


def test_an_assignment_refuses_an_officer_without_a_valid_certificate() -> None:
    drawn = make.DrawnFactory.create(task__held_on=day(6))
    row = make.AssignmentFactory.build(drawn=drawn, officer=expired())
    with pytest.raises(ValidationError, match="不得上岗执法"):
        row.full_clean()
    make.AssignmentFactory.build(drawn=drawn, officer=make.OfficerFactory()).full_clean()


def test_the_day_of_the_work_decides_not_today() -> None:
    operation = make.OperationFactory.create(held_on=day(5))
    make.OfficerMemberFactory.build(operation=operation, officer=expired()).full_clean()


def test_refusal_names_the_person_the_day_and_the_way_out() -> None:
    officer = expired()
    why = officer.refusal_on(dt.date(YEAR, 6, 1))
    assert why is not None
    assert officer.name in why
    assert f"{YEAR}-06-01" in why
    assert "改派" in why
    assert officer.refusal_on(day(5)) is None
