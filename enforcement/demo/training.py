"""Training of officers: in 2023 everybody reaches 60 professional hours, in 2022 not everybody."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from organization.demo import World

from ..models import (
    Certainty,
    HourGroup,
    HourKind,
    Officer,
    TrainingAttendance,
    TrainingRequirement,
    TrainingSession,
)
from .officers import SECTIONS

B, L, P, D = HourKind.BUSINESS, HourKind.LAW, HourKind.POLITICAL, HourKind.PARTY
Plan = tuple[str, HourKind, int, dt.date, str]

SESSIONS: tuple[Plan, ...] = (
    ("行政处罚法专题培训", L, 8, dt.date(2023, 2, 16), "approved"),
    ("校外培训执法实务培训", B, 8, dt.date(2023, 3, 9), "approved"),
    ("双随机抽查系统操作培训", B, 8, dt.date(2023, 3, 23), "approved"),
    ("民办教育法律制度培训", L, 8, dt.date(2023, 4, 13), "approved"),
    ("行政执法文书制作培训", B, 8, dt.date(2023, 5, 18), "approved"),
    ("学校安全管理法规培训", L, 8, dt.date(2023, 6, 8), "approved"),
    ("体育法专题培训", L, 8, dt.date(2023, 7, 6), "approved"),
    ("执法案卷评查培训", B, 8, dt.date(2023, 9, 14), "approved"),
    ("校外培训行政处罚办法培训", L, 8, dt.date(2023, 10, 19), "approved"),
    ("行政执法全过程记录培训", B, 8, dt.date(2023, 11, 16), "approved"),
    ("政治理论学习班（上半年）", P, 12, dt.date(2023, 5, 11), "approved"),
    ("政治理论学习班（下半年）", P, 12, dt.date(2023, 10, 26), "approved"),
    ("党性教育专题班", D, 12, dt.date(2023, 7, 13), "approved"),
    # Entered for 2023, but not approved.
    ("行政复议与应诉培训", L, 16, dt.date(2023, 12, 7), "returned"),
    ("裁量基准适用培训", B, 16, dt.date(2023, 12, 14), "returned"),
    # Other years.
    ("行政执法基础培训", L, 24, dt.date(2022, 3, 17), "approved"),
    ("校外培训治理业务培训", B, 24, dt.date(2022, 6, 16), "approved"),
    ("教育法律法规集中培训", L, 16, dt.date(2022, 10, 20), "approved"),
    ("政治理论学习班", P, 24, dt.date(2022, 9, 15), "approved"),
    ("行政执法年度培训", L, 40, dt.date(2024, 3, 14), "approved"),
)

Requirement = tuple[int, HourGroup, int, Certainty, str]

REQUIREMENTS: tuple[Requirement, ...] = (
    (2021, HourGroup.PROFESSIONAL, 40, Certainty.CORROBORATED, "approved"),
    (2022, HourGroup.PROFESSIONAL, 60, Certainty.CORROBORATED, "approved"),
    (2023, HourGroup.PROFESSIONAL, 60, Certainty.CORROBORATED, "approved"),
    (2023, HourGroup.POLITICAL, 24, Certainty.CORROBORATED, "approved"),
    (2023, HourGroup.PARTY, 12, Certainty.UNCONFIRMED, "approved"),
    (2024, HourGroup.PROFESSIONAL, 60, Certainty.CORROBORATED, "approved"),
    (2025, HourGroup.PROFESSIONAL, 72, Certainty.UNCONFIRMED, "returned"),
)
BASIS = "《法治政府建设实施纲要（2021—2025年）》关于行政执法人员培训学时的要求"
CERTIFIED = sum(SECTIONS.values())


def load_training(world: World, officers: list[Officer]) -> None:
    """Create requirements, sessions and the hours that each officer earned."""
    world.save(_requirement(world, row) for row in REQUIREMENTS)
    sessions = world.save(_session(world, plan) for plan in SESSIONS)
    world.save(
        row
        for number, officer in enumerate(officers)
        for row in _attendances(world, number, officer, sessions)
    )


def _requirement(world: World, row: Requirement) -> TrainingRequirement:
    year, group, hours, certainty, status = row
    return world.build(
        TrainingRequirement,
        unit=world.unit("fgk"),
        status=status,
        year=year,
        hour_group=group,
        minimum_hours=hours,
        basis=BASIS,
        certainty=certainty,
    )


def _session(world: World, plan: Plan) -> TrainingSession:
    title, kind, hours, day, status = plan
    organizer = "市教育体育局机关党委" if kind in (P, D) else "市教育体育局政策法规科"
    return world.build(
        TrainingSession,
        unit=world.unit("fgk"),
        status=status,
        title=f"{day.year}年{title}",
        kind=kind,
        held_on=day,
        hours=hours,
        organizer=organizer,
        lecturer=world.person(),
        place=world.rng.choice(["局机关三楼会议室", "教师发展中心报告厅", "省执法培训网络平台"]),
        content=f"围绕“{title}”集中授课、研讨和测试。",
    )


def _attendances(
    world: World, number: int, officer: Officer, sessions: list[TrainingSession]
) -> Iterator[TrainingAttendance]:
    missed = _missed(world, number, sessions)
    for session in sessions:
        if session.pk in missed or session.held_on < officer.joined_on:
            continue
        # The first officer came late once and stays at exactly 60 hours in 2023.
        late = number == 0 and session is sessions[0]
        yield TrainingAttendance(
            session=session,
            officer=officer,
            hours=Decimal(session.hours) - (4 if late else 0),
            score=Decimal(world.rng.randrange(160, 200)) / 2,
            notes="迟到半天" if late else "",
        )


def _missed(world: World, number: int, sessions: list[TrainingSession]) -> set[Any]:
    """Certified officers miss two of the ten professional sessions of 2023, others seven.

    Every sixth officer missed a session of 2022, so that only political hours lift the total
    of that year above the minimum.
    """
    missed = {
        session.pk for session in world.rng.sample(sessions[1:10], 2 if number < CERTIFIED else 7)
    }
    if number % 6 == 0:
        missed.add(sessions[16].pk)
    return missed
