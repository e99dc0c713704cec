"""Student aid by stage (or school), term, kind and scheme; amounts in yuan."""

from dataclasses import dataclass
from decimal import Decimal

from kernel.records.status import Status
from organization.demo import World

from ..models import AidKind, AidStage, School, SchoolTerm, Stage, StudentAid

YEARLY = Decimal("13328170.00"), Decimal("6381225.00")
"""2023: waivers, grants."""
WAIVER, GRANT = AidKind.WAIVER, AidKind.GRANT


@dataclass(frozen=True)
class Scheme:
    """`people` of the year in two terms, `rate` yuan each; `rest`: the exact sum is made here."""

    stage: AidStage
    kind: AidKind
    name: str
    people: int
    rate: int
    basis: str
    rest: bool = False


NATIONAL, CITY, COMPULSORY = "苏财教〔2019〕88号", "通财教〔2020〕31号", "苏财教〔2020〕7号"
LIVING = "义务教育家庭经济困难学生生活补助"
SCHEMES = (
    Scheme(AidStage.VOCATIONAL, WAIVER, "中等职业学校免学费", 8200, 1100, NATIONAL),
    Scheme(AidStage.SENIOR, WAIVER, "普通高中免学杂费", 1240, 950, NATIONAL),
    Scheme(AidStage.PRESCHOOL, WAIVER, "学前教育减免保教费", 2347, 1330, CITY, rest=True),
    Scheme(AidStage.SENIOR, GRANT, "普通高中国家助学金", 2200, 1000, NATIONAL),
    Scheme(AidStage.PRESCHOOL, GRANT, "学前教育政府助学金", 1600, 500, CITY),
    Scheme(AidStage.PRIMARY, GRANT, LIVING, 2400, 500, COMPULSORY),
    Scheme(AidStage.JUNIOR, GRANT, LIVING, 1708, 625, COMPULSORY),
    Scheme(AidStage.VOCATIONAL, GRANT, "中等职业学校国家助学金", 1200, 925, NATIONAL, rest=True),
)
BY_SCHOOL = {AidStage.SENIOR: Stage.SENIOR, AidStage.VOCATIONAL: Stage.VOCATIONAL}
"""Stages whose aid each school settles itself."""
SCALE = {2022: 0.93, 2023: 1.0, 2024: 1.06}
WAN = 10_000


def load(world: World) -> None:
    """Three years; only 2023 has to meet exact sums."""
    rows: list[StudentAid] = []
    for year, scale in SCALE.items():
        terms = list(
            SchoolTerm.objects.counted().filter(starts_on__year=year).order_by("starts_on")
        )
        rows += [row for scheme in SCHEMES for row in _rows(world, scheme, year, terms, scale)]
    this_year = [row for row in rows if row.year == world.year]
    for kind, total in zip((WAIVER, GRANT), YEARLY, strict=True):
        _settle([row for row in this_year if row.kind == kind], total)
    world.save([*rows, *_not_counted(world, this_year)])


def _rows(
    world: World, scheme: Scheme, year: int, terms: list[SchoolTerm], scale: float
) -> list[StudentAid]:
    people = round(scheme.people * scale)
    spring = people // 2 + world.rng.randint(-20, 20)
    stage = BY_SCHOOL.get(scheme.stage)
    schools: list[School | None] = [s for s in world.schools if s.stage == stage] or [None]
    return [
        _row(world, scheme, term, school, share)
        for term, number in zip(terms, (spring, people - spring), strict=True)
        for school, share in zip(schools, _shares(world, number, len(schools)), strict=True)
    ]


def _shares(world: World, total: int, parts: int) -> list[int]:
    """The total in `parts` uneven whole numbers."""
    shares = [round(total / parts * world.rng.uniform(0.7, 1.1)) for _ in range(parts - 1)]
    return [*shares, total - sum(shares)]


def _row(
    world: World,
    scheme: Scheme,
    term: SchoolTerm,
    school: School | None,
    people: int,
    *,
    status: str = Status.APPROVED,
) -> StudentAid:
    return world.build(
        StudentAid,
        unit=world.unit("zzzx"),
        status=status,
        school=school,
        stage=scheme.stage,
        term=term,
        year=term.starts_on.year,
        kind=scheme.kind,
        scheme=scheme.name,
        beneficiaries=people,
        amount=Decimal(people * scheme.rate),
        basis=scheme.basis,
    )


def _settle(rows: list[StudentAid], total: Decimal) -> None:
    """Put what the rates leave over into the last row of the scheme with a varying rate."""
    rest = {(scheme.stage, scheme.kind) for scheme in SCHEMES if scheme.rest}
    last = [row for row in rows if (row.stage, row.kind) in rest][-1]
    last.amount += total - sum(row.amount for row in rows)


def _not_counted(world: World, rows: list[StudentAid]) -> list[StudentAid]:
    """A row entered twice and withdrawn, and supplements that nobody has reviewed."""
    twice, term = rows[0], rows[-1].term
    scheme = next(s for s in SCHEMES if (s.stage, s.kind) == (twice.stage, twice.kind))
    duplicate = _row(
        world, scheme, twice.term, twice.school, twice.beneficiaries, status=Status.WITHDRAWN
    )
    supplements = (
        (AidStage.SENIOR, GRANT, "普通高中困难学生秋季补助（补报）", 64, Status.SUBMITTED),
        (AidStage.PRESCHOOL, WAIVER, "学前教育保教费补助（待核）", 35, Status.RETURNED),
        (AidStage.JUNIOR, GRANT, "慈善助学金（不属财政资助）", 120, Status.RETURNED),
    )
    return [duplicate] + [
        _row(world, Scheme(stage, kind, name, people, 800, CITY), term, None, people, status=status)
        for stage, kind, name, people, status in supplements
    ]
