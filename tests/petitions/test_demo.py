"""The demo set gives the published figures of 2023, and is not a set where anything does."""

import datetime as dt

import pytest
from django.db.models import F, Q

from kernel.indicators.checks import failing
from kernel.indicators.evaluate import Figure, evaluate, holds
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status
from petitions.choices import Channel, Outcome, Rating
from petitions.models import Petition

pytestmark = pytest.mark.django_db
EXPECTED_2023 = {
    "petitions.xinfang": "29件",
    "petitions.xinfang.national": "14件",
    "petitions.xinfang.province": "7件",
    "petitions.xinfang.nantong": "3件",
    "petitions.xinfang.haian": "5件",
    "petitions.xinfang.satisfaction": "100%",
    "petitions.hotline": "1058件",
    "petitions.hotline.on_time": "1058件",
    "petitions.mayor": "38件",
    "petitions.mayor.nantong": "20件",
    "petitions.mayor.haian": "18件",
    "petitions.mayor.satisfaction": "100%",
}
SUNSHINE, HOTLINE, MAILBOX = Channel
CUT_OFF = dt.date(2023, 11, 15)
IN_2023 = Q(accepted_on__year=2023)


def figures(year: int) -> dict[str, Figure]:
    return evaluate(year, [catalogue.get(key) for key in EXPECTED_2023])


def test_demo_2023_figures() -> None:
    found = figures(2023)
    assert {key: figure.text for key, figure in found.items()} == EXPECTED_2023
    assert failing(found) == []
    guards = {key: holds(figure, found) for key, figure in found.items()}
    assert guards["petitions.hotline.on_time"] is True
    assert guards["petitions.xinfang.satisfaction"] is True
    assert guards["petitions.mayor.satisfaction"] is True


def test_all_indicators_of_the_app_are_in_the_table() -> None:
    own = {i.key for i in catalogue if i.source().app_label == "petitions"}
    assert own == set(EXPECTED_2023)


@pytest.mark.parametrize("year", [2022, 2024])
def test_other_years_give_other_figures_and_no_guard_word(year: int) -> None:
    found = figures(year)
    for key in ("petitions.xinfang", "petitions.hotline", "petitions.mayor"):
        assert found[key].text != EXPECTED_2023[key]
    for key in ("xinfang.satisfaction", "mayor.satisfaction", "hotline.on_time"):
        assert holds(found[f"petitions.{key}"], found) is False, key
    assert failing(found) == []


WRONG_COUNTS = {
    "whole year": (HOTLINE, Q(accepted_on__year=2023), {"status": Status.APPROVED}),
    "cut-off exclusive": (
        HOTLINE,
        Q(accepted_on__year=2023, accepted_on__lt=CUT_OFF),
        {"status": Status.APPROVED},
    ),
    "cut-off a day later": (
        HOTLINE,
        Q(accepted_on__year=2023, accepted_on__lte=CUT_OFF + dt.timedelta(days=1)),
        {"status": Status.APPROVED},
    ),
    "by receipt": (
        HOTLINE,
        Q(received_on__year=2023, received_on__lte=CUT_OFF),
        {"status": Status.APPROVED},
    ),
    "any state": (HOTLINE, Q(accepted_on__year=2023, accepted_on__lte=CUT_OFF), {}),
    "deadline without extension": (
        HOTLINE,
        Q(accepted_on__year=2023, accepted_on__lte=CUT_OFF, closed_on__lte=F("due_on")),
        {"status": Status.APPROVED},
    ),
    "sunshine by receipt": (SUNSHINE, Q(received_on__year=2023), {"status": Status.APPROVED}),
    "sunshine, any state": (SUNSHINE, IN_2023, {}),
    "sunshine, all years": (SUNSHINE, Q(accepted_on__isnull=False), {"status": Status.APPROVED}),
    "sunshine, rated only": (SUNSHINE, IN_2023 & ~Q(rating=""), {"status": Status.APPROVED}),
    "mailbox by receipt": (MAILBOX, Q(received_on__year=2023), {"status": Status.APPROVED}),
    "mailbox, any state": (MAILBOX, IN_2023, {}),
    "mailbox, satisfied only": (
        MAILBOX,
        IN_2023 & Q(rating=Rating.SATISFIED),
        {"status": Status.APPROVED},
    ),
}


@pytest.mark.parametrize("name", WRONG_COUNTS)
def test_a_wrong_query_gives_a_wrong_number(name: str) -> None:
    channel, q, more = WRONG_COUNTS[name]
    right = {SUNSHINE: 29, HOTLINE: 1058, MAILBOX: 38}[channel]
    assert Petition.objects.filter(q, channel=channel, **more).count() != right


def test_the_year_end_and_the_cut_off_have_tickets_on_the_very_day() -> None:
    tickets = Petition.objects.counted().filter(channel=HOTLINE)
    assert tickets.filter(accepted_on=CUT_OFF).count() >= 4
    assert tickets.filter(accepted_on=CUT_OFF + dt.timedelta(days=1)).count() >= 5
    assert 1180 <= tickets.filter(IN_2023).count() <= 1200
    after = tickets.filter(IN_2023, accepted_on__gt=CUT_OFF)
    assert after.filter(closed_on__gt=F("due_on"), extended_to=None).count() >= 6
    assert after.filter(closed_on=None).exists()
    sunshine = Petition.objects.counted().filter(channel=SUNSHINE)
    assert sunshine.filter(IN_2023, received_on__year=2022).exists()
    assert sunshine.filter(received_on__year=2023, accepted_on__year=2024).exists()


def test_all_states_outcomes_and_ratings_are_there() -> None:
    rows = Petition.objects.filter(received_on__year=2023)
    assert set(rows.values_list("status", flat=True)) == set(Status)
    assert set(rows.values_list("outcome", flat=True)) == set(Outcome)
    for channel in Channel:
        ratings = set(rows.filter(channel=channel).values_list("rating", flat=True))
        assert ratings == {"", *Rating}


def test_every_demo_row_would_pass_the_form() -> None:
    for petition in Petition.objects.order_by("?")[:60]:
        petition.full_clean()
