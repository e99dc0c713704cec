"""Approved, accepted and open petitions by default; a test names only what its rule is about.

The year 1950 lies before the demo set, so figures of that year see only a test's own rows.
"""

import datetime as dt
from typing import Any

import factory

from kernel.records.status import Status
from organization.levels import Level
from organization.models import Unit
from petitions.choices import Category, Channel, Outcome, Purpose, Rating
from petitions.models import Petition

YEAR = 1950


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


def office() -> Unit:
    return Unit.objects.get(code="bgs")


class PetitionFactory(factory.django.DjangoModelFactory):
    """Received on 1 March, accepted on 2 March, due on 20 March; `closed` adds 10 March."""

    class Meta:
        model = Petition

    class Params:
        closed = factory.Trait(
            replied_on=day(3, 10),
            reply="已向诉求人答复。",
            closed_on=day(3, 10),
            rating=Rating.SATISFIED,
        )
        unaccepted = factory.Trait(
            outcome=Outcome.REJECTED,
            outcome_reason="不属于本部门职责。",
            accepted_on=None,
            due_on=None,
            handling_unit=None,
        )

    unit: Any = factory.LazyFunction(office)
    status = Status.APPROVED
    channel = Channel.HOTLINE
    level = Level.PREFECTURE
    number = factory.Sequence("T{:06d}".format)
    received_on = day(3, 1)
    outcome = Outcome.ACCEPTED
    accepted_on = day(3, 2)
    due_on = day(3, 20)
    handling_unit: Any = factory.LazyFunction(office)
    subject = "咨询入学"
    content = "询问入学需要的材料。"
    category = Category.ENROLMENT
    purpose = Purpose.ENQUIRY


def accepted(on: dt.date, **fields: Any) -> Petition:
    """An open petition that was received, accepted and due on one day."""
    return PetitionFactory.create(**{"received_on": on, "accepted_on": on, "due_on": on} | fields)


def closed(on: dt.date, closed_on: dt.date, rating: str = "", **fields: Any) -> Petition:
    """A petition accepted and due on one day and closed on another."""
    done = {"replied_on": closed_on, "closed_on": closed_on, "reply": "已答复。", "rating": rating}
    return accepted(on, **done | fields)
