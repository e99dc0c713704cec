"""The schools and the school calendar."""

import datetime as dt
from typing import Any

from kernel.records.status import Status
from organization.demo import World
from organization.models import Unit

from ..models import School, SchoolOwnership, SchoolTerm, Stage

PUPILS = {
    Stage.PRIMARY: (320, 1900), Stage.JUNIOR: (300, 1500), Stage.NINE_YEAR: (600, 2200),
    Stage.SENIOR: (1200, 2900), Stage.VOCATIONAL: (1500, 4200), Stage.SPECIAL: (110, 140),
    Stage.KINDERGARTEN: (90, 480),
}  # fmt: skip
PUPILS_PER_CLASS = {Stage.KINDERGARTEN: 30, Stage.SPECIAL: 10}
CODE_PREFIX = {
    Stage.PRIMARY: "21", Stage.JUNIOR: "31", Stage.NINE_YEAR: "31", Stage.SENIOR: "34",
    Stage.VOCATIONAL: "36", Stage.SPECIAL: "51", Stage.KINDERGARTEN: "11",
}  # fmt: skip
ROADS = ("中坝路", "长江路", "黄海大道", "人民路", "文峰路", "学府路", "江海路", "迎宾路", "通学巷")
BOARDING = {Stage.SENIOR, Stage.VOCATIONAL}

CLOSED_ON = dt.date(2022, 8, 1)
OPENED_2023 = dt.date(2023, 9, 1)
OPENED_2024 = dt.date(2024, 9, 1)
SPECIAL_CASES: dict[str, dict[str, Any]] = {
    "xx031": {"closed_on": CLOSED_ON}, "yy052": {"closed_on": CLOSED_ON},
    "xx048": {"opened_on": OPENED_2024}, "yy068": {"opened_on": OPENED_2024},
    "yy060": {"opened_on": OPENED_2023},
    "yy066": {"opened_on": OPENED_2023, "status": Status.SUBMITTED},
}  # fmt: skip
"""Two schools merged in 2022, two opened in 2024, one in mid-2023, one not yet reviewed."""

TERMS = (
    ("2020—2021学年第二学期", "2021-02-22", "2021-07-02"),
    ("2021—2022学年第一学期", "2021-09-01", "2022-01-19"),
    ("2021—2022学年第二学期", "2022-02-14", "2022-06-30"),
    ("2022—2023学年第一学期", "2022-09-01", "2023-01-13"),
    ("2022—2023学年第二学期", "2023-02-06", "2023-06-30"),
    ("2023—2024学年第一学期", "2023-09-01", "2024-01-26"),
    ("2023—2024学年第二学期", "2024-02-26", "2024-06-28"),
    ("2024—2025学年第一学期", "2024-09-02", "2025-01-17"),
    ("2024—2025学年第二学期", "2025-02-10", "2025-07-04"),
)
TERMS_NOT_COUNTED = (
    ("2023年暑期小学期", "2023-07-10", "2023-07-28", Status.RETURNED),
    ("2023年八月补课学期", "2023-08-14", "2023-08-25", Status.WITHDRAWN),
)


def load(world: World) -> None:
    """All schools and terms; `world.schools` gets those in operation throughout 2023."""
    rows = [
        _school(world, number, unit, Stage(stage))
        for number, (unit, stage) in enumerate(world.school_units, 1)
    ]
    world.schools = [
        school
        for school in world.save(rows)
        if school.status == Status.APPROVED
        and school.opened_on < dt.date(world.year, 1, 1)
        and school.closed_on is None
    ]
    _terms(world)


def _school(world: World, number: int, unit: Unit, stage: Stage) -> School:
    rng = world.rng
    pupils = rng.randint(*PUPILS[stage])
    private = stage == Stage.KINDERGARTEN and rng.random() < 0.35
    place = unit.parent.name.removesuffix("教办") if unit.parent else ""
    area = "" if unit.parent == world.bureau else f"{place}镇"
    fields: dict[str, Any] = {
        "stage": stage,
        "ownership": SchoolOwnership.PRIVATE if private else SchoolOwnership.PUBLIC,
        "school_code": f"{CODE_PREFIX[stage]}32{number:06d}",
        "credit_code": world.credit_code("52" if private else "12"),
        "principal": world.person(),
        "phone": world.phone(),
        "address": f"海安市{area}{rng.choice(ROADS)}{rng.randint(1, 288)}号",
        "opened_on": dt.date(rng.randint(1956, 2018), 9, 1),
        "classes": max(1, round(pupils / PUPILS_PER_CLASS.get(stage, 42))),
        "pupils": pupils,
        "staff": round(pupils / (8 if stage == Stage.KINDERGARTEN else 13)) + 6,
        "boarding": stage in BOARDING,
    }
    return world.build(School, unit=unit, **(fields | SPECIAL_CASES.get(unit.code, {})))


def _terms(world: World) -> None:
    counted = [(*term, Status.APPROVED) for term in TERMS]
    world.save(
        world.build(
            SchoolTerm,
            unit=world.unit("jjk"),
            status=status,
            name=name,
            starts_on=dt.date.fromisoformat(start),
            ends_on=dt.date.fromisoformat(end),
            document_number=f"海教体基〔{start[:4]}〕{world.rng.randint(8, 60)}号",
        )
        for name, start, end, status in (*counted, *TERMS_NOT_COUNTED)
    )
