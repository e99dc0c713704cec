"""Which items the demo discloses, on which channels, and when."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kernel.records.status import Status
from organization.demo import World
from organization.demo.names import PLACES
from organization.demo.world import workdays_after

from ..choices import Channel, Force, Form
from ..models import Disclosure, Posting
from .texts import NEWS, ROUNDS, TEXTS, Text

GOVERNMENT, SITE, WECHAT, BROADCAST, PRESS = Channel
DAY = dt.timedelta(days=1)
AGENCY_CODE = "014225999"
"""First part of each index number; no body has this code."""
ADDRESSES = {
    GOVERNMENT: "https://zwgk.example.cn/jytyj/{year}/{serial:05d}.html",
    SITE: "https://jyxxw.example.cn/info/{year}/{serial:05d}.html",
}
PLACES_OF_ISSUE = {WECHAT: "海安教育发布", BROADCAST: "教育在线栏目", PRESS: "教育专版"}
TAKE_DOWN_REASONS = (
    "公示期满，按规定撤下。",
    "信息已更新，由新版本代替。",
    "招生工作结束，栏目归档。",
)


@dataclass(frozen=True)
class Item:
    """One disclosure to be: its channels and the day on which it is first posted."""

    channels: tuple[Channel, ...]
    posted_on: dt.date
    status: Status = Status.APPROVED
    wait: int = 6
    """Days between production and posting."""
    site_later: int = 0
    """Days by which the education site follows the government platform."""
    taken_down_after: int = 0
    """Days until the first channel takes it down; 0: still up."""


YEAR_PLANS = {
    2022: {(GOVERNMENT,): 38, (GOVERNMENT, SITE): 33, (SITE,): 150, (SITE, WECHAT): 9},
    2023: {
        (GOVERNMENT,): 43, (GOVERNMENT, SITE): 28, (GOVERNMENT, SITE, WECHAT): 6,
        (GOVERNMENT, PRESS): 2, (SITE,): 148, (SITE, WECHAT): 22, (WECHAT,): 31,
        (BROADCAST,): 5, (PRESS, BROADCAST): 3,
    },
    2024: {(GOVERNMENT,): 41, (GOVERNMENT, SITE): 35, (SITE,): 160, (SITE, WECHAT): 20},
}  # fmt: skip
"""Approved items by channels, besides the ones listed in `_edges`."""
UNCOUNTED = {Status.SUBMITTED: 4, Status.RETURNED: 7, Status.WITHDRAWN: 4}
"""Items of 2023 that are not approved; each is posted on both websites."""
TAKEN_DOWN_EACH = 17
"""Every so-manieth item was taken down again, some in the year of posting."""


def items(world: World) -> Iterator[Item]:
    """All items of the three years."""
    number = 0
    for year, plan in YEAR_PLANS.items():
        first, last = dt.date(year, 1, 10), dt.date(year, 12, 28)
        for channels, count in plan.items():
            for _ in range(count):
                number += 1
                down = world.rng.randint(30, 400) if number % TAKEN_DOWN_EACH == 0 else 0
                wait = world.rng.randint(0, 9)
                day = world.workday(first, last)
                yield Item(channels, day, wait=wait, taken_down_after=down)
    for status, count in UNCOUNTED.items():
        for _ in range(count):
            day = world.workday(dt.date(2023, 2, 1), dt.date(2023, 11, 30))
            yield Item((GOVERNMENT, SITE), day, status)
    yield from _edges()


def _edges() -> Iterator[Item]:
    """Items near the ends of 2023. They add six to the government platform, nine to the site."""
    both = (GOVERNMENT, SITE)
    end, start = dt.date(2022, 12, 30), dt.date(2023, 1, 3)
    produced_before = Item(both, start, wait=9)
    yield from [produced_before] * 4
    # Posted on the platform in the old year, on the site in the new one: one figure in each.
    yield from [Item(both, end, site_later=4)] * 3
    yield from [Item(both, dt.date(2023, 12, 29), site_later=4)] * 2
    yield replace(Item((SITE,), start), taken_down_after=10)
    yield replace(Item((SITE,), dt.date(2022, 12, 29)), taken_down_after=20)
    yield Item((GOVERNMENT,), dt.date(2024, 1, 2), wait=7)
    yield Item((SITE,), dt.date(2023, 12, 29), wait=3)


def disclosure(world: World, item: Item, serial: int) -> Disclosure:
    """The unsaved record of an item."""
    formal = GOVERNMENT in item.channels or world.rng.random() < SHARE_FORMAL
    text: Text = world.rng.choice(TEXTS if formal else NEWS)
    produced_on = item.posted_on - DAY * item.wait
    year = produced_on.year
    title = text.title.format(
        year=year, place=world.rng.choice(PLACES), round=world.rng.choice(ROUNDS)
    )
    return world.build(
        Disclosure,
        unit=world.unit(text.unit),
        status=item.status,
        title=title,
        index_number=f"{AGENCY_CODE}/{year}-{serial:05d}",
        document_number=f"海教体办〔{year}〕{serial}号" if text.form == Form.NOTICE else "",
        theme=text.theme,
        form=text.form,
        produced_on=produced_on,
        due_on=workdays_after(produced_on, 20),  # 政府信息公开条例 §26
        summary=text.summary,
        keywords=f"{text.theme.label} {text.form.label}",
        deciding_unit=world.unit(text.unit),
        reviewed_on=produced_on + DAY * (item.wait // 2),
        force=Force.EXPIRED if item.taken_down_after else Force.VALID,
    )


SHARE_FORMAL = 0.4
"""Part of the items of the education site that are more than news."""


def postings(world: World, item: Item, record: Disclosure) -> Iterator[Posting]:
    """The postings of an item, one for each channel."""
    for channel in item.channels:
        day = item.posted_on + DAY * (item.site_later if channel == SITE else 0)
        down = item.taken_down_after if channel == item.channels[0] else 0
        yield Posting(
            disclosure=record,
            channel=channel,
            posted_on=day,
            url=ADDRESSES.get(channel, "").format(year=day.year, serial=record.pk),
            place=PLACES_OF_ISSUE.get(channel, ""),
            taken_down_on=day + DAY * down if down else None,
            take_down_reason=world.rng.choice(TAKE_DOWN_REASONS) if down else "",
        )
