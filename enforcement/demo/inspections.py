"""Random inspections: five tasks of 2023 with 23 draws of 21 subjects, and what must not count."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    DrawnSubject,
    InspectionAssignment,
    InspectionPlan,
    InspectionResult,
    InspectionSubject,
    InspectionTask,
    MatterClass,
    Officer,
    ResultCode,
    SubjectKind,
    TaskPartner,
)

INSTITUTION, SCHOOL, VENUE = (
    SubjectKind.TRAINING_INSTITUTION,
    SubjectKind.SCHOOL,
    SubjectKind.SPORTS_VENUE,
)
OWN = "教育体育局"


@dataclass(frozen=True)
class Plan:
    """One task: `drawn` are positions in the pool of its kind, `replaced` those replaced."""

    title: str
    day: dt.date
    kind: SubjectKind
    drawn: tuple[int, ...]
    partners: tuple[str, ...] = ()
    lead: str = OWN
    replaced: tuple[int, ...] = ()
    status: str = Status.APPROVED
    days: int = 3
    results: dict[int, str] = field(default_factory=dict)
    """Status of a drawn subject's result where it is not approved; `""`: not entered."""
    planned: int = 0
    """Year of the plan, where it is not the year of the task."""


PLANS = (
    # The five tasks of 2023. Institutions 0 and 1 are drawn twice: 23 draws, 21 subjects.
    Plan(
        "校外培训机构办学行为抽查",
        dt.date(2023, 4, 18),
        INSTITUTION,
        (0, 1, 2, 3, 4),
        replaced=(40,),
    ),
    Plan(
        "学校食堂和周边食品安全联合抽查",
        dt.date(2023, 5, 23),
        SCHOOL,
        (0, 1, 2, 3),
        partners=("市场监督管理局", "卫生健康委员会"),
    ),
    Plan(
        "暑期校外培训收费和安全联合抽查",
        dt.date(2023, 7, 11),
        INSTITUTION,
        (0, 1, 10, 11, 12),
        partners=("市场监督管理局", "公安局"),
        replaced=(41, 2),
    ),
    Plan("高危险性体育项目经营场所抽查", dt.date(2023, 8, 15), VENUE, (0, 1, 2, 3)),
    Plan(
        "校外培训机构消防安全联合抽查",
        dt.date(2023, 12, 12),
        INSTITUTION,
        (20, 21, 22, 23, 24),
        partners=(OWN,),
        lead="消防救援大队",
    ),
    # 2023, but not approved: neither tasks nor subjects nor missing results count.
    Plan(
        "民办幼儿园办园行为抽查",
        dt.date(2023, 10, 17),
        SCHOOL,
        (5, 6),
        status="returned",
        results={5: "", 6: ""},
    ),
    Plan(
        "体育彩票公益金健身设施联合抽查",
        dt.date(2023, 9, 19),
        VENUE,
        (5, 6, 7),
        partners=("民政局",),
        status="submitted",
        results={5: "", 6: "returned", 7: "submitted"},
    ),
    Plan("民办学校财务管理抽查", dt.date(2023, 6, 13), SCHOOL, (7, 8), status="withdrawn"),
    Plan(
        "科技类培训机构联合抽查",
        dt.date(2023, 11, 7),
        INSTITUTION,
        (50, 51),
        partners=("科学技术局",),
        status="returned",
        results={50: "", 51: ""},
    ),
    # Other years: one began in 2022 and ended in 2023, one was planned for 2023.
    Plan("校外培训机构年末抽查", dt.date(2022, 12, 29), INSTITUTION, (30, 31, 32), days=8),
    Plan(
        "校外培训机构办学行为抽查",
        dt.date(2022, 5, 17),
        INSTITUTION,
        (5, 6, 7, 8),
        results={8: "submitted"},
    ),
    Plan(
        "游泳场所开放前联合抽查",
        dt.date(2022, 6, 14),
        VENUE,
        (0, 4, 8),
        partners=("卫生健康委员会",),
    ),
    Plan("寒假校外培训抽查", dt.date(2024, 1, 4), INSTITUTION, (60, 61, 62), planned=2023),
    Plan(
        "校外培训机构年度联合抽查",
        dt.date(2024, 4, 16),
        INSTITUTION,
        (63, 64, 65, 66),
        partners=("市场监督管理局", "消防救援大队"),
        results={66: ""},
    ),
)

CODES = (
    [ResultCode.CLEAN],
    [ResultCode.CLEAN],
    [ResultCode.CORRECTED],
    [ResultCode.CORRECTED, ResultCode.NOT_PUBLISHED],
    [ResultCode.PENDING],
)


