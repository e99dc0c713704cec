"""Fields that name a record: by key, by name, by pinyin; and what a new form holds already."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from kernel.records.status import Status
from kernel.registers.choices import TEXT
from kernel.registers.conditions import When
from kernel.registers.extensions import notes_on
from kernel.registers.forms import form_class
from kernel.registers.models import Draft
from kernel.registers.presets import LAST, TODAY
from kernel.registers.register import registry
from organization.models import Unit, UnitKind
from petitions.models import Petition
from schools.models import School

PETITIONS = registry.get("petitions.petition")
DRILLS = registry.get("schools.drill")


@pytest.fixture
def school(unit: Unit) -> School:
    """实小北校区, a school among the 150 of the demo set."""
    model: Any = School.objects.filter(status=Status.APPROVED).first()
    own = Unit.objects.create(
        name="实小北校区", code="sxbxq-test", kind=UnitKind.SCHOOL, parent=unit.parent
    )
    model.pk, model.unit, model.school_code, model.credit_code = None, own, "2139999999", ""
    model._state.adding = True
    model.save()
    return model


@pytest.fixture
def clerk(make_account: Any, unit: Unit) -> Any:
    return make_account(unit, "clerk")


def petition_form(user: Any, **data: str) -> Any:
    query = QueryDict(mutable=True)
    query.update(data)
    return form_class(PETITIONS)(query, user=user)


@pytest.mark.parametrize(
    "text", ["sxbxq", "SXBXQ", "实小北校区", "实小北", "shixiaobei", "ｓｘｂｘｑ"]
)
def test_a_school_is_suggested_by_name_and_pinyin(
    text: str, school: School, clerk: Any, login: Any
) -> None:
    answer = login(clerk).get(PETITIONS.url("choices", field="school", q=text)).json()
    assert answer["rows"][0]["text"] == "实小北校区"
    assert answer["rows"][0]["value"] == str(school.pk)


@pytest.mark.parametrize("text", ["实小北校区", "sxbxq", " 实小北校区\u3000"])
def test_a_typed_name_is_understood_where_one_row_is_meant(
    text: str, school: School, clerk: Any
) -> None:
    form = petition_form(clerk, school="", **{f"school{TEXT}": text})
    form.is_valid()
    assert form.cleaned_data["school"] == school


def test_what_is_typed_counts_not_what_was_chosen_before(school: School, clerk: Any) -> None:
    other = School.objects.exclude(pk=school.pk).first()
    form = petition_form(clerk, school=str(other.pk), **{f"school{TEXT}": "实小北校区"})
    form.is_valid()
    assert form.cleaned_data["school"] == school
    form = petition_form(clerk, school=str(school.pk), **{f"school{TEXT}": ""})
    form.is_valid()
    assert form.cleaned_data["school"] is None


def test_a_name_of_many_rows_is_refused_with_some_of_them(clerk: Any) -> None:
    form = petition_form(clerk, **{f"school{TEXT}": "小学"})
    assert "不止一个" in form.errors["school"][0]
    assert "小学" in str(form["school"])  # what was typed is still there
    form = petition_form(clerk, **{f"school{TEXT}": "没有这所学校"})
    assert "没有找到“没有这所学校”" in form.errors["school"][0]


def test_a_key_alone_is_enough(school: School, clerk: Any) -> None:
    form = petition_form(clerk, school=str(school.pk))
    form.is_valid()
    assert form.cleaned_data["school"] == school


# --- The search page -----------------------------------------------------------------------------


def find(field: str = "school") -> str:
    return PETITIONS.url("find", of=PETITIONS.key, field=field, into=field)


def test_the_search_page_keeps_what_was_entered(school: School, clerk: Any, login: Any) -> None:
    client = login(clerk)
    typed = {"subject": "反映食堂问题", f"school{TEXT}": "sxbxq", "school": ""}
    asked = client.post(find(), typed)
    assert asked.status_code == 302
    page = client.get(asked["Location"]).content.decode()
    assert re.search(rf'name="pick" value="{school.pk}"', page)
    picked = client.post(asked["Location"], {"pick": str(school.pk)})
    form = client.get(picked["Location"].partition("#")[0]).content.decode()
    assert "反映食堂问题" in form
    assert 'value="实小北校区"' in form
    assert Petition.objects.filter(subject="反映食堂问题").count() == 0


def test_the_search_page_opens_only_for_ones_own_draft(
    clerk: Any, unit: Unit, make_account: Any, login: Any
) -> None:
    asked = login(clerk).post(find(), {"subject": "一"})
    other = login(make_account(unit, "clerk"))
    assert other.get(asked["Location"]).status_code == 404
    assert other.post(asked["Location"], {"pick": "1"}).status_code == 404
    assert login(clerk).get(find()).status_code == 404
    assert Draft.objects.get().user == clerk


@pytest.mark.parametrize("field", ["subject", "created_by", "nothing", ""])
def test_only_fields_of_the_form_that_name_records_are_searched(
    field: str, clerk: Any, login: Any
) -> None:
    client = login(clerk)
    asked = client.post(find(field), {"subject": "一"})
    assert client.get(asked["Location"]).status_code == 404
    assert client.get(PETITIONS.url("choices", field=field)).status_code == 404


@pytest.mark.parametrize("key", ["0", "x", "-1", "9" * 30, ""])
def test_a_foreign_key_cannot_be_picked(key: str, clerk: Any, login: Any) -> None:
    client = login(clerk)
    asked = client.post(find(), {"subject": "一"})
    assert client.post(asked["Location"], {"pick": key}).status_code == 404


# --- Presets -------------------------------------------------------------------------------------


def enter(user: Any, number: str, **changes: Any) -> None:
    row: Any = Petition.objects.filter(status=Status.APPROVED, channel="hotline").first()
    row.pk, row.number, row.created_by = None, number, user
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()


def test_the_first_required_day_of_an_event_is_today(clerk: Any) -> None:
    form = form_class(PETITIONS)(user=clerk)
    assert form["received_on"].value() == timezone.localdate()
    assert form.fields["received_on"].preset == TODAY
    assert form["accepted_on"].value() is None


def test_a_directory_begins_with_no_day(clerk: Any) -> None:
    form = form_class(registry.get("schools.school"))(user=clerk)
    assert form["opened_on"].value() is None


def test_three_alike_entries_are_offered_for_the_next(clerk: Any) -> None:
    for number in ("A", "B"):
        enter(clerk, number)
    assert form_class(PETITIONS)(user=clerk)["channel"].value() is None
    enter(clerk, "C", subject="另一件")
    form = form_class(PETITIONS)(user=clerk)
    assert form["channel"].value() == "hotline"
    assert form.fields["channel"].preset == LAST
    # Results belong to a later step; what has a default keeps it.
    assert not form["rating"].value()
    assert form["outcome"].value() == "pending"
    enter(clerk, "D", channel="sunshine")
    assert form_class(PETITIONS)(user=clerk)["channel"].value() is None


def test_the_address_and_other_peoples_entries_decide_nothing(
    clerk: Any, make_account: Any, unit: Unit
) -> None:
    for number in ("A", "B", "C"):
        enter(clerk, number)
    form = form_class(PETITIONS)(user=clerk, initial={"channel": "mailbox"})
    assert form["channel"].value() == "mailbox"
    other = make_account(unit, "clerk")
    assert form_class(PETITIONS)(user=other)["channel"].value() is None


# --- Conditions and counting rules ---------------------------------------------------------------


def test_a_field_that_another_calls_for_is_required(clerk: Any) -> None:
    form = petition_form(clerk, outcome="accepted")
    assert "甄别结果为“受理”，请填写受理日期。" in form.errors["accepted_on"]
    form = petition_form(clerk, outcome="pending")
    assert "accepted_on" not in form.errors
    form = petition_form(clerk, extended_to="2025-06-01")
    assert "已填写“延期至”，请填写延期理由。" in form.errors["extension_reason"]


def test_a_condition_compares_values() -> None:
    assert When("level", "school").holds({"level": "school"})
    assert not When("level", "school").holds({"level": "city"})
    assert When("day").holds({"day": "2025-01-01"})
    assert not When("day").holds({"day": None})
    assert not When("day").holds({})


def test_a_field_says_which_figures_count_it() -> None:
    notes = notes_on(PETITIONS, "accepted_on")
    assert any("按本栏归入年度" in line and "信访" in line for line in notes)
    assert any("本栏是计入的条件" in line for line in notes_on(PETITIONS, "channel"))
    assert notes_on(PETITIONS, "subject") == []
    aid = notes_on(registry.get("schools.studentaid"), "amount")
    assert any("合计本栏" in line for line in aid)
