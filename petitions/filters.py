"""Conditions on petitions that are not a field with a value."""

import datetime as dt

from django.db.models import Q

from kernel.registers.filters import BooleanRule, DateRule, RegisterFilterSet

from .choices import Rating
from .models import DEADLINE

RATED = ~Q(rating="")
SATISFIED = Q(rating__in=[Rating.SATISFIED, Rating.BASICALLY])
ON_TIME = Q(closed_on__lte=DEADLINE)
CLOSED = Q(closed_on__isnull=False)


def closed_on_time(wanted: bool) -> Q:
    """Closed by the deadline; with `False`: closed after it (an open petition is neither)."""
    return ON_TIME if wanted else Q(closed_on__gt=DEADLINE)


def rated(wanted: bool) -> Q:
    """The petitioner gave a rating, of whatever kind."""
    return RATED if wanted else Q(rating="")


def satisfied(wanted: bool) -> Q:
    """满意 and 基本满意; with `False`: 不满意. An unrated petition is neither."""
    return SATISFIED if wanted else Q(rating=Rating.UNSATISFIED)


def closed(wanted: bool) -> Q:
    return CLOSED if wanted else ~CLOSED


def overdue_on(day: dt.date) -> Q:
    """Accepted and still open on `day`, after its deadline."""
    still_open = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
    return Q(accepted_on__lte=day) & still_open & deadline_before(day)


def deadline_before(day: dt.date) -> Q:
    return Q(extended_to__lt=day) | Q(extended_to__isnull=True, due_on__lt=day)


class PetitionFilterSet(RegisterFilterSet):
    """Closing, punctuality and satisfaction as the figures define them."""

    closed = BooleanRule(rule=closed, label="已办结")
    on_time = BooleanRule(rule=closed_on_time, label="按时办结")
    rated = BooleanRule(rule=rated, label="已评价")
    satisfied = BooleanRule(rule=satisfied, label="满意（含基本满意）")
    overdue_on = DateRule(rule=overdue_on, label="在此日逾期未办结")