def load_inspections(
    world: World, subjects: list[InspectionSubject], officers: list[Officer]
) -> None:
    """Create plans, tasks, draws, assignments and results."""
    by_year = {plan.year: plan for plan in world.save(_yearly_plans(world))}
    pools = {
        kind: [s for s in subjects if s.kind == kind and s.status == Status.APPROVED]
        for kind in (INSTITUTION, SCHOOL, VENUE)
    }
    tasks = world.save(
        _task(world, number, plan, by_year[plan.planned or plan.day.year])
        for number, plan in enumerate(PLANS, 1)
    )
    pairs = list(zip(tasks, PLANS, strict=True))
    world.save(_partners(world, pairs))
    drawn = world.save(row for task, plan in pairs for row in _draws(task, plan, pools[plan.kind]))
    world.save(_assignments(world, drawn, officers))
    plans = {task.pk: plan for task, plan in pairs}
    world.save(_results(world, drawn, plans, pools))


def _yearly_plans(world: World) -> Iterator[InspectionPlan]:
    for year in (2022, 2023, 2024):
        yield world.build(
            InspectionPlan,
            unit=world.unit("fgk"),
            year=year,
            title=f"{year}年度双随机抽查工作计划",
            number=f"海教体〔{year}〕18号",
            issued_on=world.workday(dt.date(year, 2, 20), dt.date(year, 3, 10)),
            published_on=world.workday(dt.date(year, 3, 11), dt.date(year, 3, 25)),
            requirements="科学确定抽查比例和频次，规范抽取过程，抽查结果及时录入并公示。",
        )


def _task(world: World, number: int, plan: Plan, yearly: InspectionPlan) -> InspectionTask:
    finished = plan.day + dt.timedelta(days=plan.days)
    code = {SCHOOL: "aqk", VENUE: "tyk", INSTITUTION: "pxk"}[plan.kind]
    return world.build(
        InspectionTask,
        unit=world.unit(code),
        status=plan.status,
        plan=yearly,
        number=f"SSJ{plan.day.year}{number:03d}",
        title=f"{plan.day.year}年{plan.title}",
        matters="办学（经营）资质、从业人员、收费管理、场所安全、信息公示。",
        matter_class=MatterClass.KEY if plan.partners else MatterClass.GENERAL,
        scope=f"全市{plan.kind.label}",
        ratio=5,
        drawn_on=plan.day - dt.timedelta(days=5),
        witness=world.person(),
        held_on=plan.day,
        finished_on=finished,
        published_on=finished + dt.timedelta(days=14) if plan.status == Status.APPROVED else None,
        lead_agency=world.agencies[plan.lead],
    )


def _partners(world: World, pairs: list[tuple[InspectionTask, Plan]]) -> Iterator[TaskPartner]:
    for task, plan in pairs:
        for name in plan.partners:
            yield TaskPartner(task=task, agency=world.agencies[name])


def _draws(
    task: InspectionTask, plan: Plan, pool: list[InspectionSubject]
) -> Iterator[DrawnSubject]:
    for order, position in enumerate((*plan.drawn, *plan.replaced), 1):
        replaced = position in plan.replaced
        yield DrawnSubject(
            task=task,
            subject=pool[position],
            order=order,
            replaced=replaced,
            replaced_reason="对象已停止办学，按程序递补抽取" if replaced else "",
        )


def _assignments(
    world: World, drawn: list[DrawnSubject], officers: list[Officer]
) -> Iterator[InspectionAssignment]:
    """Two officers a subject, each certified on the day."""
    for row in drawn:
        if row.replaced:
            continue
        able = [
            officer
            for officer in officers
            if officer.status == Status.APPROVED and officer.certified_on(row.task.held_on)
        ]
        for officer, duty in zip(world.rng.sample(able, 2), ("主检", "记录"), strict=True):
            yield InspectionAssignment(drawn=row, officer=officer, duty=duty)


def _results(
    world: World,
    drawn: list[DrawnSubject],
    plans: dict[int, Plan],
    pools: dict[SubjectKind, list[InspectionSubject]],
) -> Iterator[InspectionResult]:
    for number, row in enumerate(row for row in drawn if not row.replaced):
        plan = plans[row.task_id]
        status = plan.results.get(pools[plan.kind].index(row.subject), Status.APPROVED)
        if status:
            yield _result(world, row, CODES[number % len(CODES)], status)


def _result(
    world: World, row: DrawnSubject, codes: list[ResultCode], status: str
) -> InspectionResult:
    first, last = row.task.held_on, row.task.finished_on
    inspected = world.workday(first, last or first)
    entered = inspected + dt.timedelta(days=world.rng.randrange(18, 24))
    pending = ResultCode.PENDING in codes
    return world.build(
        InspectionResult,
        unit=row.task.unit,
        status=status,
        drawn=row,
        codes=[code.value for code in codes],
        inspected_on=inspected,
        entered_on=entered,
        published_on=entered if status == Status.APPROVED else None,
        details="查阅资料、查看现场、询问负责人，检查情况当场告知并签字确认。",
        follow_up="限期整改，由责任科室复查后报备。" if pending else "",
    )
