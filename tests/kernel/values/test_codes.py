"""Numbers that carry their own proof: telephones, identity numbers, credit codes."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.values import codes
from tests.kernel.values.test_parsing import refused

every = settings(max_examples=300, deadline=None)


# --- Telephone numbers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("15412345678", "15412345678"),
        ("154-1234-5678", "15412345678"),
        ("+86 154 1234 5678", "15412345678"),
        ("１５４１２３４５６７８", "15412345678"),
        ("0513-88880000", "0513-88880000"),
        ("（0513）88880000", "0513-88880000"),
        ("051388880000转801", "0513-88880000-801"),
        ("010-65550000", "010-65550000"),
        ("88880000", "88880000"),
        ("4008101234", "400-810-1234"),
        ("12345", "12345"),
    ],
)
def test_a_telephone_number_has_one_spelling(raw: str, number: str) -> None:
    assert codes.parse_phone(raw) == number
    assert codes.parse_phone(number) == number


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("1541234567", "共10位，手机号码应为11位"),
        ("154123456789", "共12位，手机号码应为11位"),
        ("10412345678", "第2位的“0”不对"),
        ("1541234567a", "第11位的“a”不是数字"),
        ("15412345678、15412345679", "多个号码"),
        ("0513-1234", "不是完整的固定电话"),
        ("0513-18880000", "不以0或1开头"),
        ("--", "没有数字"),
    ],
)
def test_a_telephone_number_nobody_answers_is_refused(raw: str, says: str) -> None:
    assert says in refused(codes.parse_phone, raw)


# --- Identity numbers and credit codes -----------------------------------------------------------

ID_BODIES = st.builds(
    "{}{:%Y%m%d}{:03d}".format,
    st.from_regex(r"[1-6][0-9]{5}", fullmatch=True).filter(str.isascii),
    st.dates(dt.date(1900, 1, 1), dt.date(2020, 12, 31)),
    st.integers(0, 999),
)
CREDIT_BODIES = st.builds(
    "{}{:06d}{}".format,
    st.sampled_from(["91", "52", "12", "11"]),
    st.integers(0, 999_999),
    st.text(codes.CREDIT_ALPHABET, min_size=9, max_size=9),
)


@every
@given(ID_BODIES)
def test_an_identity_number_with_its_check_digit_is_right(body: str) -> None:
    number = body + codes.id_check_digit(body)
    assert codes.parse_id_number(f" {number.lower()} ") == number
    for wrong in set("0123456789X") - {number[-1]}:
        message = refused(codes.parse_id_number, body + wrong)
        assert f"第18位应为“{number[-1]}”" in message


@every
@given(ID_BODIES, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_an_identity_number_is_always_found(body: str, at: int, to: str) -> None:
    number = body + codes.id_check_digit(body)
    changed = number[:at] + to + number[at + 1 :]
    if changed != number:
        refused(codes.parse_id_number, changed)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("3206211990O3071235", "第11位的“O”不是数字"),
        ("32062119900307X235", "第15位的“X”不是数字，只有第18位可以是X"),
        ("320621199013071235", "第7至14位（出生日期19901307）不是存在的日期"),
        ("320621209001011235", "早于1900年或晚于今天"),
        ("32062119900307123", "应为18位，现为17位，少了1位"),
        ("320621900307123", "旧的15位号码请换成18位"),
    ],
)
def test_the_place_of_a_wrong_digit_is_named(raw: str, says: str) -> None:
    assert says in refused(codes.parse_id_number, raw)


@every
@given(CREDIT_BODIES)
def test_a_credit_code_with_its_check_character_is_right(body: str) -> None:
    code = body + codes.credit_check_character(body)
    assert codes.parse_credit_code(f"{code[:8]} {code[8:].lower()}") == code
    wrong = next(c for c in codes.CREDIT_ALPHABET if c != code[-1])
    assert f"第18位应为“{code[-1]}”" in refused(codes.parse_credit_code, body + wrong)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("91350100M000100YO3", "第17位的“O”不使用（不用I、O、S、V、Z），可能是“0”"),
        ("9135O100M000100Y43", "第5位的“O”不使用"),
        ("91A50100M000100Y43", "第3至8位是行政区划代码"),
        ("91350100M000100Y34", "第17、18位可能写反了"),
        ("91350100M000100Y4", "现为17位，少了1位"),
        ("91350100M000100Y4？", "第18位的“?”不是数字或字母"),
    ],
)
def test_the_place_of_a_wrong_character_is_named(raw: str, says: str) -> None:
    assert says in refused(codes.parse_credit_code, raw)


def test_neighbours_that_changed_places_are_pointed_out() -> None:
    right = "11010519491231002X"
    assert codes.parse_id_number(right) == right
    assert "第3、4位可能写反了" in refused(codes.parse_id_number, "11100519491231002X")
