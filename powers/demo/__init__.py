"""The demo's power items: 62 in force at the end of 2023, and all that must not be counted."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    CATEGORY_DIGITS,
    AdjustmentKind,
    Category,
    HandlingType,
    OnlineLevel,
    PowerItem,
    PowerItemAdjustment,
)
from . import items

LISTED = dt.date(2021, 7, 1)
"""Day from which the present list is in force; exceptions are in `DATES`."""

IN_FORCE = (
    (Category.LICENCE, items.LICENCES),
    (Category.PENALTY, items.PENALTIES),
    (Category.PAYMENT, items.PAYMENTS),
    (Category.REWARD, items.REWARDS),
    (Category.CONFIRMATION, items.CONFIRMATIONS),
    (Category.OTHER, items.OTHERS),
)

DATES: dict[str, tuple[dt.date, dt.date | None]] = {
    "对擅自举办校外培训机构的处罚": (dt.date(2023, 10, 15), None),
    "对校外培训机构超出许可范围培训的处罚": (dt.date(2023, 10, 15), None),
    "群众性体育赛事活动备案": (dt.date(2023, 12, 31), None),
    "中等职业学校毕业证书核发确认": (LISTED, dt.date(2024, 1, 1)),
    "校外培训机构培训材料备案": (dt.date(2022, 9, 1), dt.date(2024, 7, 1)),
}

Trap = tuple[Category, str, str, dt.date, dt.date | None]

OUT_OF_FORCE: tuple[Trap, ...] = (
    # Cancelled within 2023, one of them the only item of its category, one on the last day.
    (Category.COERCION, "对违规举办的教育机构的强制取缔", "fgk", LISTED, dt.date(2023, 7, 1)),
    (Category.LICENCE, "健身气功活动站点设立审批", "tyk", LISTED, dt.date(2023, 4, 1)),
    (Category.OTHER, "民办学校收费标准备案", "cwk", LISTED, dt.date(2023, 9, 1)),
    (Category.OTHER, "民办学校校长任职备案", "rsk", LISTED, dt.date(2023, 12, 31)),
    # Not yet in force at the end of 2023.
    (Category.PENALTY, "对擅自组织社会性竞赛活动的处罚", "pxk", dt.date(2024, 1, 1), None),
    (Category.OTHER, "校外培训机构预收费监管备案", "pxk", dt.date(2024, 3, 1), None),
    (Category.INSPECTION, "对校外培训机构的日常检查", "pxk", dt.date(2024, 5, 1), None),
    (Category.INSPECTION, "对民办学校年检情况的抽查", "", dt.date(2024, 5, 1), None),
)  # fmt: skip

UNAPPROVED: tuple[tuple[Category, str, str, str], ...] = (
    # Some in categories without any other item.
    (Category.INSPECTION, "对民办学校办学行为的检查", "zsk", "returned"),
    (Category.LEVY, "教育费附加征收", "cwk", "returned"),
    (Category.ADJUDICATION, "学校与教职工人事争议裁决", "rsk", "withdrawn"),
    (Category.CONFIRMATION, "县级示范家长学校认定", "jjk", "submitted"),
    (Category.REWARD, "对优秀体育社会组织的奖励", "", "returned"),
)  # fmt: skip


def load(world: World) -> None:
    """Create the items and the adjustments that explain each later start and end."""
    bureau_code = world.credit_code("11")
    numbers = iter(range(1, 1000))
    counted = [
        _item(world, bureau_code, next(numbers), category, row)
        for category, rows in IN_FORCE
        for row in rows
    ]
    traps = [_trap(world, bureau_code, next(numbers), trap) for trap in OUT_OF_FORCE]
    for category, name, section, status in UNAPPROVED:
        trap = (category, name, section, LISTED, None)
        traps.append(_trap(world, bureau_code, next(numbers), trap, status))
    saved = world.save(counted + traps)
    world.save(list(_adjustments(world, saved)))


def _item(
    world: World, bureau_code: str, number: int, category: Category, row: items.Row
) -> PowerItem:
    name, basis, section, statutory, promised, materials = row
    start, end = DATES.get(name, (LISTED, None))
    fields = _fields(world, bureau_code, number, category, section)
    if statutory:
        fields |= {"handling_type": HandlingType.PROMISED, "online_level": OnlineLevel.ACCEPT}
    return world.build(
        PowerItem,
        name=name,
        legal_basis=basis,
        statutory_days=statutory,
        promised_days=promised,
        materials=materials,
        visits=1 if statutory and materials > 4 else 0,
        effective_on=start,
        cancelled_on=end,
        **fields,
    )


def _fields(
    world: World, bureau_code: str, number: int, category: Category, section: str
) -> dict[str, Any]:
    code = f"32{CATEGORY_DIGITS[category]}05{number:03d}000"
    return {
        "unit": world.unit("fgk"),
        "category": category,
        "base_code": code,
        "implementation_code": f"{bureau_code}4{code}",
        "section": world.unit(section) if section else None,
        "service_object": "自然人、法人和其他组织",
        "supervision_phone": "0513-90000012",
        "duties": "依法受理、审查、决定、送达，并对事项实施情况进行事后监管。",
        "liability": "不依法履行职责或者滥用职权的，依法追究有关人员责任。",
    }


def _trap(
    world: World, code: str, number: int, trap: Trap, status: str = Status.APPROVED
) -> PowerItem:
    category, name, section, start, end = trap
    return world.build(
        PowerItem,
        status=status,
        name=name,
        legal_basis="国家和省有关规定",
        effective_on=start,
        cancelled_on=end,
        **_fields(world, code, number, category, section),
    )


def _adjustments(world: World, saved: list[PowerItem]) -> Iterator[PowerItemAdjustment]:
    for item in saved:
        if item.effective_on != LISTED:
            yield _adjustment(world, item, AdjustmentKind.ADD, item.effective_on)
        if item.cancelled_on:
            yield _adjustment(world, item, AdjustmentKind.CANCEL, item.cancelled_on)
    teaching = saved[8]
    yield _adjustment(world, teaching, AdjustmentKind.CHANGE, dt.date(2023, 3, 1))
    withdrawn = Status.WITHDRAWN
    yield _adjustment(world, teaching, AdjustmentKind.CHANGE, dt.date(2022, 3, 1), withdrawn)


def _adjustment(
    world: World,
    item: PowerItem,
    kind: AdjustmentKind,
    day: dt.date,
    status: str = Status.APPROVED,
) -> PowerItemAdjustment:
    decided = world.workday(day - dt.timedelta(days=30), day - dt.timedelta(days=12))
    return world.build(
        PowerItemAdjustment,
        unit=world.unit("fgk"),
        status=status,
        item=item,
        kind=kind,
        effective_on=day,
        document=f"关于调整行政权力事项清单的通知（海教体〔{decided.year}〕{decided.month * 7}号）",
        grounds="上级公布的权力事项目录调整，经梳理与本机关职能对应。",
        before="申请材料5份，承诺20个工作日办结。" if kind == AdjustmentKind.CHANGE else "",
        after="申请材料4份，承诺15个工作日办结。" if kind == AdjustmentKind.CHANGE else "",
        reviewed_on=world.workday(decided - dt.timedelta(days=12), decided - dt.timedelta(days=3)),
        decided_on=decided,
        decided_by="局长办公会议",
        published_on=world.workday(day - dt.timedelta(days=8), day + dt.timedelta(days=8)),
    )
