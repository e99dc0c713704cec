"""Invented training institutions, hidden sites, schools and sports venues to inspect."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from kernel.records.status import Status
from organization.demo import World
from organization.demo.names import PLACES

from ..models import CreditClass, InspectionSubject, SubjectKind

WORDS = (
    "青藤", "小荷", "启明星", "百川", "新苗", "知行", "墨香", "蓝鲸", "彩翼", "乐学",
    "慧源", "朗读者", "星火", "禾苗", "远航", "妙笔", "灵犀", "博弈", "跃动", "素问",
)  # fmt: skip
BUSINESS = (
    ("艺术培训中心", "文化艺术类"),
    ("体育俱乐部", "体育类"),
    ("科技培训中心", "科技类"),
    ("语言培训学校", "学科类"),
    ("舞蹈培训中心", "文化艺术类"),
)
VENUES = ("游泳馆", "攀岩馆", "滑雪体验馆", "健身游泳会所")
INSTITUTIONS, HIDDEN_SITES, SPORTS_VENUES = 96, 24, 12
LISTED = dt.date(2021, 3, 1)


def load_subjects(world: World) -> list[InspectionSubject]:
    """The pool: approved subjects first, then rows that are not, or no longer, in it."""
    rows = [*_institutions(world), *_hidden_sites(world), *_venues(world), *_schools(world)]
    for subject in rows[INSTITUTIONS - 4 : INSTITUTIONS]:
        subject.delisted_on = world.workday(dt.date(2022, 9, 1), dt.date(2022, 11, 30))
    rows[-1].status = Status.SUBMITTED
    return world.save(rows)


def _subject(world: World, **fields: Any) -> InspectionSubject:
    merged: dict[str, Any] = {
        "listed_on": LISTED,
        "manager": world.person(),
        "phone": world.phone(),
    } | fields
    return world.build(InspectionSubject, **merged)


def _institutions(world: World) -> Iterator[InspectionSubject]:
    for number in range(INSTITUTIONS):
        suffix, business = BUSINESS[number % len(BUSINESS)]
        place = PLACES[number % len(PLACES)]
        word = WORDS[(number * 7 + number // len(WORDS)) % len(WORDS)]
        yield _subject(
            world,
            unit=world.unit("pxk"),
            kind=SubjectKind.TRAINING_INSTITUTION,
            name=f"海安市{place}{word}{suffix}",
            credit_code=world.credit_code("52" if number % 3 else "91"),
            licence_number=f"教民{world.rng.randrange(10**12):012d}号",
            business=business,
            township=place,
            address=f"{place}{world.rng.choice('江河湖海')}安路{world.rng.randrange(1, 300)}号",
            credit_class=world.rng.choice([CreditClass.A, CreditClass.B, CreditClass.C]),
            key_subject=business == "学科类",
        )


def _hidden_sites(world: World) -> Iterator[InspectionSubject]:
    for number in range(HIDDEN_SITES):
        place = PLACES[number % len(PLACES)]
        building = world.rng.randrange(1, 30)
        manager = world.person()
        yield _subject(
            world,
            unit=world.unit("pxk"),
            kind=SubjectKind.HIDDEN_SITE,
            name=f"{place}{world.rng.choice(WORDS)}花园{building}幢培训点",
            business="学科类",
            township=place,
            address=f"{place}居民小区{building}幢",
            manager=manager,
            credit_class=CreditClass.D,
            key_subject=True,
        )


def _venues(world: World) -> Iterator[InspectionSubject]:
    for number in range(SPORTS_VENUES):
        place = PLACES[number]
        yield _subject(
            world,
            unit=world.unit("tyk"),
            kind=SubjectKind.SPORTS_VENUE,
            name=f"海安市{place}{WORDS[number]}{VENUES[number % len(VENUES)]}",
            credit_code=world.credit_code("91"),
            licence_number=f"高危体育{world.rng.randrange(10**8):08d}",
            business="游泳" if number % 2 == 0 else "攀岩等",
            township=place,
            address=f"{place}体育路{world.rng.randrange(1, 200)}号",
            credit_class=CreditClass.B,
        )


def _schools(world: World) -> Iterator[InspectionSubject]:
    for school in world.schools[::6]:
        place = str(school.unit.parent).removesuffix("教办") if school.unit.parent else "海安"
        yield _subject(
            world,
            unit=world.unit("aqk"),
            kind=SubjectKind.SCHOOL,
            name=school.unit.name,
            school=school,
            credit_code=school.credit_code,
            township=place[:20],
            address=school.address or f"{place}学府路",
            manager=school.principal,
            credit_class=CreditClass.A,
        )
