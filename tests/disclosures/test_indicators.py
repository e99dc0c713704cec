"""Each figure counts what its rule says, and none of the rows that look alike."""

from collections.abc import Callable

import pytest

from disclosures.choices import Channel
from kernel.indicators.evaluate import Figure
from kernel.records.status import Status
from kernel.registers.register import registry

from .factories import YEAR, DisclosureFactory, PostingFactory, day

pytestmark = pytest.mark.django_db
Compute = Callable[..., Figure]
GOVERNMENT, SITE = Channel.GOVERNMENT_PLATFORM, Channel.EDUCATION_SITE
KEYS = {GOVERNMENT: "disclosure.government_platform", SITE: "disclosure.education_site"}
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
every_channel = pytest.mark.parametrize("channel", KEYS)


@every_channel
def test_an_item_counts_in_the_year_of_posting(channel: Channel, figure: Compute) -> None:
    old = DisclosureFactory.create(
        produced_on=day(12, 20, YEAR - 1),
        reviewed_on=day(12, 20, YEAR - 1),
        due_on=day(1, 18),
    )
    PostingFactory.create(disclosure=old, channel=channel, posted_on=day(1, 1))
    PostingFactory.create(channel=channel, posted_on=day(12, 31))
    PostingFactory.create(channel=channel, posted_on=day(1, 1, YEAR + 1))
    PostingFactory.create(channel=channel, posted_on=day(12, 31, YEAR - 1))
    assert figure(KEYS[channel]).value == 2


def test_an_item_on_both_sites_counts_once_on_each(figure: Compute) -> None:
    item = DisclosureFactory.create()
    for channel in (GOVERNMENT, SITE, Channel.WECHAT, Channel.PRESS, Channel.BROADCAST):
        PostingFactory.create(disclosure=item, channel=channel)
    PostingFactory.create(channel=SITE)
    assert figure(KEYS[GOVERNMENT]).value == 1
    assert figure(KEYS[SITE]).value == 2


@every_channel
def test_an_item_taken_down_later_was_still_disclosed(channel: Channel, figure: Compute) -> None:
    down = {"taken_down_on": day(6), "take_down_reason": "公示期满。"}
    PostingFactory.create(channel=channel, **down)
    assert figure(KEYS[channel]).value == 1
    assert figure(KEYS[channel], YEAR + 1).value == 0


@every_channel
@pytest.mark.parametrize("status", NOT_COUNTED)
def test_postings_of_records_short_of_approval_do_not_count(
    channel: Channel, status: Status, figure: Compute
) -> None:
    PostingFactory.create(channel=channel, disclosure__status=status)
    assert figure(KEYS[channel]).value == 0


def keys(register: str, **params: str) -> set[int]:
    source = registry.get(register)
    filterset = source.filterset_class(params, source.get_queryset())
    assert filterset.form.is_valid(), filterset.form.errors
    return set(filterset.qs.values_list("pk", flat=True))


SPAN = {"since": f"{YEAR}-01-01", "until": f"{YEAR}-12-31"}


def test_on_time_is_up_to_the_last_day() -> None:
    last_day = PostingFactory.create(posted_on=day(3, 29)).pk
    late = PostingFactory.create(posted_on=day(3, 30)).pk
    assert keys("disclosures.posting", on_time="true", **SPAN) == {last_day}
    assert keys("disclosures.posting", on_time="false", **SPAN) == {late}


def test_taken_down_and_still_up_share_none() -> None:
    up = PostingFactory.create().pk
    down = PostingFactory.create(taken_down_on=day(6), take_down_reason="公示期满。").pk
    assert keys("disclosures.posting", taken_down="true", **SPAN) == {down}
    assert keys("disclosures.posting", taken_down="false", **SPAN) == {up}


def test_disclosures_by_channel_are_listed_once() -> None:
    item = DisclosureFactory.create()
    for channel in (GOVERNMENT, SITE):
        PostingFactory.create(disclosure=item, channel=channel)
    other = PostingFactory.create(channel=Channel.WECHAT, url="").disclosure
    register = registry.get("disclosures.disclosure")
    filterset = register.filterset_class(SPAN | {"channel": GOVERNMENT}, register.get_queryset())
    assert list(filterset.qs) == [item]
    assert keys("disclosures.disclosure", channel="wechat", **SPAN) == {other.pk}
