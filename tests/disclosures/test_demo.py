"""The demo set gives the published figures of 2023, and is not a set where anything does."""

from typing import Any

import pytest
from django.db.models import Count, F, Q

from disclosures.choices import Channel
from disclosures.models import Disclosure, Posting
from kernel.indicators.evaluate import evaluate
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status

pytestmark = pytest.mark.django_db
GOVERNMENT, SITE = Channel.GOVERNMENT_PLATFORM, Channel.EDUCATION_SITE
EXPECTED_2023 = {"disclosure.government_platform": "85条", "disclosure.education_site": "213条"}
NUMBERS = {GOVERNMENT: 85, SITE: 213}


def figures(year: int) -> dict[str, str]:
    found = evaluate(year, [catalogue.get(key) for key in EXPECTED_2023])
    return {key: figure.text for key, figure in found.items()}


def test_demo_2023_figures() -> None:
    assert figures(2023) == EXPECTED_2023
    assert {i.key for i in catalogue if i.source().app_label == "disclosures"} == set(EXPECTED_2023)


@pytest.mark.parametrize("year", [2022, 2024])
def test_other_years_give_other_figures(year: int) -> None:
    for key, text in figures(year).items():
        assert text != EXPECTED_2023[key]


WRONG: dict[str, Any] = {
    "by production": {"disclosure__produced_on__year": 2023, "disclosure__status": "approved"},
    "any state": {"posted_on__year": 2023},
    "still up": {
        "posted_on__year": 2023, "taken_down_on": None, "disclosure__status": "approved",
    },
    "all years": {"disclosure__status": "approved"},
}  # fmt: skip


@pytest.mark.parametrize("channel", NUMBERS)
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_query_gives_a_wrong_number(name: str, channel: Channel) -> None:
    assert Posting.objects.filter(channel=channel, **WRONG[name]).count() != NUMBERS[channel]


def test_counting_items_once_over_both_sites_would_lose_some() -> None:
    posted = Posting.objects.counted().filter(channel__in=NUMBERS, posted_on__year=2023)
    assert posted.count() == 85 + 213
    assert posted.values("disclosure").distinct().count() < 85 + 213 - 30


def test_the_traps_are_there() -> None:
    states = Disclosure.objects.filter(postings__posted_on__year=2023)
    assert set(states.values_list("status", flat=True)) == set(Status)
    counted = Posting.objects.counted()
    assert counted.filter(posted_on__year=2023, disclosure__produced_on__year=2022).exists()
    assert counted.filter(posted_on__year=2023, taken_down_on__year=2023).exists()
    assert counted.filter(posted_on__year=2022, taken_down_on__year=2023).exists()
    assert set(counted.values_list("channel", flat=True)) == set(Channel)
    split = Q(disclosure__postings__posted_on__year=2022, posted_on__year=2023)
    assert counted.filter(split, channel=SITE).exists()
    both = Disclosure.objects.counted().filter(postings__channel__in=NUMBERS)
    assert both.annotate(n=Count("postings")).filter(n__gte=2).count() > 60


def test_nothing_was_posted_before_its_review() -> None:
    assert not Posting.objects.filter(posted_on__lt=F("disclosure__reviewed_on")).exists()


@pytest.mark.parametrize("model", [Disclosure, Posting])
def test_every_demo_row_would_pass_the_form(model: Any) -> None:
    for row in model.objects.order_by("?")[:60]:
        row.full_clean()
