"""Build the invented bureau: profile, tree of units, agencies, staff with the seven roles."""

import random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from ..models import Agency, BureauProfile, Role, StaffAccount, Unit, UnitKind
from . import names
from .world import SEED, World

SECTIONS = {
    "bgs": "办公室", "fgk": "政策法规科", "rsk": "人事与教师工作科", "cwk": "财务审计科",
    "ghk": "发展规划科", "jjk": "基础教育科", "zsk": "职业与社会教育科", "pxk": "校外培训监管科",
    "aqk": "学校安全管理科", "tyk": "体育科", "ddk": "教育督导科", "spk": "行政审批科",
}  # fmt: skip
AFFILIATED = {
    "zkzx": "招生考试中心", "jfzx": "教师发展中心", "zzzx": "学生资助管理中心",
    "xxzx": "教育信息中心", "tyzx": "体育中心",
}  # fmt: skip
AGENCIES = (
    "公安局", "市场监督管理局", "消防救援大队", "文化广电和旅游局", "卫生健康委员会",
    "科学技术局", "城市管理局", "司法局", "民政局",
)  # fmt: skip
STAGES = (
    ("primary", 48, "小学"), ("junior", 22, "初级中学"), ("nine_year", 4, "学校"),
    ("senior", 7, "高级中学"), ("vocational", 3, "中等专业学校"), ("special", 1, "特殊教育学校"),
)  # fmt: skip
KINDERGARTENS = 68
DEMO_ACCOUNTS = {
    "luru": ("pxk", Role.CLERK),
    "kezhang": ("pxk", Role.CHIEF),
    "fazhi": ("fgk", Role.LEGAL_REVIEWER),
    "juling": ("haj", Role.LEADER),
    "shenji": ("cwk", Role.AUDITOR),
    "guanli": ("xxzx", Role.ADMINISTRATOR),
    "anquan": ("bgs", Role.SECURITY_ADMINISTRATOR),
}
"""One account for each role, by user name: (unit, role)."""


def load(password: str) -> World:
    """Create everything; `password` is that of the demo accounts, all others cannot sign in."""
    rng = random.Random(SEED)
    _profile()
    bureau = Unit.objects.create(name="海安市教育体育局", code="haj", kind=UnitKind.BUREAU, order=1)
    units = {"haj": bureau} | _sections(bureau)
    schools = _schools(units, rng)
    return World(
        bureau=bureau,
        units=units | {unit.code: unit for unit, _ in schools},
        accounts=_staff(units, rng, password),
        agencies=_agencies(),
        school_units=schools,
        rng=rng,
    )


def _profile() -> None:
    BureauProfile.objects.create(
        name="海安市教育体育局",
        short_name="市教体局",
        portal_name="海安市教育体育局法治政府建设门户",
        place_name="海安市",
        document_prefix="海教体",
        addressees="中共海安市委、海安市人民政府",
        copies_to="中共海安市委全面依法治市委员会办公室，南通市教育局，南通市体育局",
        signer="周文远",
        contact_name="顾思源",
        contact_phone="0513-00000000",
        level_prefecture="南通市级",
        level_county="海安市级",
    )


def _child(parent: Unit, code: str, name: str, kind: str, order: int) -> Unit:
    return Unit(
        name=name, code=code, kind=kind, parent=parent, order=order, path=f"{parent.path}{code}/"
    )


def _sections(bureau: Unit) -> dict[str, Unit]:
    rows = [_child(bureau, c, n, UnitKind.SECTION, i) for i, (c, n) in enumerate(SECTIONS.items())]
    rows += [
        _child(bureau, c, n, UnitKind.AFFILIATED, 50 + i)
        for i, (c, n) in enumerate(AFFILIATED.items())
    ]
    rows += [
        _child(bureau, f"qz{i:02d}", f"{place}教办", UnitKind.TOWNSHIP_OFFICE, 100 + i)
        for i, place in enumerate(names.PLACES, 1)
    ]
    return {unit.code: unit for unit in Unit.objects.bulk_create(rows)}


def _schools(units: dict[str, Unit], rng: random.Random) -> list[tuple[Unit, str]]:
    offices = [unit for code, unit in units.items() if code.startswith("qz")]
    names_used: set[str] = set()
    rows: list[tuple[Unit, str]] = []
    plan = [(stage, suffix) for stage, count, suffix in STAGES for _ in range(count)]
    for number, (stage, suffix) in enumerate(plan, 1):
        office = offices[number % len(offices)]
        own = stage in {"senior", "vocational", "special"}
        name = _school_name(rng, office, suffix, names.SCHOOL_WORDS, names_used, own=own)
        parent = units["haj"] if own else office
        rows.append((_child(parent, f"xx{number:03d}", name, UnitKind.SCHOOL, 200), stage))
    for number in range(1, KINDERGARTENS + 1):
        office = offices[number % len(offices)]
        name = _school_name(rng, office, "幼儿园", names.KINDERGARTEN_WORDS, names_used)
        unit = _child(office, f"yy{number:03d}", name, UnitKind.KINDERGARTEN, 300)
        rows.append((unit, "kindergarten"))
    Unit.objects.bulk_create([unit for unit, _ in rows])
    return rows


def _school_name(
    rng: random.Random, office: Unit, suffix: str, words: Any, used: set[str], *, own: bool = False
) -> str:
    place = "海安市" if own else office.name.removesuffix("教办")
    while True:
        name = f"{place}{rng.choice(words)}{suffix}"
        if name not in used:
            used.add(name)
            return name


def _agencies() -> dict[str, Agency]:
    own = Agency(name="市教育体育局", own=True)
    rows = [own, *(Agency(name=f"市{name}") for name in AGENCIES)]
    Agency.objects.bulk_create(rows)
    return {row.name.removeprefix("市"): row for row in rows}


def _staff(
    units: dict[str, Unit], rng: random.Random, password: str
) -> dict[str, list[StaffAccount]]:
    hashed = make_password(password)
    unusable = make_password(None)
    rows = [
        _account(name, units[code], role, names.person(rng), hashed)
        for name, (code, role) in DEMO_ACCOUNTS.items()
    ]
    for code in (*SECTIONS, *AFFILIATED):
        for number, role in enumerate((Role.CLERK, Role.CLERK, Role.CHIEF), 1):
            rows.append(_account(f"{code}{number}", units[code], role, names.person(rng), unusable))
    StaffAccount.objects.bulk_create(rows)
    _join_groups(rows)
    accounts: dict[str, list[StaffAccount]] = {}
    for row in rows:
        if row.role == Role.CLERK and row.username not in DEMO_ACCOUNTS:
            accounts.setdefault(row.unit.code, []).append(row)
    return accounts


def _account(username: str, unit: Unit, role: str, name: str, password: str) -> StaffAccount:
    return StaffAccount(
        username=username, unit=unit, role=role, display_name=name, password=password
    )


def _join_groups(rows: list[StaffAccount]) -> None:
    groups = {group.name: group.pk for group in Group.objects.all()}
    through: Any = StaffAccount.groups.through
    through.objects.bulk_create(
        [through(staffaccount_id=row.pk, group_id=groups[row.role]) for row in rows]
    )
