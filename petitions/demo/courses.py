"""What happens to each petition of the demo: when it came, what became of it, how it was rated."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, cycle
from typing import cast

from kernel.records.status import Status
from organization.demo import World
from organization.demo.world import workdays_after
from organization.levels import Level

from ..choices import Channel, Outcome, Rating

SUNSHINE, HOTLINE, MAILBOX = Channel
NATIONAL, PROVINCE, PREFECTURE, COUNTY = Level
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """One petition without its text."""

    channel: Channel
    level: Level
    received_on: dt.date
    outcome: Outcome = Outcome.ACCEPTED
    accepted_on: dt.date | None = None
    due_on: dt.date | None = None
    extended_to: dt.date | None = None
    closed_on: dt.date | None = None
    rating: str = ""
    status: Status = Status.APPROVED


@dataclass(frozen=True)
class YearPlan:
    """Counts of one channel in one year; `levels` are the accepted petitions."""

    channel: Channel
    year: int
    levels: dict[Level, int]
    basically: int = 0
    unrated: int = 0
    unsatisfied: int = 0
    late: int = 0
    outside: dict[Outcome, int] = field(default_factory=dict)
    """Petitions that were not accepted."""
    uncounted: dict[Status, int] = field(default_factory=dict)
    """Accepted petitions whose record is not approved."""


PLANS = (
    YearPlan(SUNSHINE, 2022, {NATIONAL: 15, PROVINCE: 8, PREFECTURE: 5, COUNTY: 6}, 4, 5, 2, 1,
             {Outcome.REJECTED: 2, Outcome.TRANSFERRED: 1}, {Status.WITHDRAWN: 1}),
    YearPlan(SUNSHINE, 2023, {NATIONAL: 13, PROVINCE: 7, PREFECTURE: 3, COUNTY: 5}, 3, 4, 0, 0,
             {Outcome.REJECTED: 3, Outcome.TRANSFERRED: 2, Outcome.PENDING: 1},
             {Status.SUBMITTED: 2, Status.RETURNED: 3, Status.WITHDRAWN: 2}),
    YearPlan(SUNSHINE, 2024, {NATIONAL: 10, PROVINCE: 6, PREFECTURE: 4, COUNTY: 4}, 3, 3, 1, 0,
             {Outcome.REJECTED: 2}, {Status.RETURNED: 1}),
    YearPlan(MAILBOX, 2022, {PREFECTURE: 19, COUNTY: 22}, 6, 5, 1, 1, {Outcome.REJECTED: 2}),
    YearPlan(MAILBOX, 2023, {PREFECTURE: 20, COUNTY: 18}, 4, 4, 0, 0,
             {Outcome.REJECTED: 2, Outcome.TRANSFERRED: 3},
             {Status.SUBMITTED: 1, Status.RETURNED: 3, Status.WITHDRAWN: 2}),
    YearPlan(MAILBOX, 2024, {PREFECTURE: 18, COUNTY: 17}, 5, 3, 1, 0, {Outcome.REJECTED: 1}),
    YearPlan(HOTLINE, 2022, {PROVINCE: 21, PREFECTURE: 618, COUNTY: 373}, 160, 310, 21, 9,
             {Outcome.REJECTED: 12, Outcome.TRANSFERRED: 17}, {Status.WITHDRAWN: 4}),
    YearPlan(HOTLINE, 2024, {PROVINCE: 25, PREFECTURE: 690, COUNTY: 416}, 170, 340, 14, 4,
             {Outcome.REJECTED: 10, Outcome.TRANSFERRED: 15}, {Status.RETURNED: 3}),
)  # fmt: skip
HOTLINE_2023 = YearPlan(
    HOTLINE, 2023, {PROVINCE: 22, PREFECTURE: 646, COUNTY: 386}, 165, 330, 12, 0,
    {Outcome.REJECTED: 15, Outcome.TRANSFERRED: 20, Outcome.PENDING: 3},
    {Status.SUBMITTED: 5, Status.RETURNED: 9, Status.WITHDRAWN: 5},
)  # fmt: skip
"""Until 14 November; four more tickets were accepted on the 15th itself."""
HOTLINE_2023_REST = YearPlan(HOTLINE, 2023, {PREFECTURE: 80, COUNTY: 47}, 20, 40, 3, 6)
"""From 17 November; five more on the 16th. Some late: they must not spoil the figure."""


def courses(world: World) -> Iterator[Course]:
    """All petitions of the three years."""
    rng, year = world.rng, world.year
    for plan in PLANS:
        yield from _year(rng, plan, dt.date(plan.year, 1, 1), dt.date(plan.year, 12, 31))
    yield from _year(rng, HOTLINE_2023, dt.date(year, 1, 1), dt.date(year, 11, 14))
    yield from _year(rng, HOTLINE_2023_REST, dt.date(year, 11, 17), dt.date(year, 12, 31))
    yield from _edges(rng, year)


def _year(rng: random.Random, plan: YearPlan, first: dt.date, last: dt.date) -> Iterator[Course]:
    """The petitions of one plan, accepted between two days."""
    accepted = list(chain.from_iterable([level] * number for level, number in plan.levels.items()))
    rng.shuffle(accepted)
    ratings = _ratings(plan, len(accepted))
    rng.shuffle(ratings)
    for index, (level, rating) in enumerate(zip(accepted, ratings, strict=True)):
        course = _accepted(rng, plan.channel, level, _random_day(rng, first, last))
        yield _finished(rng, course, rating, late=index < plan.late)
    yield from _not_accepted(rng, plan, first, last)
    yield from _not_counted(rng, plan, first, last)


def _ratings(plan: YearPlan, size: int) -> list[str]:
    rated = plan.basically + plan.unrated + plan.unsatisfied
    return [
        *[str(Rating.BASICALLY)] * plan.basically,
        *[str(Rating.UNSATISFIED)] * plan.unsatisfied,
        *[""] * plan.unrated,
        *[str(Rating.SATISFIED)] * (size - rated),
    ]


def _not_accepted(
    rng: random.Random, plan: YearPlan, first: dt.date, last: dt.date
) -> Iterator[Course]:
    levels = cycle(plan.levels)
    for outcome, number in plan.outside.items():
        for _ in range(number):
            yield Course(plan.channel, next(levels), _random_day(rng, first, last), outcome)


def _not_counted(
    rng: random.Random, plan: YearPlan, first: dt.date, last: dt.date
) -> Iterator[Course]:
    """Records short of approval, badly rated and late: each would be seen in a figure."""
    levels = cycle(plan.levels)
    for status, number in plan.uncounted.items():
        for _ in range(number):
            course = _accepted(rng, plan.channel, next(levels), _random_day(rng, first, last))
            course = _finished(rng, course, Rating.UNSATISFIED, late=True)
            yield replace(course, status=status)


def _edges(rng: random.Random, year: int) -> Iterator[Course]:
    """Petitions at the ends of the year and of the hotline's cut-off."""

    def case(channel: Channel, level: Level, received: str, accepted: str, rating: str) -> Course:
        days = [dt.date.fromisoformat(text) for text in (received, accepted)]
        return _finished(rng, _accepted(rng, channel, level, days[1], days[0]), rating)

    # Received in the old year, accepted in 2023: these count; the next two count in 2024.
    yield case(SUNSHINE, NATIONAL, f"{year - 1}-12-26", f"{year}-01-04", Rating.SATISFIED)
    yield case(SUNSHINE, NATIONAL, f"{year}-12-25", f"{year + 1}-01-03", Rating.UNSATISFIED)
    yield case(MAILBOX, COUNTY, f"{year}-12-29", f"{year + 1}-01-02", Rating.UNSATISFIED)
    for _ in range(4):
        yield case(HOTLINE, COUNTY, f"{year}-11-14", f"{year}-11-15", Rating.SATISFIED)
    for _ in range(5):
        yield case(HOTLINE, COUNTY, f"{year}-11-15", f"{year}-11-16", Rating.SATISFIED)
    for day in (26, 27, 28):
        still_open = _accepted(rng, HOTLINE, PREFECTURE, dt.date(year, 12, day))
        yield replace(still_open, due_on=dt.date(year + 1, 1, 8))


