"""Education groups and their members, by township and in the city."""

import datetime as dt

from kernel.records.status import Status
from organization.demo import World

from ..filters import GROUP_STAGES
from ..models import EducationGroup, EducationGroupMember, School, Stage

CITY_GROUPS = ("明远", "崇学", "海韵", "新禾")
ESTABLISHED = (dt.date(2018, 9, 1), dt.date(2020, 9, 1), dt.date(2022, 9, 1))
YEAR_END = dt.date(2023, 12, 31)
NEVER_MIND = (
    ("海安市东部初中教育联合体", dt.date(2017, 9, 1), dt.date(2022, 8, 31), Status.APPROVED),
    ("海安市幼教发展共同体", dt.date(2019, 9, 1), YEAR_END, Status.APPROVED),
    ("海安市江海教育集团", dt.date(2024, 9, 1), None, Status.APPROVED),
    ("海安市城北新区教育集团", dt.date(2024, 3, 1), None, Status.APPROVED),
    ("海安市高中教育集团（筹）", dt.date(2023, 9, 1), None, Status.SUBMITTED),
    ("海安市曲塘教育集团（重复登记）", dt.date(2020, 9, 1), None, Status.WITHDRAWN),
)
"""Dissolved before or on the last day of 2023, set up in 2024, not reviewed, withdrawn."""
JOINED_LATE = 9
"""Every so many schools, one joined only in 2023."""


def load(world: World) -> None:
    """24 groups at the end of 2023, which then cover every school in their scope."""
    opened_2023 = School.objects.counted().filter(opened_on__year=2023).select_related("unit")
    schools = [s for s in (*world.schools, *opened_2023) if s.stage in GROUP_STAGES]
    by_office: dict[str, list[School]] = {}
    for school in schools:
        by_office.setdefault(school.unit.parent.code, []).append(school)
    rows: list[EducationGroupMember] = []
    for number, (code, members) in enumerate(sorted(by_office.items())):
        if code in ("qz01", "qz02"):
            rows += _city_groups(world, code, members)
        else:
            rows += _members(_group(world, code, members[0], number), members, number)
    rows += _others(world, schools)
    world.save(rows)
    leaver = rows[5]
    leaver.left_on = dt.date(2024, 7, 1)
    leaver.save(update_fields=["left_on"])


def _city_groups(world: World, code: str, members: list[School]) -> list[EducationGroupMember]:
    """The city's two areas: the township's own group and two groups around strong schools."""
    names = CITY_GROUPS[:2] if code == "qz01" else CITY_GROUPS[2:]
    groups = [_group(world, code, members[0], 0)]
    groups += [
        _build(world, f"海安市{name}教育集团", members[n + 1], ESTABLISHED[0])
        for n, name in enumerate(names)
    ]
    world.save(groups[1:])
    shares = [members[n :: len(groups)] for n in range(len(groups))]
    return [
        row
        for number, (group, share) in enumerate(zip(groups, shares, strict=True))
        for row in _members(group, share, number)
    ]


def _group(world: World, code: str, lead: School, number: int) -> EducationGroup:
    place = world.unit(code).name.removesuffix("教办")
    day = ESTABLISHED[number % len(ESTABLISHED)]
    group = _build(world, f"海安市{place}教育集团", lead, day)
    return world.save([group])[0]


def _build(
    world: World,
    name: str,
    lead: School,
    start: dt.date,
    *,
    end: dt.date | None = None,
    status: str = Status.APPROVED,
) -> EducationGroup:
    office = lead.unit.parent
    return world.build(
        EducationGroup,
        unit=world.unit("jjk"),
        status=status,
        name=name,
        lead_school=lead,
        area=office.name.removesuffix("教办") if office else "",
        document_number=f"海教体发〔{start.year}〕{world.rng.randint(20, 90)}号",
        established_on=start,
        dissolved_on=end,
        charter="统一规划、师资共享、教研联动、质量共评，成员校法人地位不变。",
    )


def _members(
    group: EducationGroup, schools: list[School], number: int
) -> list[EducationGroupMember]:
    return [
        EducationGroupMember(
            group=group,
            school=school,
            joined_on=_joined(group, school, late=(number + place) % JOINED_LATE == 1),
        )
        for place, school in enumerate(schools)
    ]


def _joined(group: EducationGroup, school: School, *, late: bool) -> dt.date:
    first = max(group.established_on, school.opened_on)
    return max(first, dt.date(2023, 3, 1)) if late else first


def _others(world: World, schools: list[School]) -> list[EducationGroupMember]:
    """Groups that do not count, with members who are, or should be, elsewhere too."""
    juniors = [school for school in schools if school.stage == Stage.JUNIOR]
    seniors = [school for school in world.schools if school.stage == Stage.SENIOR]
    members = {"海安市高中教育集团（筹）": seniors[:4]}
    rows: list[EducationGroupMember] = []
    for name, start, end, status in NEVER_MIND:
        own = members.get(name, juniors[:5])
        group = world.save([_build(world, name, own[0], start, end=end, status=status)])[0]
        rows += [
            EducationGroupMember(group=group, school=school, joined_on=start, left_on=end)
            for school in own
        ]
    return rows
