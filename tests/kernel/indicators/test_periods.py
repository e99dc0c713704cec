"""What a reporting year means: its days, its cut-off, the parameters of the list."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.indicators.periods import AS_OF, DURING, UP_TO, YEAR, CutOff, Period

YEARS = st.integers(min_value=1950, max_value=2199)
MID_NOVEMBER = CutOff(11, 15, "截至11月中旬")


@given(YEARS)
def test_the_year_ends_on_its_last_day(year: int) -> None:
    assert CutOff().date(year) == dt.date(year, 12, 31)


@given(YEARS)
def test_a_cut_off_is_a_day_of_the_year_asked_for(year: int) -> None:
    assert MID_NOVEMBER.date(year) == dt.date(year, 11, 15)
    assert Period("during", MID_NOVEMBER).params(year) == {
        "since": f"{year}-01-01",
        "until": f"{year}-11-15",
    }


@pytest.mark.parametrize(
    ("period", "params", "words"),
    [
        (DURING, {"since": "2023-01-01", "until": "2023-12-31"}, "2023年"),
        (AS_OF, {"as_of": "2023-12-31"}, "2023年12月31日"),
        (UP_TO, {"until": "2023-12-31"}, "累计至2023年12月31日"),
        (YEAR, {"year": "2023"}, "2023年度"),
    ],
)
def test_spans(period: Period, params: dict[str, str], words: str) -> None:
    assert period.params(2023) == params
    assert period.words(2023) == words


def test_a_cut_off_within_the_year_is_named() -> None:
    assert Period("during", MID_NOVEMBER).words(2023) == "2023年1月1日至11月15日"


@given(YEARS)
def test_years_follow_each_other_without_gap_or_overlap(year: int) -> None:
    this, following = DURING.params(year), DURING.params(year + 1)
    assert dt.date.fromisoformat(this["until"]) + dt.timedelta(1) == dt.date.fromisoformat(
        following["since"]
    )


def test_the_same_period_is_the_same_group() -> None:
    """Figures are computed together when period and cut-off are equal, so both must compare."""
    assert Period("during", CutOff(11, 15, "a")) == Period("during", CutOff(11, 15, "a"))
    assert hash(Period("as_of")) == hash(AS_OF)
    assert Period("during", MID_NOVEMBER) != DURING
