"""Searches give exactly the rows that hold the words, whoever wrote them."""

import pytest
from django.db import connection

from enforcement.models import DrawnSubject, InspectionSubject
from governance.models import Meeting
from kernel.search.matching import matches
from kernel.search.refill import refill
from organization.models import Unit
from schools.models import School
from tests.kernel.samples import meeting


def titles(text: str, **how: bool) -> set[str]:
    """The same rows by the index and by reading."""
    by_index = set(Meeting.objects.filter(matches(Meeting, text)).values_list("title", flat=True))
    rows = Meeting.objects.filter(matches(Meeting, text, frequent=True))
    assert by_index == set(rows.values_list("title", flat=True)), text
    return by_index


@pytest.fixture
def school_meeting(unit: Unit) -> Meeting:
    return meeting(unit, title="实小北校区（Ａ区）100%_完工协调会", agenda="讨论扩建\n及经费")


@pytest.mark.parametrize(
    "text",
    [
        "实",
        "小北",
        "实小北校区",
        "(a区)",
        "（Ａ区）",
        "100%",
        "%_",
        "协调 扩建",
        "及经费",
        "　北校　",
    ],
)
def test_every_fragment_finds(school_meeting: Meeting, text: str) -> None:
    assert school_meeting.title in titles(text)


@pytest.mark.parametrize("text", ["校实", "1000", "100%完", "100_", "协调 缩建", "会讨论", "\\"])
def test_what_is_not_there_is_not_found(school_meeting: Meeting, text: str) -> None:
    assert school_meeting.title not in titles(text)


@pytest.mark.parametrize("text", ["sxbxq", "sxbjq", "SXBXQ", "wg", "aq100"])
def test_pinyin_initials_find(school_meeting: Meeting, text: str) -> None:
    title = school_meeting.title
    assert (title in titles(text)) == (text not in ("sxbjq",))


def test_both_readings_of_a_character_find(unit: Unit) -> None:
    row = meeting(unit, title="校对长")
    assert row.title in titles("xdz") & titles("jdc")


def test_letters_of_the_text_and_of_the_pinyin_are_kept_apart(unit: Unit) -> None:
    latin, chinese = meeting(unit, title="AB会议"), meeting(unit, title="啊不会议")
    assert titles("a") == set(
        Meeting.objects.filter(title__icontains="a").values_list("title", flat=True)
    )
    assert {latin.title, chinese.title} <= titles("ab")


def test_no_text_finds_everything_and_an_undeclared_model_nothing(db: None) -> None:
    assert len(titles("  ")) == len(set(Meeting.objects.values_list("title", flat=True)))


def test_rows_are_found_whoever_wrote_them(unit: Unit) -> None:
    row = meeting(unit, title="甲乙丙丁")
    copy = Meeting.objects.get(pk=row.pk)
    copy.pk, copy.title = None, "戊己庚辛"
    Meeting.objects.bulk_create([copy])
    assert titles("己庚") == {"戊己庚辛"}
    Meeting.objects.filter(pk=row.pk).update(title="壬癸子丑")
    assert titles("癸子") == {"壬癸子丑"}
    assert titles("乙丙") == set()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_meeting SET title = '寅卯辰巳' WHERE id = %s", [row.pk])
        cursor.execute("UPDATE governance_meeting SET search_text = '午未' WHERE id = %s", [row.pk])
    assert titles("卯辰") == {"寅卯辰巳"}
    assert titles("午未") == set()
    row.save()  # still holds the first title, and an empty search text
    assert titles("乙丙") == {"甲乙丙丁"}


def test_rows_are_found_through_what_they_belong_to(db: None) -> None:
    subject = InspectionSubject.objects.filter(draws__isnull=False).first()
    assert subject is not None
    expected = set(DrawnSubject.objects.filter(subject=subject).values_list("pk", flat=True))
    for frequent in (False, True):
        q = matches(DrawnSubject, subject.name, frequent=frequent)
        assert expected <= set(DrawnSubject.objects.filter(q).values_list("pk", flat=True))
    school = School.objects.first()
    q = matches(School, school.unit.name)
    assert set(School.objects.filter(q).values_list("unit__name", flat=True)) == {school.unit.name}


def test_personal_data_and_history_carry_no_search_text(db: None) -> None:
    subject = InspectionSubject.objects.exclude(phone="").first()
    assert subject.phone not in subject.search_text
    assert subject.manager not in subject.search_text
    assert "search_text" not in {f.name for f in Meeting.pgh_event_model._meta.fields}


def test_refilling_changes_nothing_but_the_text(school_meeting: Meeting) -> None:
    kept = Meeting.pgh_event_model.objects.count()
    before = dict(Meeting.objects.values_list("pk", "search_text"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
        cursor.execute("UPDATE governance_meeting SET search_text = ''")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert refill(Meeting, batch=7) == len(before)
    assert dict(Meeting.objects.values_list("pk", "search_text")) == before
    assert Meeting.pgh_event_model.objects.count() == kept
