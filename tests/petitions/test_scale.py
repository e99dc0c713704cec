"""Multiplied petitions lie evenly in the years and are as good as the ones they copy."""

import pytest
from django.db import connection
from django.db.models import Count

from kernel.records.status import Status
from petitions.demo import scale
from petitions.models import Petition

from .factories import PetitionFactory

ROWS = 15_000
FIGURES = """
    EXPLAIN (ANALYZE, FORMAT TEXT) SELECT channel, rating, closed_on, count(id)
    FROM petitions_petition WHERE status = 'approved' AND accepted_on BETWEEN '2010-01-01'
    AND '2010-12-31' GROUP BY 1, 2, 3
"""


@pytest.mark.slow
def test_petitions_are_multiplied(own_database: str) -> None:
    before = Petition.objects.count()
    scale(None, ROWS)
    assert ROWS - before < Petition.objects.count() <= ROWS
    copies = Petition.objects.filter(number__startswith="LS")
    years = copies.values_list("received_on__year").annotate(rows=Count("pk"))
    assert {year for year, _ in years} == set(range(2004, 2026))
    assert max(rows for _, rows in years) < 1.1 * min(rows for _, rows in years)
    assert copies.values("status").distinct().count() == len(Status)
    for petition in copies.order_by("?")[:30]:
        petition.full_clean()
    assert PetitionFactory.create().pk > Petition.objects.order_by("-pk")[1].pk

    # The figures' index answers alone: VACUUM has marked every page as visible to all.
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using petition_figures" in plan, plan
    assert "Heap Fetches: 0" in plan, plan


@pytest.mark.slow
def test_fewer_rows_than_there_are_change_nothing(own_database: str) -> None:
    before = Petition.objects.count()
    scale(None, before)
    assert Petition.objects.count() == before
