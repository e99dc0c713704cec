"""What is typed and what is stored are brought to one form."""

import pytest
from django.db import connection

from kernel.search import text
from kernel.search.functions import readings


def sql(expression: str, *params: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", params)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("ＡＢｃ１２", "abc12"), ("（海）", "(海)"), ("XF-01", "xf-01"), ("实小　北校", "实小 北校")],
)
def test_width_and_case_do_not_matter(typed: str, stored: str, db: None) -> None:
    assert text.fold(typed) == stored
    assert sql("search_fold(%s)", typed) == stored


def test_words_are_asked_for_one_by_one_and_once() -> None:
    assert text.words(" 培训\t退费　培训 ") == ["培训", "退费"]
    assert text.words("a\x00b") == ["a", "b"]
    assert text.words("  ") == []


def test_the_signs_of_like_mean_themselves() -> None:
    assert text.escaped(r"50%_\x") == r"50\%\_\\x"


@pytest.mark.parametrize(
    ("word", "found"),
    [("培", ["培"]), ("培训", ["培训"]), ("培训机构", ["培训", "训机", "机构"]), ("aaa", ["aa"])],
)
def test_pairs_of_a_word_are_among_those_of_the_text(word: str, found: list, db: None) -> None:
    assert text.grams(word) == found
    assert sql("search_grams(%s) @> %s::text[]", f"某{word}等", found) is True


def test_only_letters_may_be_pinyin() -> None:
    assert text.variants("sxbxq") == ["sxbxq", "SXBXQ"]
    assert text.variants("2023npx") == ["2023npx", "2023NPX"]
    for word in ("培训", "2023", "a", "xf-01", "12345"):
        assert text.variants(word) == [word]


def test_pinyin_stands_in_capitals_below_the_text(db: None) -> None:
    lines = str(sql("search_name_pinyin(%s)", "实小(北)校2")).split("\n")
    assert lines == ["SXBX2", "SXBJ2", "SHIXIAOBEIXIAO2"]
    assert sql("search_title_pinyin(%s)", "校长会议") == "XZHY\nJCKY"
    assert sql("search_title_pinyin(%s)", "人民") == "RM"
    for name in ("name", "title"):
        assert sql(f"search_{name}_pinyin(%s)", "xf-01") is None


def test_each_reading_of_a_name_is_found_beside_the_usual_ones(db: None) -> None:
    lines = str(sql("search_name_pinyin(%s)", "协调会")).split("\n")
    assert {"XDH", "XTH"} <= set(lines)


def test_characters_of_several_readings_keep_them_all() -> None:
    assert set(readings(ord("校"))) >= {"XIAO", "JIAO"}
    assert readings(ord("绿"))[0] == "LV"
    assert readings(ord("a")) == []
