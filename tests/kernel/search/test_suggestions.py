"""A few signs find the right row first."""

from typing import Any

import pytest

from kernel.search.suggestions import suggest
from organization.models import Agency, Unit
from schools.models import School

NAMES = ("实小", "实小北校区", "海安实小北校区", "市实验小学北区", "石小南校区")


@pytest.fixture
def units(db: None) -> Any:
    root = Unit.objects.get(parent=None)
    for number, name in enumerate(NAMES):
        Unit.objects.create(name=name, code=f"sug{number}", kind="school", parent=root)
    return Unit.objects.filter(code__startswith="sug")


def found(queryset: Any, text: str, limit: int = 20) -> list[str]:
    return [str(row) for row in suggest(queryset, text, limit)]


def test_equal_before_beginning_before_middle_before_gaps(units: Any) -> None:
    assert found(units, "实小") == ["实小", "实小北校区", "海安实小北校区", "市实验小学北区"]


@pytest.mark.parametrize("text", ["sxbxq", "SXBXQ", "shixiaobei", "实小北", "ｓｘｂｘｑ"])
def test_pinyin_and_initials_find(units: Any, text: str) -> None:
    assert found(units, text)[0] == "实小北校区"


def test_letters_with_gaps_find_too(units: Any) -> None:
    assert "实小北校区" in found(units, "sbq")
    assert found(units, "海北") == ["海安实小北校区"]


def test_letters_are_not_gathered_from_several_lines(units: Any) -> None:
    assert found(units, "qsxn") == []


def test_nothing_typed_gives_the_first_rows(units: Any) -> None:
    assert len(found(units, "  ", 3)) == 3
    assert found(units, "没有") == []
    assert found(units, "%") == []


def test_only_rows_of_the_queryset_are_offered(units: Any) -> None:
    assert found(units.exclude(name="实小"), "实小")[0] == "实小北校区"


def test_a_school_is_found_by_its_unit(units: Any) -> None:
    school = School.objects.select_related("unit").first()
    assert found(School.objects.all(), school.unit.name)[0] == str(school)


def test_models_without_a_search_text_are_compared_by_name(db: None) -> None:
    assert "市公安局" in found(Agency.objects.all(), "公安")
