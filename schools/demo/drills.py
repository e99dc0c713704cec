"""Drills of every school month and kindergarten quarter, and the city's own drills."""

import datetime as dt

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    Drill,
    DrillKind,
    DrillLevel,
    DrillObligation,
    DrillResult,
    School,
    SchoolTerm,
)
from ..services import refresh_drill_obligations

YEARS = (2022, 2023, 2024)
MISSED = {2022: 0.12, 2023: 0.0, 2024: 0.03}
"""Share of the months and quarters in which no drill was held."""
HELD_TWICE = 0.15
NOT_COUNTED = 0.05
SCHOOL_KINDS = (
    DrillKind.EARTHQUAKE, DrillKind.FIRE, DrillKind.FIRE, DrillKind.ANTI_VIOLENCE,
    DrillKind.STAMPEDE, DrillKind.SCHOOL_BUS,
)  # fmt: skip
PLACES = ("教学楼至操场", "综合楼及操场", "食堂及餐厅周边", "校门口警戒区", "教学区各楼层")
EVALUATIONS = (
    "警报发出后各班按预定路线撤离，集合点名无遗漏；二楼转角处略有拥堵，已增设引导岗。",
    "全员按时到达集合点，班主任清点人数及时；个别学生未弯腰掩口鼻，课后再作讲解。",
    "安保人员处置动作规范，师生就近避险迅速；对讲机信号有盲区，已调整频道。",
    "疏散有序，用时较上次缩短；低年级队伍间距偏小，下次分批下楼。",
    "演练达到预期，应急广播清晰；应急包药品已按清单补齐。",
)
CITY_DRILLS = (
    (
        "2022年海安市学校消防应急疏散综合演练",
        DrillKind.COMPREHENSIVE,
        "2022-11-09",
        860,
        Status.APPROVED,
    ),
    ("2023年海安市校园防溺水暨防汛演练", DrillKind.WEATHER, "2023-06-14", 320, Status.APPROVED),
    (
        "2023年海安市学校综合应急演练（登记有误）",
        DrillKind.COMPREHENSIVE,
        "2023-05-12",
        600,
        Status.WITHDRAWN,
    ),
    (
        "2023年海安市学校应急疏散救援综合演练",
        DrillKind.COMPREHENSIVE,
        "2023-11-09",
        1260,
        Status.APPROVED,
    ),
    ("2023年学校综合演练补充场次", DrillKind.COMPREHENSIVE, "2023-12-06", 200, Status.RETURNED),
    (
        "2024年海安市校园防暴消防联合综合演练",
        DrillKind.COMPREHENSIVE,
        "2024-05-10",
        980,
        Status.APPROVED,
    ),
)


def load(world: World) -> None:
    """Obligations of three years by the service itself, then the drills that meet them."""
    terms = list(SchoolTerm.objects.counted().values_list("starts_on", "ends_on"))
    rows: list[Drill] = []
    for year in YEARS:
        refresh_drill_obligations(year)
        due = DrillObligation.objects.filter(period_start__year=year).order_by("pk")
        for obligation in due.select_related("school__unit"):
            rows += _drills(world, obligation, terms)
    rows.append(_school_comprehensive(world))
    world.save(rows)
    _city_drills(world)


def _drills(
    world: World, obligation: DrillObligation, terms: list[tuple[dt.date, dt.date]]
) -> list[Drill]:
    rng, school = world.rng, obligation.school
    first, last = _open_days(obligation, terms)
    held = 0 if rng.random() < MISSED[first.year] else 1 + (rng.random() < HELD_TWICE)
    states = [Status.APPROVED] * held
    if rng.random() < NOT_COUNTED:
        states.append(rng.choice((Status.SUBMITTED, Status.WITHDRAWN, Status.RETURNED)))
    return [_drill(world, school, world.workday(first, last), status) for status in states]


def _open_days(
    obligation: DrillObligation, terms: list[tuple[dt.date, dt.date]]
) -> tuple[dt.date, dt.date]:
    """First and last day of the period on which pupils are at school."""
    school, start, end = obligation.school, obligation.period_start, obligation.period_end
    start, end = max(start, school.opened_on), min(end, school.closed_on or end)
    inside = [(max(start, first), min(end, last)) for first, last in terms]
    return max((span for span in inside if span[0] <= span[1]), key=lambda span: span[1] - span[0])


def _drill(
    world: World,
    school: School,
    day: dt.date,
    status: str,
    kind: DrillKind | None = None,
) -> Drill:
    rng = world.rng
    kind = kind or rng.choice(SCHOOL_KINDS)
    return world.build(
        Drill,
        unit=school.unit,
        status=status,
        level=DrillLevel.SCHOOL,
        school=school,
        name=f"{school.name}{kind.label}应急疏散演练",
        kind=kind,
        held_on=day,
        place=rng.choice(PLACES),
        participants=round(school.pupils * rng.uniform(0.9, 1.0)) + school.staff,
        minutes=rng.randint(15, 45),
        evacuation_seconds=rng.randint(85, 230),
        commander=school.principal,
        result=rng.choices(list(DrillResult), (80, 18, 2))[0],
        evaluation=rng.choice(EVALUATIONS),
    )


def _school_comprehensive(world: World) -> Drill:
    """A comprehensive drill of one school: not one of the city."""
    day = world.workday(dt.date(2023, 3, 1), dt.date(2023, 3, 31))
    return _drill(world, world.schools[0], day, Status.APPROVED, DrillKind.COMPREHENSIVE)


def _city_drills(world: World) -> None:
    rows = world.save(
        world.build(
            Drill,
            unit=world.unit("aqk"),
            status=status,
            level=DrillLevel.CITY,
            name=name,
            kind=kind,
            held_on=dt.date.fromisoformat(day),
            place="市青少年综合实践基地",
            participants=people,
            minutes=70,
            commander="周文远",
            evaluation="各组响应迅速、衔接有序，信息报送渠道畅通；演练评估组提出改进意见三条，已列入清单。",
        )
        for name, kind, day, people, status in CITY_DRILLS
    )
    partners = [world.agencies[name] for name in ("公安局", "消防救援大队", "卫生健康委员会")]
    for drill in rows:
        drill.partners.set(partners)
