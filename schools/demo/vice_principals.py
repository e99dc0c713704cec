"""Vice-principals for the rule of law: terms that ended, were renewed, or never began."""

import datetime as dt
from dataclasses import dataclass

from kernel.records.status import Status
from organization.demo import World

from ..models import LegalVicePrincipal, Organ, School, Stage

EMPLOYERS = {
    Organ.POLICE: "海安市公安局{}派出所", Organ.JUSTICE: "海安市司法局{}司法所",
    Organ.COURT: "海安市人民法院{}人民法庭", Organ.PROCURATORATE: "海安市人民检察院{}检察室",
}  # fmt: skip
POSTS = {
    Organ.POLICE: ("所长", "教导员", "社区民警"), Organ.JUSTICE: ("所长", "副所长"),
    Organ.COURT: ("庭长", "法官"), Organ.PROCURATORATE: ("主任", "检察官"),
}  # fmt: skip
WEIGHTS = (20, 15, 45, 20)
DUTIES = "每学期开展法治讲座，协助学校处理涉法事务，参与学生欺凌防治和不良行为干预。"
LARGE_SCHOOL = 2000
LATE_APPOINTED = 6
"""Kindergartens that had nobody until 2023."""
YEAR_END = dt.date(2023, 12, 31)


@dataclass(frozen=True)
class Person:
    name: str
    organ: Organ
    employer: str
    post: str
    phone: str


def load(world: World) -> None:
    """Everyone in operation at the end of 2023 has one; each person serves one or two schools."""
    opened_2023 = School.objects.counted().filter(opened_on__year=2023).select_related("unit")
    schools = [*world.schools, *opened_2023]
    late = [school for school in world.schools if school.is_kindergarten][-LATE_APPOINTED:]
    rows: list[LegalVicePrincipal] = []
    person, places = _person(world, schools[0]), 0
    for number, school in enumerate(schools):
        if places == 0:
            person, places = _person(world, school), world.rng.choice((1, 2))
        places -= 1
        rows += _terms(world, school, person, number, late=school in late)
        if school.pupils > LARGE_SCHOOL:
            second = _person(world, school)
            rows.append(_row(world, school, second, (dt.date(2022, 9, 1), dt.date(2025, 8, 31))))
    world.save([*rows, *_not_counted(world)])


def _person(world: World, school: School) -> Person:
    organ = world.rng.choices(list(Organ), WEIGHTS)[0]
    parent = school.unit.parent
    place = "开发区" if parent == world.bureau or not parent else parent.name.removesuffix("教办")
    return Person(
        name=world.person(),
        organ=organ,
        employer=EMPLOYERS[organ].format(place),
        post=world.rng.choice(POSTS[organ]),
        phone=world.phone(),
    )


def _terms(
    world: World, school: School, person: Person, number: int, *, late: bool
) -> list[LegalVicePrincipal]:
    """Renewed in 2023, running on, ending with the last day of 2023, or appointed late."""
    if school.opened_on.year == 2023 or late:
        spans = [(dt.date(2023, 9, 15), dt.date(2026, 9, 14))]
    elif number % 11 == 5:
        spans = [(dt.date(2021, 1, 1), YEAR_END), (dt.date(2024, 1, 1), dt.date(2026, 12, 31))]
    elif number % 5 < 2:
        spans = [
            (dt.date(2020, 9, 1), dt.date(2023, 8, 31)),
            (dt.date(2023, 9, 1), dt.date(2026, 8, 31)),
        ]
    else:
        end = dt.date(2024, 8, 31) if number % 17 == 3 else dt.date(2025, 8, 31)
        spans = [(dt.date(2022, 9, 1), end)]
    return [_row(world, school, person, span) for span in spans]


def _row(
    world: World,
    school: School,
    person: Person,
    term: tuple[dt.date, dt.date],
    *,
    status: str = Status.APPROVED,
) -> LegalVicePrincipal:
    start, end = term
    return world.build(
        LegalVicePrincipal,
        unit=school.unit,
        status=status,
        school=school,
        name=person.name,
        organ=person.organ,
        employer=person.employer,
        post=person.post,
        phone=person.phone,
        appointed_on=start,
        term_ends_on=end,
        letter_number=f"法治聘〔{start.year}〕{world.rng.randint(1, 240)}号",
        hours=world.rng.choice((4, 4, 4, 6, 8)),
        duties=DUTIES,
    )


def _not_counted(world: World) -> list[LegalVicePrincipal]:
    """For schools that do not count at the end of 2023, or in states that do not count."""
    returned, withdrawn = world.schools[3], world.schools[7]
    opening = School.objects.select_related("unit").filter(
        opened_on__year=2024, stage=Stage.KINDERGARTEN
    )
    span_2024 = (dt.date(2024, 9, 1), dt.date(2027, 8, 31))
    rows = [
        _row(world, school, _person(world, school), span, status=status)
        for school, span, status in (
            (returned, span_2024, Status.RETURNED),
            (withdrawn, (dt.date(2023, 3, 1), dt.date(2026, 2, 28)), Status.WITHDRAWN),
        )
    ]
    rows += [_row(world, school, _person(world, school), span_2024) for school in opening]
    return rows
