"""Joint operations of 2023: 12 operations, 537 and 23 person-times, 386 visits, 21 violations."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from kernel.records.status import Status
from organization.demo import World
from organization.demo.names import PLACES

from ..models import (
    InspectionSubject,
    InspectionVisit,
    JointOperation,
    Officer,
    OperationAgency,
    OperationLevel,
    PatrolMember,
    PatrolRole,
    SubjectKind,
    VisitFinding,
)
from .violations import load_violations

CITY, TOWNSHIP = OperationLevel.CITY, OperationLevel.TOWNSHIP
BEFORE, AFTER = dt.date(2022, 7, 5), dt.date(2024, 1, 23)


@dataclass(frozen=True)
class Plan:
    """One operation: headcounts of the two teams, officers, visits to institutions and others."""

    day: dt.date
    level: OperationLevel
    patrol: int
    handling: int
    officers: int
    institutions: int
    others: int
    days: int = 1
    status: str = Status.APPROVED


PLANS = (
    # 2023: patrol 405 + handling 132 = 537; officers 23; institutions 386.
    Plan(dt.date(2023, 1, 12), CITY, 54, 18, 3, 62, 6, days=4),
    Plan(dt.date(2023, 2, 22), TOWNSHIP, 22, 8, 2, 18, 2),
    Plan(dt.date(2023, 3, 15), TOWNSHIP, 24, 8, 2, 20, 3),
    Plan(dt.date(2023, 4, 19), TOWNSHIP, 24, 7, 2, 21, 2),
    Plan(dt.date(2023, 5, 24), TOWNSHIP, 23, 8, 1, 19, 3),
    Plan(dt.date(2023, 6, 14), TOWNSHIP, 25, 8, 2, 22, 2),
    Plan(dt.date(2023, 7, 18), CITY, 60, 20, 3, 84, 9, days=5),
    Plan(dt.date(2023, 8, 9), CITY, 58, 18, 3, 70, 8, days=4),
    Plan(dt.date(2023, 9, 20), TOWNSHIP, 29, 9, 1, 17, 2),
    Plan(dt.date(2023, 10, 25), TOWNSHIP, 28, 9, 2, 18, 3),
    Plan(dt.date(2023, 11, 15), TOWNSHIP, 27, 9, 1, 16, 2),
    Plan(dt.date(2023, 12, 29), TOWNSHIP, 31, 10, 1, 19, 3, days=2),
    # 2023, but not approved, with members and visits of their own.
    Plan(dt.date(2023, 7, 26), CITY, 40, 12, 3, 25, 4, status="returned"),
    Plan(dt.date(2023, 9, 6), TOWNSHIP, 20, 6, 2, 12, 2, status="submitted"),
    Plan(dt.date(2023, 10, 11), TOWNSHIP, 18, 6, 1, 10, 1, status="returned"),
    Plan(dt.date(2023, 11, 29), CITY, 36, 10, 2, 20, 2, status="withdrawn"),
    # Other years; the third began in 2022 and ended in 2023.
    Plan(BEFORE, CITY, 48, 16, 3, 55, 7, days=3),
    Plan(dt.date(2022, 10, 19), TOWNSHIP, 20, 6, 1, 15, 1),
    Plan(dt.date(2022, 12, 29), TOWNSHIP, 22, 8, 2, 16, 2, days=8),
    Plan(AFTER, CITY, 50, 15, 3, 58, 6, days=3),
    Plan(dt.date(2024, 4, 17), TOWNSHIP, 24, 8, 2, 20, 2),
)


def load_operations(
    world: World, subjects: list[InspectionSubject], officers: list[Officer]
) -> None:
    """Create operations, agencies, members, visits, violations and orders."""
    operations = world.save(_operation(world, plan) for plan in PLANS)
    pairs = list(zip(operations, PLANS, strict=True))
    world.save(row for pair in pairs for row in _agencies(world, *pair))
    world.save(row for pair in pairs for row in _members(world, *pair, officers))
    visits = [row for pair in pairs for row in _visits(world, *pair, subjects)]
    load_violations(world, visits)
    world.save(visits)


def _operation(world: World, plan: Plan) -> JointOperation:
    season = {1: "寒假", 2: "寒假", 7: "暑期", 8: "暑期"}.get(plan.day.month, "常态化")
    place = "" if plan.level == CITY else world.rng.choice(PLACES)
    return world.build(
        JointOperation,
        unit=world.unit("pxk"),
        status=plan.status,
        title=f"{plan.day.year}年{plan.day.month}月{place or '全市'}校外培训联合检查",
        campaign=f"{plan.day.year}年{season}校外培训专项治理",
        level=plan.level,
        held_on=plan.day,
        finished_on=plan.day + dt.timedelta(days=plan.days - 1),
        area=place or "全市各区镇",
        summary="分组巡查培训机构和重点小区，现场核查资质、收费、人员和消防安全。",
    )


def _agencies(world: World, operation: JointOperation, plan: Plan) -> Iterator[OperationAgency]:
    names = ["教育体育局", "市场监督管理局"]
    names += (
        ["公安局", "消防救援大队", "文化广电和旅游局"] if plan.level == CITY else ["城市管理局"]
    )
    for name in names:
        yield OperationAgency(operation=operation, agency=world.agencies[name])


def _split(world: World, total: int, parts: int) -> list[int]:
    """Random headcounts of at least one that add up to `total`."""
    cuts = sorted(world.rng.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def _members(
    world: World, operation: JointOperation, plan: Plan, officers: list[Officer]
) -> Iterator[PatrolMember]:
    senders = ["市教育体育局", "市市场监督管理局", "市公安局", "区镇教办"]
    for role, total in ((PatrolRole.PATROL, plan.patrol), (PatrolRole.HANDLING, plan.handling)):
        parts = _split(world, total, len(senders) if role == PatrolRole.PATROL else 2)
        for sender, headcount in zip(senders, parts, strict=False):
            yield PatrolMember(operation=operation, role=role, headcount=headcount, sent_by=sender)
    able = [o for o in officers if o.status == Status.APPROVED and o.certified_on(plan.day)]
    for officer in world.rng.sample(able, plan.officers):
        yield PatrolMember(operation=operation, role=PatrolRole.OFFICER, officer=officer)


def _visits(
    world: World, operation: JointOperation, plan: Plan, subjects: list[InspectionSubject]
) -> Iterator[InspectionVisit]:
    """Every fifth visit to an institution calls there a second time on the same day."""
    usable = [s for s in subjects if s.status == Status.APPROVED and not s.delisted_on]
    institutions = [s for s in usable if s.kind == SubjectKind.TRAINING_INSTITUTION]
    again = plan.institutions // 5
    chosen = world.rng.sample(institutions, plan.institutions - again)
    days = [world.rng.randrange(plan.days) for _ in chosen]
    for number, (subject, day) in enumerate(zip(chosen, days, strict=True)):
        yield _visit(world, operation, subject, day)
        if number < again:
            yield _visit(world, operation, subject, day, sequence=2)
    for subject in _others(world, plan, usable):
        yield _visit(world, operation, subject, world.rng.randrange(plan.days))


def _others(
    world: World, plan: Plan, usable: list[InspectionSubject]
) -> Iterator[InspectionSubject]:
    """Subjects besides institutions: a hidden site that differs from operation to operation,
    then any schools, venues and hidden sites."""
    hidden = [s for s in usable if s.kind == SubjectKind.HIDDEN_SITE]
    first = hidden[PLANS.index(plan) % len(hidden)]
    rest = [s for s in usable if s.kind != SubjectKind.TRAINING_INSTITUTION and s is not first]
    yield first
    yield from world.rng.sample(rest, plan.others - 1)


def _visit(
    world: World, operation: JointOperation, subject: InspectionSubject, day: int, sequence: int = 1
) -> InspectionVisit:
    finding = VisitFinding.NORMAL
    if world.rng.random() < 0.12:
        finding = world.rng.choice([VisitFinding.CLOSED, VisitFinding.REMINDED])
    return InspectionVisit(
        operation=operation,
        subject=subject,
        visited_on=operation.held_on + dt.timedelta(days=day),
        sequence=sequence,
        finding=finding,
    )
