"""Training hours: which count, against which minimum, in which year."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from enforcement.models import Certainty, HourGroup, HourKind, Officer
from kernel.records.status import Status
from kernel.registers.register import registry

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
MET, REQUIRED = "officers.training_hours_met", "officers.training_hours_required"


def earn(officer: Officer, hours: str, **session: Any) -> None:
    """Let the officer attend a session of so many hours."""
    held = make.SessionFactory.create(hours=Decimal(hours), **session)
    make.AttendanceFactory.create(session=held, officer=officer, hours=Decimal(hours))


@pytest.fixture
def officer(db: None) -> Officer:
    make.RequirementFactory.create()
    return make.OfficerFactory.create()


def test_business_and_law_hours_add_up_to_the_minimum(officer: Officer, value: Any) -> None:
    earn(officer, "30", kind=HourKind.LAW)
    earn(officer, "29.5", kind=HourKind.BUSINESS)
    assert value(MET) == 0
    earn(officer, "0.5", kind=HourKind.BUSINESS)
    assert value(MET) == 100


@pytest.mark.parametrize("kind", [HourKind.POLITICAL, HourKind.PARTY])
def test_political_and_party_hours_do_not_count(officer: Officer, value: Any, kind: str) -> None:
    earn(officer, "50")
    earn(officer, "10", kind=kind)
    assert value(MET) == 0


@pytest.mark.parametrize("status", NOT_COUNTED)
def test_sessions_that_are_not_approved_do_not_count(
    officer: Officer, value: Any, status: Status
) -> None:
    earn(officer, "60", status=status)
    assert value(MET) == 0


@pytest.mark.parametrize(
    ("held_on", "expected"),
    [
        (day(1, 1), 100),
        (day(12, 31), 100),
        (day(12, 31, YEAR - 1), 0),
        (day(1, 1, YEAR + 1), 0),
    ],
)
def test_hours_belong_to_the_year_of_the_session(
    officer: Officer, value: Any, held_on: Any, expected: int
) -> None:
    earn(officer, "60", held_on=held_on)
    assert value(MET) == expected


def test_hours_earned_count_not_hours_offered(officer: Officer, value: Any) -> None:
    session = make.SessionFactory.create(hours=Decimal(60))
    make.AttendanceFactory.create(session=session, officer=officer, hours=Decimal(58))
    assert value(MET) == 0


def test_another_officers_hours_do_not_help(officer: Officer, value: Any) -> None:
    other = make.OfficerFactory.create()
    earn(other, "60")
    assert value(MET) == 50


def test_only_certified_officers_are_asked(officer: Officer, value: Any) -> None:
    earn(officer, "60")
    make.OfficerFactory.create(valid_to=day(6))
    make.OfficerFactory.create(joined_on=day(1, 2, YEAR + 1))
    make.OfficerFactory.create(status=Status.RETURNED)
    assert value(MET) == 100
    make.OfficerFactory.create()
    assert value(MET) == 50


def test_the_minimum_is_that_of_the_year(officer: Officer, value: Any) -> None:
    make.RequirementFactory.create(year=YEAR + 1, minimum_hours=40)
    earn(officer, "50")
    earn(officer, "50", held_on=day(5, 1, YEAR + 1))
    assert value(MET) == 0
    assert value(MET, YEAR + 1) == 100


@pytest.mark.parametrize(
    "fields",
    [
        {"certainty": Certainty.UNCONFIRMED},
        {"status": Status.RETURNED},
        {"status": Status.WITHDRAWN},
        {"hour_group": HourGroup.POLITICAL},
        {"year": YEAR - 1},
    ],
)
def test_without_a_confirmed_minimum_nobody_has_met_it(value: Any, fields: dict[str, Any]) -> None:
    make.RequirementFactory.create(**fields)
    earn(make.OfficerFactory.create(), "100")
    assert value(REQUIRED) == 0
    assert value(MET) == 0


def test_the_required_hours_are_those_of_professional_training(value: Any) -> None:
    make.RequirementFactory.create(hour_group=HourGroup.POLITICAL, minimum_hours=12)
    make.RequirementFactory.create()
    make.RequirementFactory.create(year=YEAR - 1, minimum_hours=40)
    assert value(REQUIRED) == 60


def test_the_list_of_those_who_fall_short_follows_the_day(officer: Officer) -> None:
    earn(officer, "60")

    def listed(**params: str) -> bool:
        register = registry.for_model(Officer)
        filterset = register.filterset_class(params, Officer.objects.all())
        return filterset.qs.filter(pk=officer.pk).exists()

    assert listed(hours_met="true", as_of=f"{YEAR}-12-31")
    assert not listed(hours_met="false", as_of=f"{YEAR}-12-31")
    assert not listed(hours_met="true", as_of=f"{YEAR + 1}-12-31")
    assert listed(hours_met="false", as_of=f"{YEAR + 1}-12-31")
    assert not listed(hours_met="true")  # without a day: this year


def test_nobody_earns_more_hours_than_the_session_gave(officer: Officer) -> None:
    session = make.SessionFactory.create(hours=Decimal(8))
    make.AttendanceFactory.build(session=session, officer=officer, hours=Decimal(8)).full_clean()
    row = make.AttendanceFactory.build(session=session, officer=officer, hours=Decimal("8.5"))
    with pytest.raises(ValidationError, match="不能超过本次培训的8学时"):
        row.full_clean()


def test_the_officers_page_sums_up_hours_by_year(officer: Officer) -> None:
    earn(officer, "30")
    earn(officer, "12.5", kind=HourKind.BUSINESS)
    earn(officer, "9", kind=HourKind.PARTY)
    earn(officer, "8", status=Status.RETURNED)
    earn(officer, "20", held_on=day(5, 1, YEAR + 1))
    assert officer.hours_by_year == f"{YEAR + 1}年20学时；{YEAR}年42.5学时"
