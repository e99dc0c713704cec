"""Each figure counts what its rule says, and none of the rows that look alike."""

from collections.abc import Callable

import pytest

from kernel.indicators.checks import check_figures
from kernel.indicators.evaluate import Figure, evaluate, holds
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status
from organization.levels import Level
from petitions.choices import Channel, Outcome, Rating

from .factories import YEAR, PetitionFactory, accepted, closed, day

pytestmark = pytest.mark.django_db
Compute = Callable[..., Figure]
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
FIRST, LAST = day(1, 1), day(12, 31)
BEFORE, AFTER = day(12, 31, YEAR - 1), day(1, 1, YEAR + 1)
SUNSHINE, HOTLINE, MAILBOX = Channel
TOTALS = {"petitions.xinfang": SUNSHINE, "petitions.mayor": MAILBOX}


@pytest.mark.parametrize(("key", "channel"), TOTALS.items())
def test_a_petition_counts_in_the_year_of_acceptance(
    key: str, channel: Channel, figure: Compute
) -> None:
    accepted(FIRST, received_on=BEFORE, channel=channel)
    accepted(LAST, channel=channel)
    accepted(AFTER, received_on=LAST, channel=channel)
    accepted(BEFORE, channel=channel)
    assert figure(key).value == 2
    assert figure(key, YEAR + 1).value == 1
    assert figure(key, YEAR - 1).value == 1


@pytest.mark.parametrize("key", [*TOTALS, "petitions.hotline"])
def test_channels_do_not_mix(key: str, figure: Compute) -> None:
    for number, channel in enumerate(Channel, 1):
        for _ in range(number):
            accepted(FIRST, channel=channel)
    expected = {"petitions.xinfang": 1, "petitions.hotline": 2, "petitions.mayor": 3}
    assert figure(key).value == expected[key]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.TRANSFERRED, Outcome.PENDING])
def test_what_was_not_accepted_does_not_count(outcome: Outcome, figure: Compute) -> None:
    for channel in Channel:
        PetitionFactory.create(unaccepted=True, outcome=outcome, channel=channel)
    for key in (*TOTALS, "petitions.hotline"):
        assert figure(key).value == 0


@pytest.mark.parametrize("status", NOT_COUNTED)
def test_only_approved_records_count(status: Status, figure: Compute) -> None:
    for channel in Channel:
        closed(FIRST, FIRST, Rating.UNSATISFIED, channel=channel, status=status)
    closed(FIRST, FIRST, Rating.SATISFIED, channel=SUNSHINE)
    closed(FIRST, FIRST, Rating.SATISFIED, channel=MAILBOX)
    assert figure("petitions.xinfang").value == 1
    assert figure("petitions.xinfang.satisfaction").value == 100
    assert figure("petitions.mayor.satisfaction").value == 100
    assert figure("petitions.hotline").value == 0


def test_levels_are_parts_that_make_the_total() -> None:
    for number, level in enumerate(Level, 1):
        for _ in range(number):
            accepted(FIRST, channel=SUNSHINE, level=level)
    accepted(FIRST, channel=MAILBOX, level=Level.PREFECTURE)
    accepted(FIRST, channel=MAILBOX, level=Level.COUNTY)
    keys = [i for i in catalogue if i.key.startswith(("petitions.xinfang", "petitions.mayor"))]
    found = evaluate(YEAR, keys)
    assert [found[f"petitions.xinfang.{name}"].value for name in
            ("national", "province", "nantong", "haian")] == [1, 2, 3, 4]  # fmt: skip
    sums = [check for check in check_figures(found) if "+" in check.text]
    assert {check.text for check in sums} == {"10=1+2+3+4", "2=1+1"}
    assert all(check.holds for check in check_figures(found))


@pytest.mark.parametrize(
    ("key", "channel"),
    [("petitions.xinfang.satisfaction", SUNSHINE), ("petitions.mayor.satisfaction", MAILBOX)],
)
def test_satisfaction_is_asked_of_rated_petitions_only(
    key: str, channel: Channel, figure: Compute
) -> None:
    closed(FIRST, FIRST, Rating.SATISFIED, channel=channel)
    closed(FIRST, FIRST, Rating.BASICALLY, channel=channel)
    closed(FIRST, FIRST, "", channel=channel)
    accepted(FIRST, channel=channel)
    closed(FIRST, FIRST, Rating.UNSATISFIED, channel=HOTLINE)
    found = figure(key)
    assert (found.value, found.records) == (100, 2)
    closed(FIRST, FIRST, Rating.UNSATISFIED, channel=channel)
    assert figure(key).number == "66.6667"


def test_nobody_rated_is_not_everybody_satisfied(figure: Compute) -> None:
    closed(FIRST, FIRST, "", channel=SUNSHINE)
    found = figure("petitions.xinfang.satisfaction")
    assert found.value == 0
    assert holds(found, {}) is False


def test_hotline_tickets_count_until_15_november_inclusive(figure: Compute) -> None:
    accepted(FIRST)
    accepted(day(11, 15), received_on=day(11, 14))
    accepted(day(11, 16), received_on=day(11, 15))
    accepted(LAST)
    found = figure("petitions.hotline")
    assert found.value == 2
    assert found.indicator.period.cutoff.words == "截至11月中旬"


def test_on_time_is_all_of_the_tickets_or_the_guard_word_falls() -> None:
    pair = [catalogue.get("petitions.hotline"), catalogue.get("petitions.hotline.on_time")]

    def state() -> tuple[object, bool | None]:
        found = evaluate(YEAR, pair)
        on_time = found["petitions.hotline.on_time"]
        return on_time.value, holds(on_time, found)

    closed(FIRST, FIRST)
    extension = {"extended_to": day(1, 9), "extension_reason": "核查。"}
    closed(FIRST, day(1, 9), **extension)
    closed(day(11, 16), LAST)
    assert state() == (2, True)
    late = closed(FIRST, day(1, 2))
    assert state() == (2, False)
    late.delete()
    accepted(FIRST)
    assert state() == (2, False)
