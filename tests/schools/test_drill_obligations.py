"""Which months and quarters owe a drill, and which drills meet them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from kernel.indicators.evaluate import Figure
from kernel.records.status import Status
from schools.models import DrillLevel, DrillObligation, Frequency, School, SchoolTerm
from schools.services import due_periods, refresh_drill_obligations

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
TERMS = [(day(1, 1), day(1, 13)), (day(2, 6), day(6, 30)), (day(9, 1), day(12, 31))]


def months(periods: list[tuple[dt.date, dt.date]]) -> list[int]:
    return [start.month for start, _ in periods]


def test_a_school_owes_every_month_that_touches_a_term() -> None:
    school = make.SchoolFactory.build()
    assert months(due_periods(school, YEAR, TERMS)) == [1, 2, 3, 4, 5, 6, 9, 10, 11, 12]


def test_one_day_of_term_makes_a_month_due() -> None:
    school = make.SchoolFactory.build()
    assert months(due_periods(school, YEAR, [(day(6, 30), day(7, 1))])) == [6, 7]


def test_a_kindergarten_owes_every_quarter() -> None:
    kindergarten = make.KindergartenFactory.build()
    assert due_periods(kindergarten, YEAR, TERMS) == [
        (day(1, 1), day(3, 31)),
        (day(4, 1), day(6, 30)),
        (day(7, 1), day(9, 30)),
        (day(10, 1), day(12, 31)),
    ]


def test_nothing_is_due_before_opening_or_after_closing() -> None:
    school = make.SchoolFactory.build(opened_on=day(3, 31), closed_on=day(6, 1))
    assert months(due_periods(school, YEAR, TERMS)) == [3, 4, 5]
    closing = make.KindergartenFactory.build(closed_on=day(8, 1))
    assert months(due_periods(closing, YEAR, TERMS)) == [1, 4]


def obligations(school: School) -> list[int]:
    rows = DrillObligation.objects.filter(school=school, period_start__year=YEAR)
    return sorted(rows.values_list("period_start__month", flat=True))


def test_refreshing_follows_terms_and_schools_and_repeats_safely() -> None:
    school = make.SchoolFactory.create()
    term = make.TermFactory.create(starts_on=day(3, 1), ends_on=day(5, 31))
    make.TermFactory.create(starts_on=day(7, 1), ends_on=day(7, 20), status=Status.RETURNED)
    refresh_drill_obligations(YEAR)
    assert obligations(school) == [3, 4, 5]
    again = refresh_drill_obligations(YEAR)
    assert (again.added, again.removed) == (0, 0)
    SchoolTerm.objects.filter(pk=term.pk).update(ends_on=day(4, 10))
    moved = refresh_drill_obligations(YEAR)
    assert (moved.added, moved.removed) == (0, 1)
    assert obligations(school) == [3, 4]


def test_a_school_that_is_not_approved_owes_nothing() -> None:
    school = make.SchoolFactory.create(status=Status.SUBMITTED)
    make.TermFactory.create()
    refresh_drill_obligations(YEAR)
    assert obligations(school) == []


@pytest.mark.parametrize(
    "drill",
    [
        {"status": Status.SUBMITTED},
        {"status": Status.RETURNED},
        {"status": Status.WITHDRAWN},
        {"held_on": day(3, 31)},
        {"held_on": day(5, 1)},
        {"school": None, "level": DrillLevel.CITY},
    ],
)
def test_a_drill_that_does_not_count_meets_no_obligation(
    drill: dict[str, Any], figure: Callable[..., Figure]
) -> None:
    obligation = make.ObligationFactory.create()
    make.DrillFactory.create(**({"school": obligation.school} | drill))
    assert figure("drills.school_per_month").value == 0
    assert figure("drills.school_fulfilled").value == 0


@pytest.mark.parametrize("held_on", [day(4, 1), day(4, 30)])
def test_the_first_and_last_day_of_the_period_count(
    held_on: dt.date, figure: Callable[..., Figure]
) -> None:
    obligation = make.ObligationFactory.create()
    make.DrillFactory.create(school=obligation.school, held_on=held_on)
    assert figure("drills.school_per_month").value == 1


def test_the_drill_of_another_school_does_not_help(figure: Callable[..., Figure]) -> None:
    make.ObligationFactory.create()
    make.DrillFactory.create()
    assert figure("drills.school_per_month").value == 0


def test_the_figure_is_the_worst_month_not_the_average(figure: Callable[..., Figure]) -> None:
    busy, idle = make.ObligationFactory.create_batch(2)
    for _ in range(3):
        make.DrillFactory.create(school=busy.school)
    make.DrillFactory.create(school=idle.school)
    assert figure("drills.school_per_month").value == 1
    make.DrillFactory.create(school=idle.school)
    assert figure("drills.school_per_month").value == 2


def test_months_of_schools_and_quarters_of_kindergartens_are_apart(
    figure: Callable[..., Figure],
) -> None:
    month = make.ObligationFactory.create()
    make.DrillFactory.create(school=month.school)
    quarter = make.ObligationFactory.create(
        school=make.KindergartenFactory.create(),
        frequency=Frequency.QUARTER,
        period_end=day(6, 30),
    )
    assert figure("drills.school_fulfilled").value == 100
    assert figure("drills.kindergarten_fulfilled").value == 0
    assert figure("drills.kindergarten_per_quarter").value == 0
    make.DrillFactory.create(school=quarter.school, held_on=day(6, 30))
    assert figure("drills.kindergarten_fulfilled").value == 100
    assert figure("drills.kindergarten_per_quarter").value == 1


def test_obligations_of_a_withdrawn_school_or_another_year_do_not_count(
    figure: Callable[..., Figure],
) -> None:
    met = make.ObligationFactory.create()
    make.DrillFactory.create(school=met.school)
    make.ObligationFactory.create(school__status=Status.WITHDRAWN)
    make.ObligationFactory.create(period_start=day(1, 1, YEAR + 1), period_end=day(1, 31, YEAR + 1))
    assert figure("drills.school_fulfilled").value == 100
    assert figure("drills.school_fulfilled").records == 1
