"""Legal acts on schools: which months and quarters owe a drill."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from .models import DrillObligation, Frequency, School, SchoolTerm

Span = tuple[dt.date, dt.date]
"""First and last day, both included."""
MONTHS_OF = {Frequency.MONTH: 1, Frequency.QUARTER: 3}


@dataclass(frozen=True)
class Refreshed:
    """How many obligations a refresh added and removed."""

    added: int
    removed: int


def periods(year: int, frequency: Frequency) -> Iterator[Span]:
    """The months or quarters of a year."""
    step = MONTHS_OF[frequency]
    for first in range(1, 13, step):
        last = first + step - 1
        yield (
            dt.date(year, first, 1),
            dt.date(year, last, calendar.monthrange(year, last)[1]),
        )


def meet(*spans: Span) -> bool:
    """Whether the spans have a day in common."""
    return max(span[0] for span in spans) <= min(span[1] for span in spans)


def due_periods(school: School, year: int, terms: Iterable[Span]) -> list[Span]:
    """Periods of `year` in which the school owes a drill (教基一厅〔2014〕2号).

    A kindergarten owes one in every quarter, a school one in every month, of which any day lies
    in a term while it is in operation: months of nothing but holidays are not due.
    """
    last_day = school.closed_on - dt.timedelta(days=1) if school.closed_on else dt.date.max
    in_operation = (school.opened_on, last_day)
    return [
        period
        for period in periods(year, frequency_of(school))
        if any(meet(period, term, in_operation) for term in terms)
    ]


def frequency_of(school: School) -> Frequency:
    return Frequency.QUARTER if school.is_kindergarten else Frequency.MONTH


@transaction.atomic
def refresh_drill_obligations(year: int) -> Refreshed:
    """Make the obligations of `year` follow from the approved schools and terms.

    Safe to repeat: what is still due stays, what is no longer due (a term was moved, a school
    closed) goes, what is missing is added.
    """
    spans = list(
        SchoolTerm.objects.counted()
        .filter(starts_on__year__lte=year, ends_on__year__gte=year)
        .values_list("starts_on", "ends_on")
    )
    wanted = {
        (school.pk, frequency_of(school), start): end
        for school in School.objects.counted().select_for_update()
        for start, end in due_periods(school, year, spans)
    }
    existing = {
        (row.school_id, Frequency(row.frequency), row.period_start): row.pk
        for row in DrillObligation.objects.filter(period_start__year=year)
    }
    obsolete = [pk for key, pk in existing.items() if key not in wanted]
    DrillObligation.objects.filter(pk__in=obsolete).delete()
    rows = [
        DrillObligation(school_id=key[0], frequency=key[1], period_start=key[2], period_end=end)
        for key, end in wanted.items()
        if key not in existing
    ]
    DrillObligation.objects.bulk_create(rows)
    return Refreshed(added=len(rows), removed=len(obsolete))
