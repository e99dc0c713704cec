"""How numbers are written in documents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.indicators.display import DIGITS, at_least, chinese, number_text

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (20895, "20895"),
        (Decimal("1970.9395"), "1970.9395"),
        (Decimal("1332.8170"), "1332.817"),
        (Decimal("100.0000"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("33.33333333333333"), "33.3333"),
        (Decimal("0.00005"), "0"),
        (Decimal("0.00015"), "0.0002"),
        (Decimal(0), "0"),
    ],
)
def test_numbers_are_plain(value: int | Decimal, text: str) -> None:
    assert number_text(value) == text


@given(AMOUNTS)
def test_four_decimals_survive_and_nothing_is_added(value: Decimal) -> None:
    text = number_text(value)
    assert Decimal(text) == value
    assert set(text) <= set("0123456789.")
    assert not (("." in text) and text.endswith(("0", ".")))


@given(st.integers(min_value=0, max_value=10**15))
def test_whole_numbers_are_their_digits(value: int) -> None:
    assert number_text(value) == number_text(Decimal(value)) == str(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (10, "10"),
        (43, "40多"),
        (400, "400"),
        (437, "400多"),
        (500, "500"),
        (501, "500多"),
        (537, "500多"),
        (1058, "1000多"),
        (Decimal("43.0"), "40多"),
    ],
)
def test_a_count_rounded_down(value: int, text: str) -> None:
    assert at_least(value) == text


@given(st.integers(min_value=0, max_value=10**9))
def test_more_is_only_said_when_there_is_more(value: int) -> None:
    text = at_least(value)
    floor = int(text.removesuffix("多"))
    assert floor <= value
    assert (floor < value) == text.endswith("多")
    assert set(str(floor)[1:]) <= {"0"}
    assert floor * 2 > value or value == 0  # the first digit is kept


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "零"), (3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (29, "二十九"), (99, "九十九")],
)
def test_chinese_numerals(value: int, text: str) -> None:
    assert chinese(value) == text


@given(st.integers(min_value=0, max_value=99))
def test_a_chinese_numeral_reads_back(value: int) -> None:
    text = chinese(value)
    tens, mark, ones = text.rpartition("十")
    read = DIGITS.index(ones) if ones else 0
    if mark:
        read += 10 * (DIGITS.index(tens) if tens else 1)
    assert read == value


@pytest.mark.parametrize("value", [100, 1058, Decimal("12.5"), -3])
def test_others_stay_digits(value: int | Decimal) -> None:
    assert chinese(value) == number_text(value)
