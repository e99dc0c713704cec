"""Figures: what counts, in how many queries, with which parameters, for whom."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kernel.indicators.aggregates import Aggregate, Count, Distinct, Min, Ratio, Sum
from kernel.indicators.checks import check_figures, failing
from kernel.indicators.evaluate import Figure, evaluate, holds, seen_by
from kernel.indicators.indicator import Catalogue, Indicator, catalogue, condition
from kernel.indicators.periods import DURING
from kernel.records.status import Status
from organization.models import Unit
from tests.kernel import samples

MEETING = "governance.meeting"


def indicator(unit: Unit, aggregate: Aggregate | None = None, **more: Any) -> Indicator:
    """A figure over one unit's meetings; params given by keyword extend the unit's."""
    params = {"unit": str(unit.pk)} | more.pop("params", {})
    given = {"key": "kernel.figure", "label": "会议", "unit": "次", "rule": "按召开日期"}
    return Indicator(
        **(given | more),
        register=MEETING,
        period=DURING,
        owner="bgs",
        aggregate=aggregate or Count(),
        params=params,
    )


def value(figure: Indicator, year: int = 2023, **kwargs: Any) -> Any:
    return evaluate(year, [figure], **kwargs)[figure.key]


@pytest.fixture
def meetings(unit: Unit) -> list[Any]:
    """Three that count in 2023 and five that a sloppy query would count too."""
    counted = [
        samples.meeting(unit, status=Status.APPROVED, chair=chair, participants=number)
        for chair, number in (("甲", 10), ("甲", 20), ("乙", 5))
    ]
    for status in set(Status) - {Status.APPROVED}:
        samples.meeting(unit, status=status, participants=1000, chair="丙")
    samples.meeting(unit, status=Status.APPROVED, held_on="2022-12-31", chair="丁")
    samples.meeting(unit, status=Status.APPROVED, held_on="2024-01-01", chair="戊")
    return counted


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        (Count(), 3),
        (Distinct("chair"), 2),
        (Sum("participants"), 35),
        (Sum("participants", per=10000), Decimal("0.0035")),
        (Min("participants"), 5),
    ],
)
def test_only_approved_rows_of_the_year_count(
    aggregate: Aggregate, expected: Any, meetings: Any, unit: Unit
) -> None:
    figure = value(indicator(unit, aggregate))
    assert figure.value == expected
    assert figure.records == 3
    assert figure.indicator.aggregate.words


def test_a_ratio_counts_its_part_among_its_rows(meetings: Any, unit: Unit) -> None:
    meetings[0].chaired_by_head = True
    meetings[0].save()
    figure = value(indicator(unit, Ratio(part={"chaired_by_head": "true"})))
    assert figure.value == Decimal(100) / 3
    assert figure.records == 3


@pytest.mark.parametrize(
    "aggregate", [Count(), Distinct("chair"), Sum("participants"), Min("participants"), Ratio()]
)
def test_nothing_counted_is_zero(aggregate: Aggregate, unit: Unit) -> None:
    figure = value(indicator(unit, aggregate))
    assert (figure.value, figure.records) == (0, 0)


def test_names_are_listed_once_in_order_of_entry(meetings: Any, unit: Unit) -> None:
    figure = value(indicator(unit, names="chair"))
    assert figure.names == ("甲", "乙")


def test_figures_of_a_register_share_one_query(
    meetings: Any, unit: Unit, django_assert_num_queries: Any
) -> None:
    several = [
        indicator(unit, aggregate, key=f"kernel.{number}")
        for number, aggregate in enumerate(
            (Count(), Sum("participants"), Ratio(part={"chaired_by_head": "true"}))
        )
    ]
    evaluate(2023, several)  # the conditions are built once, with a look at the unit
    with django_assert_num_queries(1):
        evaluate(2023, several)
    named = indicator(unit, key="kernel.names", names="chair")
    evaluate(2023, [*several, named])
    with django_assert_num_queries(2):
        evaluate(2023, [*several, named])


def test_figures_come_in_the_order_asked_for(unit: Unit) -> None:
    asked = [catalogue.get(key) for key in ("petitions.hotline", "power.items", "petitions.mayor")]
    assert list(evaluate(2023, asked)) == [i.key for i in asked]


def test_a_person_gets_the_figure_of_what_they_see(
    meetings: Any, unit: Unit, other_unit: Unit, clerk: Any, make_account: Any
) -> None:
    figure = indicator(unit)
    assert value(figure, scope=seen_by(clerk)).value == 3
    assert value(figure, scope=seen_by(make_account(other_unit, "chief"))).value == 0


@pytest.mark.parametrize("params", [{"no_such": "1"}, {"kind": "nothing"}, {"since": "soon"}])
def test_a_parameter_the_list_does_not_know_is_an_error(params: dict[str, str]) -> None:
    """Left out silently, it would make the figure count too much."""
    with pytest.raises(ValueError, match=next(iter(params))):
        condition(MEETING, params)


def test_parameters_are_those_of_the_list(unit: Unit) -> None:
    figure = indicator(unit, Ratio(part={"chaired_by_head": "true"}), params={"kind": "office"})
    base = {
        "since": "2023-01-01",
        "until": "2023-12-31",
        "status": "approved",
        "unit": str(unit.pk),
        "kind": "office",
    }
    assert figure.filter_params(2023) == base
    assert figure.part_params(2023) == base | {"chaired_by_head": "true"}
    assert indicator(unit).part_params(2023) is None
    assert figure.url(2023).startswith("/governance/meeting/?since=2023-01-01&until=")
    assert figure.url(2023).endswith("figure=kernel.figure%3A2023")
    assert "会议" in figure.formula
    assert figure.rule in figure.formula


def test_keys_are_unique() -> None:
    own = Catalogue()
    figure = catalogue.get("power.items")
    own.add(figure)
    with pytest.raises(ValueError, match="declared twice"):
        own.add(figure)
    assert figure.key in own
    assert list(own) == [figure]


# --- Guards and tie-outs -----------------------------------------------------------------------


def made(key: str, number: Any, records: int = 1, **more: Any) -> Figure:
    base = catalogue.get("power.items")
    own = Indicator(
        **{
            "key": key,
            "label": key,
            "unit": "件",
            "rule": "",
            "register": base.register,
            "period": base.period,
            "owner": "fgk",
        }
        | more
    )
    return Figure(own, 2023, number, records)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (made("a", 0, 0, zero=True), True),
        (made("a", 1, zero=True), False),
        (made("a", Decimal(100), 5, aggregate=Ratio()), True),
        (made("a", Decimal("99.99"), 5, aggregate=Ratio()), False),
        (made("a", Decimal(100), 0, aggregate=Ratio()), False),
        (made("a", 21, of="whole"), True),
        (made("a", 20, of="whole"), False),
        (made("a", 21), None),
    ],
)
def test_universal_words_stand_on_their_figure(figure: Figure, expected: bool | None) -> None:
    assert holds(figure, {"whole": made("whole", 21)}) is expected


def test_all_of_nothing_is_not_all() -> None:
    assert holds(made("a", 0, of="whole"), {"whole": made("whole", 0)}) is False


@pytest.fixture
def own_catalogue(monkeypatch: Any) -> Catalogue:
    own = Catalogue()
    monkeypatch.setattr("kernel.indicators.checks.catalogue", own)
    return own


@pytest.mark.parametrize(("parts", "sound"), [((14, 7, 3, 5), True), ((14, 7, 3, 4), False)])
def test_sums_must_agree(parts: Any, sound: bool, own_catalogue: Catalogue) -> None:
    own_catalogue.tie("total", *(f"p{n}" for n in range(4)))
    figures = {f"p{n}": made(f"p{n}", part) for n, part in enumerate(parts)}
    figures["total"] = made("total", 29)
    (check,) = check_figures(figures)
    assert check.holds is sound
    assert check.text == f"29={'+'.join(map(str, parts))}"
    assert check.keys == ("total", "p0", "p1", "p2", "p3")
    assert failing(figures) == ([] if sound else [check])


@pytest.mark.parametrize(("part", "sound"), [(20, True), (21, True), (22, False)])
def test_a_part_never_exceeds_its_whole(part: int, sound: bool, own_catalogue: Catalogue) -> None:
    figures = {"part": made("part", part, of="whole"), "whole": made("whole", 21)}
    (check,) = check_figures(figures)
    assert check.holds is sound
    assert check.text == f"{part}≤21"


def test_decimals_tie_exactly(own_catalogue: Catalogue) -> None:
    own_catalogue.tie("total", "a", "b")
    figures = {
        "total": made("total", Decimal("1970.9395")),
        "a": made("a", Decimal("1332.817")),
        "b": made("b", Decimal("638.1225")),
    }
    assert failing(figures) == []


def test_a_sum_of_figures_that_were_not_computed_is_not_checked(
    own_catalogue: Catalogue,
) -> None:
    own_catalogue.tie("total", "a", "b")
    assert check_figures({"total": made("total", 1), "a": made("a", 1)}) == []


# --- The note above a list ---------------------------------------------------------------------

NOTE = "正是这个数字所数的记录"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_list_opened_from_a_figure_says_so(reviewer: Any, login: Any) -> None:
    client = login(reviewer)
    url = catalogue.get("petitions.mayor").url(2023)
    text = page(client, url)
    assert NOTE in text
    assert "38件" in text
    assert NOTE in page(client, f"{url}&sort=number&page=1")


@pytest.mark.parametrize("change", ["&rating=unsatisfied", "&q=x", "&status=draft"])
def test_any_other_filter_takes_the_note_away(change: str, reviewer: Any, login: Any) -> None:
    assert NOTE not in page(login(reviewer), catalogue.get("petitions.mayor").url(2023) + change)


@pytest.mark.parametrize(
    "figure",
    [
        "petitions.mayor:2022",
        "petitions.mayor:²",
        "no.such:2023",
        "power.items:2023",
        "petitions.mayor",
        "petitions.mayor:" + "9" * 5000,
        "petitions.mayor:99999",
        ":",
        "<b>",
    ],
)
def test_a_made_up_figure_is_ignored(figure: str, reviewer: Any, login: Any) -> None:
    params = catalogue.get("petitions.mayor").filter_params(2023)
    text = page_with(login(reviewer), params | {"figure": figure})
    assert NOTE not in text
    assert "<b>" not in text.replace("<b>20", "").replace("：<b>", "")


def page_with(client: Client, params: dict[str, str]) -> str:
    response = client.get("/petitions/petition/", params)
    assert response.status_code == 200
    return response.content.decode()
