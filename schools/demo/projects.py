"""Projects with their outputs, and lamps in kindergartens."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from kernel.records.status import Status
from organization.demo import World

from ..models import (
    LightingInstallation,
    OutputKind,
    Project,
    ProjectKind,
    ProjectOutput,
    School,
)

KEY, LIVELIHOOD = ProjectKind.KEY, ProjectKind.LIVELIHOOD


@dataclass(frozen=True)
class Plan:
    """A project: name, kind, year of the list, start, completion, outputs."""

    name: str
    kind: ProjectKind
    year: int
    start: str
    end: str | None = None
    outputs: dict[str, int] = field(default_factory=dict)
    status: str = Status.APPROVED


FINISHED_2023 = (
    Plan("实小北校区", KEY, 2023, "2021-10-12", "2023-08-18", {"primary_places": 2160}),
    Plan(
        "金港学校",
        KEY,
        2023,
        "2022-02-25",
        "2023-08-25",
        {"primary_places": 1080, "junior_places": 600, "floor_area": 42600},
    ),
    Plan("海中公寓楼", KEY, 2022, "2022-04-08", "2023-08-11", {"dorm_beds": 1200}),
)
KEY_2023 = (
    "职教中心实训基地二期", "城南初级中学新建工程", "曲塘小学教学楼翻建", "市体育馆屋面修缮",
    "李堡初级中学运动场改造", "特殊教育学校康复楼", "雅周小学食堂新建", "教师发展中心改造",
    "大公幼儿园易地新建", "全民健身中心设备更新", "南莫小学综合楼", "教育城域网升级改造",
)  # fmt: skip
LIVELIHOOD_2023 = (
    "幼儿园健康照明提升",
    "农村学校塑胶运动场建设",
    "中小学食堂“明厨亮灶”升级",
    "校门口安全岗亭改造",
)
UNFINISHED_OUTPUTS = {
    "城南初级中学新建工程": {"junior_places": 1500},
    "曲塘小学教学楼翻建": {"primary_places": 720},
}
NURSERY = {"kindergarten_places": 270}
OTHER_YEARS = (
    Plan("城东小学扩建", KEY, 2022, "2021-03-02", "2022-08-20", {"primary_places": 1620}),
    Plan("白甸幼儿园新建", LIVELIHOOD, 2022, "2021-05-10", "2022-12-28", NURSERY),
    Plan("农村学校厕所改造", LIVELIHOOD, 2022, "2022-03-01", "2022-10-20"),
    Plan("西场小学操场改造", KEY, 2022, "2022-06-28", "2023-03-15"),
    Plan("滨湖小学新建", KEY, 2024, "2022-11-08", "2024-01-05", {"primary_places": 1350}),
    Plan("实验中学宿舍楼", KEY, 2024, "2023-02-20", "2024-08-16", {"dorm_beds": 800}),
    Plan("护眼教室改造", LIVELIHOOD, 2024, "2024-03-04", "2024-09-30"),
    Plan("校园直饮水工程", LIVELIHOOD, 2024, "2024-04-15"),
    Plan("仇湖小学综合楼", KEY, 2024, "2024-05-06", None, {"primary_places": 360}),
)
TWICE, MORE = {"primary_places": 2160}, {"primary_places": 540}
NOT_COUNTED = (
    Plan("老坝港小学扩建", KEY, 2023, "2022-09-08", "2023-08-30", MORE, Status.RETURNED),
    Plan("开发区高中", KEY, 2023, "2022-09-15", "2023-11-20", {"dorm_beds": 300}, Status.SUBMITTED),
    Plan("实小北校区", KEY, 2023, "2021-10-12", "2023-08-18", TWICE, Status.WITHDRAWN),
    Plan("青少年活动场地开放", LIVELIHOOD, 2023, "2023-04-10", status=Status.RETURNED),
)
"""Of 2023 by their dates, but not reviewed, returned, or entered twice and withdrawn."""

SUPPLIERS = ("南通亮睛照明科技有限公司", "江苏明眸光电有限公司", "海安启明灯具有限公司")
KINDERGARTENS_LIT, LAMPS = 45, 4688
LIT_IN_2022 = 19
LIT_LATER = 12
LAMPS_PER_ROOM = 9


def load(world: World) -> None:
    _projects(world)
    _lighting(world)


def _projects(world: World) -> None:
    lists = ((KEY, KEY_2023), (LIVELIHOOD, LIVELIHOOD_2023))
    plans = [_plan(kind, name, n) for kind, names in lists for n, name in enumerate(names)]
    plans = [*FINISHED_2023, *plans, *OTHER_YEARS, *NOT_COUNTED]
    projects = world.save(_project(world, plan) for plan in plans)
    world.save(
        ProjectOutput(project=project, kind=OutputKind(kind), quantity=quantity)
        for project, plan in zip(projects, plans, strict=True)
        for kind, quantity in plan.outputs.items()
    )


def _plan(kind: ProjectKind, name: str, number: int) -> Plan:
    """A project of the 2023 list: some works are finished, but none adds places in the year."""
    end = "2023-10-25" if kind == LIVELIHOOD and number % 2 else None
    start = f"2023-0{3 + number % 4}-1{number % 9}"
    return Plan(name, kind, 2023, start, end, UNFINISHED_OUTPUTS.get(name, {}))


def _project(world: World, plan: Plan) -> Project:
    started = dt.date.fromisoformat(plan.start)
    return world.build(
        Project,
        unit=world.unit("ghk"),
        status=plan.status,
        name=plan.name,
        full_name=f"海安市{plan.name}建设项目",
        kind=plan.kind,
        year=plan.year,
        builder="海安市教育体育局",
        content=f"{plan.name}：土建、装饰、设备采购及室外配套。",
        investment=Decimal(world.rng.randint(180, 16800)) * 10_000,
        document_number=f"海行审〔{started.year}〕{world.rng.randint(100, 900)}号",
        started_on=started,
        planned_on=dt.date(plan.year, 12, 20),
        completed_on=dt.date.fromisoformat(plan.end) if plan.end else None,
    )


def _lighting(world: World) -> None:
    """45 kindergartens until the end of 2023, one of them in two deliveries; more in 2024."""
    schools = [school for school in world.schools if school.is_kindergarten]
    lit, later = schools[:KINDERGARTENS_LIT], schools[KINDERGARTENS_LIT:][:LIT_LATER]
    visits = [*lit, lit[0]]
    counts = [world.rng.randint(70, 134) for _ in visits]
    counts[-1] = LAMPS - sum(counts[:-1])
    rows = [
        _lamps(world, school, 2022 if number < LIT_IN_2022 else 2023, lamps)
        for number, (school, lamps) in enumerate(zip(visits, counts, strict=True))
    ]
    rows += [_lamps(world, school, 2024, world.rng.randint(60, 120)) for school in [*later, lit[3]]]
    rows += [
        _lamps(world, school, 2023, 96, status)
        for school, status in (
            (lit[8], Status.WITHDRAWN),
            (later[0], Status.SUBMITTED),
            (later[1], Status.RETURNED),
            (later[2], Status.RETURNED),
        )
    ]
    world.save(rows)


def _lamps(
    world: World, school: School, year: int, lamps: int, status: str = Status.APPROVED
) -> LightingInstallation:
    rooms = max(1, lamps // LAMPS_PER_ROOM)
    return world.build(
        LightingInstallation,
        unit=world.unit("jjk"),
        status=status,
        kindergarten=school,
        fitted_on=world.workday(dt.date(year, 7, 3), dt.date(year, 8, 29)),
        rooms=rooms,
        lamps=lamps,
        illuminance=world.rng.randint(320, 460),
        supplier=world.rng.choice(SUPPLIERS),
        contract_number=f"HAZM-{year}-{world.rng.randint(1, 90):03d}",
        amount=Decimal(lamps) * 268,
    )
