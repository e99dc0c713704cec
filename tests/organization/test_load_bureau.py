"""A bureau's own file is loaded whole or not at all, and every fault names its place."""

from collections.abc import Callable, Iterator
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from kernel.indicators.indicator import catalogue
from organization.bureau_file import LARGEST_FILE, BureauFileError, read
from organization.models import PROFILE_CACHE_KEY, Agency, BureauProfile, StaffAccount, Unit
from reports.outline import SECTIONS

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "bureau.toml"
SECTION = '[[units]]\ncode = "new1"\nname = "新设科"\nkind = "科室"\nparent = "haj"\n'
Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _profile_is_not_left_in_the_cache() -> Iterator[None]:
    yield
    cache.delete(PROFILE_CACHE_KEY)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str) -> Path:
        path = tmp_path / "bureau.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def empty(db: None) -> None:
    """A database without any bureau, for the time of one test."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE organization_unit, organization_agency CASCADE")
    BureauProfile.objects.all().delete()
    cache.delete(PROFILE_CACHE_KEY)


def load(path: Path) -> str:
    output = StringIO()
    call_command("load_bureau", path, stdout=output)
    return output.getvalue()


def refused(path: Path) -> str:
    with pytest.raises(CommandError) as caught:
        load(path)
    return str(caught.value)


def state() -> list[Any]:
    models: tuple[Any, ...] = (BureauProfile, Unit, Agency, StaffAccount)
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- A new bureau -------------------------------------------------------------------------------


def test_the_example_sets_up_an_empty_database(empty):
    output = load(EXAMPLE)
    assert BureauProfile.current().name == "青屿县教育体育局"
    assert BureauProfile.current().level_national == "国家级"
    assert Unit.objects.get(code="xx001").path == "qyj/qz01/xx001/"
    assert Agency.objects.get(own=True).name == "县教育体育局"
    assert "admin1    温知行，系统管理员" in output
    assert "manage.py first_administrators" in output


def test_accounts_have_the_rights_of_their_role_and_no_password(empty):
    load(EXAMPLE)
    reviewer = StaffAccount.objects.get(username="fagui1")
    assert reviewer.has_perm("reports.compile_annualreport")
    assert reviewer.sees_all_units
    assert not reviewer.has_usable_password()


def test_the_second_run_changes_nothing(empty):
    load(EXAMPLE)
    before = state()
    output = load(EXAMPLE)
    assert state() == before
    assert "新增" not in output
    assert "修改" not in output


def test_an_account_with_a_password_is_not_named_again(empty):
    load(EXAMPLE)
    account = StaffAccount.objects.get(username="admin1")
    account.set_password("a-Password-of-2023")
    account.save()
    output = load(EXAMPLE)
    assert "admin1" not in output
    assert StaffAccount.objects.get(username="admin1").check_password("a-Password-of-2023")


def test_a_new_bureau_needs_profile_units_and_an_administrator(empty, write):
    assert "没有 parent 的单位" in refused(write('[profile]\nname = "甲县教育局"\n'))
    root = '[[units]]\ncode = "a"\nname = "甲县教育局"\nkind = "局机关"\n'
    assert "系统管理员" in refused(write(root))
    admins = "".join(
        f'[[accounts]]\nusername = "a{n}"\ndisplay_name = "某"\nunit = "a"\nrole = "{role}"\n'
        for n, role in enumerate(("系统管理员", "安全管理员", "审计员"))
    )
    assert "profile signer：" in refused(write(root + admins))
    assert not Unit.objects.exists()


def test_the_example_has_every_unit_that_reports_and_figures_name():
    codes = {row.values["code"] for row in read(EXAMPLE).units}
    assert {section.owner for section in SECTIONS} <= codes
    assert {indicator.owner for indicator in catalogue} <= codes


# --- Changes to a bureau that is there ----------------------------------------------------------


def test_units_may_stand_in_any_order(db, write):
    child = '[[units]]\ncode = "new2"\nname = "新设组"\nkind = "section"\nparent = "new1"\n'
    load(write(child + SECTION))
    assert Unit.objects.get(code="new2").path == "haj/new1/new2/"


def test_only_what_the_file_names_is_changed(db, write):
    before = Unit.objects.get(code="fgk")
    load(write('[profile]\nsigner = "钟立新"\n\n[[units]]\ncode = "fgk"\nname = "法规科"\n'))
    after = Unit.objects.get(code="fgk")
    assert (after.name, after.parent_id, after.kind) == ("法规科", before.parent_id, before.kind)
    assert BureauProfile.current().signer == "钟立新"
    assert BureauProfile.current().name == "海安市教育体育局"


def test_a_unit_that_moves_takes_what_is_below_it_along(db, write):
    load(write('[[units]]\ncode = "qz02"\nparent = "qz01"\n'))
    school = Unit.objects.filter(path__contains="/qz02/").exclude(code="qz02").first()
    assert school is not None
    assert school.path == f"haj/qz01/qz02/{school.code}/"


def test_a_changed_role_changes_the_rights(db, write):
    load(write('[[accounts]]\nusername = "luru"\nrole = "科室负责人"\n'))
    account = StaffAccount.objects.get(username="luru")
    assert [group.name for group in account.groups.all()] == ["chief"]
    assert account.has_perm("petitions.approve_petition")


def test_a_unit_is_retired_and_not_deleted(db, write):
    load(write('[[units]]\ncode = "tyk"\nactive = false\n'))
    assert not Unit.objects.get(code="tyk").active


def test_every_change_is_kept_with_its_reason(db, write):
    load(write('[[units]]\ncode = "fgk"\nname = "法规科"\n'))
    event_model: Any = Unit._meta.apps.get_model("organization", "UnitEvent")
    event = event_model.objects.filter(code="fgk").latest("pgh_id")
    assert event.name == "法规科"
    assert event.pgh_context.metadata["reason"] == "装入机关资料"


# --- Refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("", "bureau.toml", "文件是空的"),
        ("  \n\t\n", "bureau.toml", "文件是空的"),
        ("[profile\nname = 1", "TOML 语法有误", "line 1"),
        ('[profile]\nname＝"甲"', "TOML 语法有误", "line 2"),
        ('name = "甲县教育局"', "name", "不认识的表"),
        ("[units]\ncode = 'a'", "units", "两层方括号"),
        ("profile = 3", "profile", "[profile]"),
        ('[profile]\nnam = "甲"', "profile nam", "不认识的项"),
        ("[profile]\nname = 3", "profile name", "加引号的文字"),
        ('[profile]\nname = ""', "profile name", "字段"),
        ('[profile]\nname = "甲\\n乙"', "profile name", "控制字符"),
        ('[profile]\nname = "甲\\u0000"', "profile name", "控制字符"),
        (f'[profile]\nname = "{"甲" * 61}"', "profile name", "60"),
        ('[[units]]\nname = "无名"', "units 第 1 项", "缺少 code"),
        ('[[units]]\ncode = "ｎｅｗ"\nname="x"\nkind="科室"\nparent="haj"', "code", "半角"),
        ('[[units]]\ncode = "新"\nname="x"\nkind="科室"\nparent="haj"', "code", "半角"),
        ('[[units]]\ncode = "a b"\nname="x"\nkind="科室"\nparent="haj"', "code", "半角"),
        (SECTION + SECTION, "units 第 2 项('new1')", "重复"),
        (SECTION.replace("haj", "nowhere"), "units 第 1 项('new1') parent", "nowhere"),
        (SECTION.replace('parent = "haj"\n', ""), "units", "只能有一个没有 parent"),
        (SECTION.replace("科室", "处室"), "units 第 1 项('new1') kind", "可选范围"),
        (SECTION.replace("科室", "局机关"), "units 第 1 项('new1') kind", "局机关"),
        (SECTION + "order = 99999", "units 第 1 项('new1') order", "32767"),
        (SECTION + "order = -1", "units 第 1 项('new1') order", "0"),
        (SECTION + "order = true", "units 第 1 项('new1') order", "整数"),
        (SECTION + 'active = "否"', "units 第 1 项('new1') active", "true 或 false"),
        (
            SECTION.replace("haj", "fgk") + '[[units]]\ncode = "fgk"\nparent = "new1"',
            "units 第 1 项('new1') parent",
            "new1 → fgk → new1",
        ),
        ('[[units]]\ncode = "haj"\nparent = "haj"', "units 第 1 项('haj') parent", "环"),
        ('[[agencies]]\nname = "县局"\nown = true', "agencies own", "只能有一个"),
        (
            '[[accounts]]\nusername = "ｌｕｒｕ１"\ndisplay_name="某"\nunit="fgk"\nrole="clerk"',
            "username",
            "半角",
        ),
        (
            '[[accounts]]\nusername = "a1"\ndisplay_name="某"\nunit="nowhere"\nrole="clerk"',
            "accounts 第 1 项('a1') unit",
            "nowhere",
        ),
        (
            '[[accounts]]\nusername = "a1"\ndisplay_name="某"\nunit="fgk"\nrole="局长"',
            "accounts 第 1 项('a1') role",
            "可选范围",
        ),
        (
            '[[accounts]]\nusername = "a1"\nunit="fgk"\nrole="clerk"',
            "accounts 第 1 项('a1') display_name",
            "字段",
        ),
        (
            '[[accounts]]\nusername = "luru"\nphone = "０５１３"',
            "accounts 第 1 项('luru') phone",
            "数字和短横线",
        ),
        (
            '[[accounts]]\nusername = "guanli"\nrole = "录入员"',
            "accounts",
            "至少要有一个启用的系统管理员",
        ),
        (
            '[[accounts]]\nusername = "guanli"\nis_active = false',
            "accounts",
            "至少要有一个启用的系统管理员",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_place_and_changes_nothing(db, write, text, place, cause):
    before = state()
    message = refused(write(text)).replace("（", "(").replace("）", ")")
    assert place in message
    assert cause in message
    assert state() == before


def test_a_second_bureau_is_refused(db):
    assert "一个数据库只装一个机关" in refused(EXAMPLE)
    assert not Unit.objects.filter(code="qyj").exists()


def test_a_fault_at_the_end_takes_back_what_came_before(db, write):
    bad = '[[accounts]]\nusername = "a1"\ndisplay_name = "某"\nunit = "x"\nrole = "clerk"\n'
    refused(write(SECTION + bad))
    assert not Unit.objects.filter(code="new1").exists()


def test_all_faults_of_a_file_are_told_at_once(write):
    with pytest.raises(BureauFileError) as caught:
        read(write("[profile]\nname = 3\nnam = 4\n[[units]]\ncode = 5\n[other]\n"))
    assert len(caught.value.faults) == 5


def test_many_faults_are_cut_and_counted(db, write):
    message = refused(write("".join("[[units]]\nkind = 1\n" for _ in range(80))))
    assert "有 160 处错误" in message
    assert "另有 110 处" in message


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(BureauFileError, match="超过"):
        read(path)


def test_a_path_longer_than_the_column_is_refused(db, write):
    parents = ["haj", *(f"{'c' * 28}{level}" for level in range(8))]
    units = [
        f'[[units]]\ncode = "{code}"\nname = "级"\nkind = "科室"\nparent = "{parent}"\n'
        for parent, code in pairwise(parents)
    ]
    assert "超过 200 个字符" in refused(write("".join(units)))


def test_a_file_of_another_encoding_or_none_at_all_is_refused(tmp_path):
    path = tmp_path / "gbk.toml"
    path.write_bytes('[profile]\nname = "甲县教育局"'.encode("gbk"))
    with pytest.raises(BureauFileError, match="UTF-8"):
        read(path)
    with pytest.raises(BureauFileError, match="无法读取"):
        read(tmp_path / "missing.toml")
    with pytest.raises(BureauFileError, match="无法读取"):
        read(tmp_path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "bom.toml"
    path.write_text('[profile]\nsigner = "钟立新"\n', encoding="utf-8-sig")
    assert read(path).profile.values == {"signer": "钟立新"}
