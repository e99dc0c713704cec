"""Rules that look at more than one row, and at today."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.records.services import save_record
from kernel.records.status import Status
from organization.models import Unit
from schools.models import LegalVicePrincipal, School
from schools.validators import not_in_future

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db


def appointment(school: School, unit: Unit, **fields: Any) -> LegalVicePrincipal:
    row = make.VicePrincipalFactory.build(school=school, **fields)
    row.unit, row.status = unit, Status.SUBMITTED
    return row


def test_a_person_serves_two_schools_but_not_three(unit: Unit, clerk: Any) -> None:
    schools = make.SchoolFactory.create_batch(3)
    for school in schools[:2]:
        save_record(appointment(school, unit), by=clerk, submit=True)
    with pytest.raises(ValidationError, match="不超过2所学校"):
        save_record(appointment(schools[2], unit), by=clerk, submit=True)
    assert LegalVicePrincipal.objects.filter(employer="城东派出所").count() == 2


@pytest.mark.parametrize(
    "different",
    [
        {"employer": "城西派出所"},
        {"name": "孙守法"},
        {"appointed_on": day(3, 1, YEAR + 3), "term_ends_on": day(2, 28, YEAR + 6)},
    ],
)
def test_only_the_same_person_at_the_same_time_is_limited(
    different: dict[str, Any], unit: Unit
) -> None:
    first, second, third = make.SchoolFactory.create_batch(3)
    make.VicePrincipalFactory.create(school=first)
    make.VicePrincipalFactory.create(school=second)
    appointment(third, unit, **different).clean()


def test_terms_that_share_one_day_are_simultaneous(unit: Unit) -> None:
    first, second, third = make.SchoolFactory.create_batch(3)
    for school in (first, second):
        make.VicePrincipalFactory.create(school=school, term_ends_on=day(12, 31))
    with pytest.raises(ValidationError):
        appointment(third, unit, appointed_on=day(12, 31)).clean()
    appointment(third, unit, appointed_on=day(1, 1, YEAR + 1)).clean()


def test_withdrawn_appointments_and_renewals_do_not_use_up_the_limit(unit: Unit) -> None:
    first, second, third = make.SchoolFactory.create_batch(3)
    make.VicePrincipalFactory.create(school=first)
    kept = make.VicePrincipalFactory.create(school=second)
    appointment(second, unit, appointed_on=day(12, 1)).clean()
    LegalVicePrincipal.objects.filter(pk=kept.pk).update(status=Status.WITHDRAWN)
    appointment(third, unit).clean()


@pytest.mark.parametrize(
    ("held_on", "fine"),
    [
        (day(8, 31), False),
        (day(9, 1), True),
        (day(6, 30, YEAR + 1), True),
        (day(7, 1, YEAR + 1), False),
    ],
)
def test_a_drill_lies_within_the_life_of_its_school(held_on: dt.date, fine: bool) -> None:
    school = make.SchoolFactory.create(opened_on=day(9, 1), closed_on=day(7, 1, YEAR + 1))
    drill = make.DrillFactory.build(school=school, held_on=held_on)
    if fine:
        drill.clean()
        return
    with pytest.raises(ValidationError, match="不在该校办学期间"):
        drill.clean()


def test_lamps_are_entered_for_kindergartens_only() -> None:
    make.LightingFactory.build(kindergarten=make.KindergartenFactory.create()).clean()
    with pytest.raises(ValidationError, match="只登记幼儿园"):
        make.LightingFactory.build(kindergarten=make.SchoolFactory.create()).clean()


def test_the_year_of_aid_is_that_of_its_term() -> None:
    term = make.TermFactory.create()
    make.AidFactory.build(term=term, year=YEAR).clean()
    with pytest.raises(ValidationError, match="年度应与之一致"):
        make.AidFactory.build(term=term, year=YEAR + 1).clean()


def test_what_has_not_happened_is_not_recorded() -> None:
    today = timezone.localdate()
    not_in_future(today)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        not_in_future(today + dt.timedelta(days=1))
