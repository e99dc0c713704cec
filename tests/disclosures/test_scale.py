"""Multiplied disclosures keep their own postings."""

import pytest
from django.db.models import F

from disclosures.demo import scale
from disclosures.models import Disclosure, Posting

from .factories import PostingFactory

ROWS = 6_000


@pytest.mark.slow
def test_disclosures_are_multiplied_with_their_postings(own_database: str) -> None:
    items, postings = Disclosure.objects.count(), Posting.objects.count()
    scale(None, ROWS)
    copies = Disclosure.objects.filter(index_number__startswith="LS/")
    times = copies.count() // items
    assert times >= 2
    assert (copies.count(), Posting.objects.count()) == (times * items, (times + 1) * postings)
    assert ROWS * 0.7 < Disclosure.objects.count() + Posting.objects.count() <= ROWS
    copied = Posting.objects.filter(disclosure__in=copies)
    assert copied.count() == times * postings
    assert not copied.filter(posted_on__lt=F("disclosure__reviewed_on")).exists()
    assert {day.year for day in copied.dates("posted_on", "year")} >= set(range(2004, 2026))
    assert PostingFactory.create().pk > copied.order_by("-pk")[0].pk
