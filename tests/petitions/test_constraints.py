"""Every rule that one petition can break is held by the database, with words for the form."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from petitions.choices import Channel, Outcome, Rating
from petitions.models import Petition

from .factories import PetitionFactory, day

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("acceptance", {"accepted_on": None, "due_on": None}),
    ("acceptance", {"outcome": Outcome.PENDING}),
    ("acceptance", {"outcome": Outcome.REJECTED, "outcome_reason": "重复件。"}),
    ("accepted_complete", {"due_on": None}),
    ("accepted_complete", {"handling_unit": None}),
    ("accepted_after_receipt", {"accepted_on": day(2, 28)}),
    ("notified_after_receipt", {"notified_on": day(2, 28)}),
    ("refusal_reason", {"unaccepted": True, "outcome_reason": ""}),
    (
        "refusal_reason",
        {"unaccepted": True, "outcome": Outcome.TRANSFERRED, "outcome_reason": ""},
    ),
    ("due_after_acceptance", {"due_on": day(3, 1)}),
    ("due_after_acceptance", {"unaccepted": True, "due_on": day(3, 20)}),
    ("extension", {"extended_to": day(3, 20), "extension_reason": "需现场核查。"}),
    ("extension", {"extended_to": day(3, 21)}),
    ("extension", {"unaccepted": True, "extended_to": day(3, 21), "extension_reason": "核查。"}),
    ("replied_after_acceptance", {"replied_on": day(3, 1), "reply": "已答复。"}),
    ("replied_after_acceptance", {"replied_on": day(3, 2)}),
    ("replied_after_acceptance", {"unaccepted": True, "replied_on": day(3, 2), "reply": "答复。"}),
    ("closed_after_reply", {"closed_on": day(3, 10)}),
    ("closed_after_reply", {"closed": True, "closed_on": day(3, 9)}),
    ("rating_when_closed", {"rating": Rating.SATISFIED}),
    ("mailbox_level", {"channel": Channel.MAILBOX, "level": "province"}),
    ("mailbox_level", {"channel": Channel.MAILBOX, "level": "national"}),
    ("people", {"people": 0}),
]
ALLOWED: list[dict[str, Any]] = [
    {},
    {"closed": True},
    {"closed": True, "rating": ""},
    {"accepted_on": day(3, 1), "notified_on": day(3, 1)},
    {"due_on": day(3, 2)},
    {"extended_to": day(3, 21), "extension_reason": "需现场核查。"},
    {"replied_on": day(3, 2), "reply": "当场答复。", "closed_on": day(3, 2)},
    {"closed": True, "closed_on": day(4, 30), "rating": Rating.UNSATISFIED},
    {"unaccepted": True},
    {"unaccepted": True, "outcome": Outcome.TRANSFERRED},
    {"unaccepted": True, "outcome": Outcome.PENDING, "outcome_reason": ""},
    {"channel": Channel.MAILBOX, "level": "prefecture"},
    {"channel": Channel.MAILBOX, "level": "county"},
    {"channel": Channel.SUNSHINE, "level": "national"},
]


@pytest.mark.parametrize(("name", "fields"), REFUSED)
def test_the_database_refuses(name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f"petition_{name}"), transaction.atomic():
        PetitionFactory.create(**fields)


@pytest.mark.parametrize(("name", "fields"), REFUSED)
def test_the_form_says_why(name: str, fields: dict[str, Any]) -> None:
    row = PetitionFactory.build(**fields)
    rule = next(c for c in Petition._meta.constraints if c.name == f"petition_{name}")
    with pytest.raises(ValidationError) as error:
        rule.validate(Petition, row)
    assert error.value.messages == [str(rule.violation_error_message)]


@pytest.mark.parametrize("fields", ALLOWED)
def test_the_database_accepts(fields: dict[str, Any]) -> None:
    PetitionFactory.create(**fields).full_clean()


def test_a_number_is_taken_once_per_channel() -> None:
    PetitionFactory.create(number="T1", channel=Channel.HOTLINE)
    PetitionFactory.create(number="T1", channel=Channel.SUNSHINE)
    with pytest.raises(IntegrityError, match="petition_number_unique"), transaction.atomic():
        PetitionFactory.create(number="T1", channel=Channel.HOTLINE)
    with pytest.raises(ValidationError, match="已登记过同一编号"):
        PetitionFactory.build(number="T1", channel=Channel.HOTLINE).validate_constraints()
