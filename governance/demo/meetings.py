"""Meetings of three years: two on the rule of law in 2023, and many that are of another kind."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from kernel.records.status import Status
from organization.demo import World
from organization.models import BureauProfile

from ..models import Meeting
from ..models.meeting import MeetingKind

SPECIAL = (
    ("2022-03-10", "研究2022年法治建设工作要点", Status.APPROVED),
    ("2022-12-30", "总结2022年法治政府建设工作", Status.APPROVED),
    ("2023-03-16", "部署2023年依法行政、依法治教重点任务", Status.APPROVED),
    ("2023-09-21", "研究行政执法三项制度落实和案卷自查整改", Status.APPROVED),
    ("2023-09-22", "研究行政执法三项制度落实和案卷自查整改", Status.WITHDRAWN),
    ("2023-11-30", "研究校外培训执法衔接", Status.SUBMITTED),
    ("2023-12-14", "研究2023年度述法安排", Status.RETURNED),
    ("2023-06-08", "研究规范性文件清理", Status.RETURNED),
    ("2024-01-04", "部署2024年法治政府建设工作", Status.APPROVED),
    ("2024-05-23", "研究教育执法协作机制", Status.APPROVED),
    ("2024-10-17", "研究依法治校示范校创建", Status.APPROVED),
)
"""Special meetings: day, matter, state. Of 2023, two are approved."""

ORDINARY = {
    MeetingKind.PARTY_GROUP: (
        "研究年度重点工作安排", "研究干部选拔任用事项", "研究中小学校长交流轮岗",
        "研究校园安全工作", "研究教育经费预算执行", "听取法治政府建设工作汇报",
        "研究教育重点工程推进", "研究意识形态工作责任制落实", "研究教师招聘方案",
        "研究行政规范性文件草案", "研究党风廉政建设和反腐败工作", "研究大额资金使用事项",
    ),
    MeetingKind.OFFICE: (
        "通报月度重点工作进展", "研究招生入学工作", "听取依法行政工作汇报", "研究暑期校舍维修",
        "研究学生资助发放", "研究校外培训治理", "研究体育赛事筹备", "研究信访和热线办理情况",
    ),
    MeetingKind.STUDY: (
        "学习习近平法治思想", "学习党的二十大精神", "学习宪法和教育法律法规",
        "学习全国教育工作会议精神",
    ),
    MeetingKind.EMERGENCY_DUTY: ("部署学校应急值守工作",),
}  # fmt: skip
PER_YEAR = {
    MeetingKind.PARTY_GROUP: 22,
    MeetingKind.OFFICE: 12,
    MeetingKind.STUDY: 8,
    MeetingKind.EMERGENCY_DUTY: 1,
}
LEGAL_WORDS = ("法治", "依法", "法律", "规范性文件")
DECISIONS = (
    "会议原则同意汇报内容，由{unit}按会议意见修改完善后组织实施，分管负责同志跟踪督办。",
    "会议明确由{unit}牵头，相关科室配合，一个月内报送落实情况，办公室列入督查事项。",
    "会议听取汇报并进行讨论，要求{unit}对照任务清单逐项销号，重要情况及时报告。",
)
UNITS = ("办公室", "政策法规科", "基础教育科", "学校安全管理科", "财务审计科", "人事与教师工作科")


def load(world: World) -> None:
    """Insert all meetings."""
    head = BureauProfile.current().signer
    deputies = [world.person() for _ in range(4)]
    rows = [_special(world, head, *row) for row in SPECIAL]
    for year in (world.year - 1, world.year, world.year + 1):
        for kind in PER_YEAR:
            rows += _ordinary(world, kind, year, [head, *deputies])
    world.save(rows)


def _special(world: World, head: str, day: str, matter: str, status: str) -> Meeting:
    return _meeting(
        world,
        "fgk",
        kind=MeetingKind.RULE_OF_LAW,
        held_on=dt.date.fromisoformat(day),
        matter=matter,
        chair=head,
        head=head,
        status=status,
        title=f"法治建设专题会议（{matter}）",
    )


def _ordinary(world: World, kind: MeetingKind, year: int, chairs: list[str]) -> Iterator[Meeting]:
    """The meetings of a kind, spread over the year; the first of `chairs` is the head."""
    for index in range(PER_YEAR[kind]):
        first = dt.date(year, 1, 4) + dt.timedelta(days=index * 355 // PER_YEAR[kind])
        yield _ordinary_one(world, kind, first, index, chairs)


def _ordinary_one(
    world: World, kind: MeetingKind, first: dt.date, index: int, chairs: list[str]
) -> Meeting:
    year = first.year
    last = min(first + dt.timedelta(days=12), dt.date(year, 12, 31))
    matter = ORDINARY[kind][index % len(ORDINARY[kind])]
    usual = {MeetingKind.PARTY_GROUP, MeetingKind.STUDY, MeetingKind.EMERGENCY_DUTY}
    chair = chairs[0] if kind in usual or index % 3 else world.rng.choice(chairs[1:])
    return _meeting(
        world,
        "aqk" if kind == MeetingKind.EMERGENCY_DUTY else "bgs",
        kind=kind,
        held_on=world.workday(first, last),
        matter=matter,
        chair=chair,
        head=chairs[0],
        status=Status.RETURNED
        if index == PER_YEAR[kind] - 1 and year > world.year
        else Status.APPROVED,
        title=f"{year}年第{index + 1}次{kind.label}",
    )


def _meeting(
    world: World,
    unit: str,
    *,
    kind: MeetingKind,
    held_on: dt.date,
    matter: str,
    chair: str,
    head: str,
    status: str,
    title: str,
) -> Meeting:
    fields: dict[str, Any] = {"kind": kind, "held_on": held_on, "chair": chair, "title": title}
    return world.build(
        Meeting,
        unit=world.unit(unit),
        status=status,
        **fields,
        place="局机关三楼会议室",
        chaired_by_head=chair == head,
        rule_of_law_item=any(word in matter for word in LEGAL_WORDS)
        or kind == MeetingKind.RULE_OF_LAW,
        participants=world.rng.randint(9, 46),
        agenda=f"{matter}。",
        decisions=world.rng.choice(DECISIONS).format(unit=world.rng.choice(UNITS)),
    )