def _random_day(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """Any day: the platforms take in petitions on holidays too."""
    return first + DAY * rng.randint(0, (last - first).days)


def _accepted(
    rng: random.Random,
    channel: Channel,
    level: Level,
    accepted_on: dt.date,
    received_on: dt.date | None = None,
) -> Course:
    """Accepted on a day, with the deadline that is usual on the channel."""
    if received_on is None:
        wait = 0 if channel == HOTLINE else rng.randint(0, 9)
        received_on = max(accepted_on - DAY * wait, dt.date(accepted_on.year, 1, 1))
    if channel == SUNSHINE:
        due_on = accepted_on + DAY * 60  # 信访工作条例 §34
    else:
        due_on = workdays_after(accepted_on, rng.choice((5, 5, 5, 7, 15)))
    return Course(channel, level, received_on, accepted_on=accepted_on, due_on=due_on)


def _finished(rng: random.Random, course: Course, rating: str, *, late: bool = False) -> Course:
    """Closed: mostly in time, now and then on the last day or within a granted extension."""
    accepted_on, due_on = cast(tuple[dt.date, dt.date], (course.accepted_on, course.due_on))
    chance = rng.random()
    if late:
        closed_on, extended_to = workdays_after(due_on, rng.randint(1, 6)), None
    elif chance < 0.04:
        extended_to = workdays_after(due_on, 5)
        closed_on = workdays_after(due_on, rng.randint(1, 5))
    else:
        span = (due_on - accepted_on).days
        days = span if chance < 0.1 else rng.randint(1, span)
        closed_on, extended_to = accepted_on + DAY * days, None
    return replace(course, closed_on=closed_on, extended_to=extended_to, rating=str(rating))
