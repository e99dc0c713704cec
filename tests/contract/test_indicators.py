"""Every figure equals the aggregate of the rows on the list that it links to."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.indicators.aggregates import Count, Distinct, Min, Ratio, Sum
from kernel.indicators.checks import check_figures
from kernel.indicators.display import at_least
from kernel.indicators.evaluate import Figure, Scope, evaluate, everything, holds, seen_by
from kernel.indicators.indicator import Indicator, catalogue
from kernel.registers import tables
from organization.models import StaffAccount, Unit
from tests.contract.figures_2023 import FIGURES_2023

YEARS = (2022, 2023, 2024)
INDICATORS = list(catalogue)
UNITS = {
    "次",
    "家",
    "家次",
    "人",
    "人次",
    "件",
    "项",
    "条",
    "个",
    "盏",
    "学时",
    "万元",
    "%",
    "次/月",
    "次/季度",
    "所",
    "小时",
    "月",
}
every_indicator = pytest.mark.parametrize("indicator", INDICATORS, ids=[i.key for i in INDICATORS])
NOTE = re.compile(r"下面的 (\d+) 条正是这个数字所数的记录")


@pytest.fixture(scope="module")
def computed() -> dict[Any, dict[str, Figure]]:
    """Figures by year and person, computed once for the module."""
    return {}


@pytest.fixture
def figures(computed: Any, db: None) -> Callable[..., dict[str, Figure]]:
    def get(year: int, person: Any = None) -> dict[str, Figure]:
        key = year, person and person.username
        if key not in computed:
            scope: Scope = seen_by(person) if person else everything
            computed[key] = evaluate(year, scope=scope)
        return computed[key]

    return get


def shown(client: Client, indicator: Indicator, params: dict[str, str]) -> list[int]:
    """Keys of all rows on all pages of the list with these parameters.

    With the name of a figure among them, each page must say that it shows this figure.
    """
    url = indicator.source().url("list")
    row = re.compile(rf'data-href="{url}(\d+)/"')
    keys: list[int] = []
    noted: int | None = None
    for number in range(1, 1000):
        response = client.get(url, params | {"page": str(number)})
        assert response.status_code == 200
        text = response.content.decode()
        assert not response.context["filter"].form.errors
        if "figure" in params:
            note = NOTE.search(text)
            assert note, "the list does not say which figure it shows"
            noted = int(note.group(1))
        keys += map(int, row.findall(text))
        if 'rel="next"' not in text:
            break
    assert len(keys) == len(set(keys)), "a record is listed twice"
    assert noted in (None, len(keys))
    return keys


def instances(indicator: Indicator, keys: Iterable[int]) -> list[Any]:
    return list(indicator.source().get_queryset().filter(pk__in=list(keys)))


def value_of(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return getattr(row, "pk", row)


def by_hand(indicator: Indicator, keys: list[int], part: list[int] | None) -> Any:
    """The aggregate, over the rows themselves, in plain Python."""
    aggregate = indicator.aggregate
    if isinstance(aggregate, Count):
        return len(keys)
    if isinstance(aggregate, Ratio):
        assert part is not None
        assert set(part) <= set(keys)
        return Decimal(len(part)) * 100 / len(keys) if keys else 0
    assert isinstance(aggregate, Distinct | Sum | Min)
    values = [value_of(row, aggregate.field) for row in instances(indicator, keys)]
    values = [value for value in values if value is not None]
    if isinstance(aggregate, Distinct):
        return len(set(values))
    if isinstance(aggregate, Min):
        return min(values, default=0)
    total = sum(values)
    return total if aggregate.per == 1 else Decimal(total) / aggregate.per


def compare(client: Client, indicator: Indicator, year: int, figure: Figure) -> None:
    named = {"figure": f"{indicator.key}:{year}"}
    keys = shown(client, indicator, indicator.filter_params(year) | named)
    part_params = indicator.part_params(year)
    part = shown(client, indicator, part_params) if part_params else None
    assert figure.records == len(keys), year
    assert figure.value == by_hand(indicator, keys, part), year


@pytest.fixture
def large_pages(monkeypatch: Any) -> None:
    """As many pages as the rows need, but fewer than a person would turn."""
    monkeypatch.setattr(tables, "PAGE_SIZE", 400)


@every_indicator
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.usefixtures("large_pages")
def test_a_figure_is_the_aggregate_of_its_list(
    indicator: Indicator, year: int, reviewer: Any, login: Any, figures: Any
) -> None:
    figure = figures(year)[indicator.key]
    compare(login(reviewer), indicator, year, figure)
    path, _, query = figure.url.partition("?")
    assert path == indicator.source().url("list")
    assert dict(parse_qsl(query)) == indicator.filter_params(year) | {
        "figure": f"{indicator.key}:{year}"
    }


@every_indicator
@pytest.mark.usefixtures("large_pages")
def test_a_section_chief_gets_the_figure_of_what_they_see(
    indicator: Indicator, login: Any, figures: Any
) -> None:
    chief = StaffAccount.objects.get(username="kezhang")
    figure = figures(2023, chief)[indicator.key]
    compare(login(chief), indicator, 2023, figure)
    assert figure.records <= figures(2023)[indicator.key].records


def test_some_chief_sees_less_than_the_bureau(figures: Any) -> None:
    """Otherwise the comparison above would prove nothing."""
    chief = StaffAccount.objects.get(username="kezhang")
    own, all_of_it = figures(2023, chief), figures(2023)
    assert any(own[key].records < all_of_it[key].records for key in own)
    assert any(own[key].records > 0 for key in own)


@every_indicator
def test_a_declaration_is_complete(indicator: Indicator, db: None) -> None:
    filters = indicator.source().filterset_class.base_filters
    for params in (indicator.filter_params(2023), indicator.part_params(2023) or {}):
        assert set(params) <= set(filters)
    assert "status" not in indicator.params
    assert indicator.unit in UNITS
    assert len(indicator.rule) >= 10
    assert "。" not in indicator.rule
    assert indicator.label
    assert Unit.objects.filter(code=indicator.owner).exists()
    if indicator.of:
        assert indicator.of in catalogue
    assert indicator.label in catalogue.get(indicator.key).label


def test_labels_tell_figures_apart() -> None:
    labels = [indicator.label for indicator in INDICATORS]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(("key", "number", "unit"), [(k, *v) for k, v in FIGURES_2023.items()])
def test_the_published_figures_come_out(key: str, number: str, unit: str, figures: Any) -> None:
    figure = figures(2023)[key]
    written = at_least(figure.value) if number.endswith("多") else figure.number
    assert (written, figure.indicator.unit) == (number, unit.partition("/")[0])
    # 1次/月: the label says how often, so that a text reads 每月开展1次.
    assert f"每{unit.partition('/')[2]}" in figure.indicator.label or "/" not in unit


def test_there_are_51_of_them() -> None:
    assert len(FIGURES_2023) == 51


def test_sums_and_parts_agree(figures: Any) -> None:
    for year in YEARS:
        for check in check_figures(figures(year)):
            assert check.holds, (year, check.label, check.text)
    texts = {check.text for check in check_figures(figures(2023))}
    assert {"5=2+3", "29=14+7+3+5", "38=20+18", "20895=11787+9108"} <= texts
    assert "1970.9395=1332.817+638.1225" in texts


def test_universal_words_stand_in_2023(figures: Any) -> None:
    found = figures(2023)
    proven = {key: holds(figure, found) for key, figure in found.items()}
    for key in (
        "training.violations.rectified_on_site",
        "petitions.hotline.on_time",
        "petitions.xinfang.satisfaction",
        "petitions.mayor.satisfaction",
        "inspection.backfill_rate",
        "legal_vice_principal.coverage",
        "power.items.with_section",
    ):
        assert proven[key] is True, key


@pytest.mark.parametrize("year", [2022, 2024])
def test_neighbouring_years_have_figures_of_their_own(year: int, figures: Any) -> None:
    """A query that forgets the year would give the same numbers."""
    this, other = figures(2023), figures(year)
    differing = [key for key in FIGURES_2023 if this[key].value != other[key].value]
    assert len(differing) >= 30


def test_one_query_for_each_register_and_period(db: None) -> None:
    evaluate(2023)  # conditions are built once
    groups = {(i.register, i.period) for i in INDICATORS}
    named = sum(1 for i in INDICATORS if i.names)
    with CaptureQueriesContext(connection) as captured:
        evaluate(2023)
    assert len(captured) == len(groups) + named
    assert len(groups) < len(INDICATORS) / 2


def test_every_indicator_is_found_in_the_printed_table(capsys: Any, db: None) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("figures", 2023)
    printed = capsys.readouterr().out
    for indicator in INDICATORS:
        assert re.search(rf"^{re.escape(indicator.key)} ", printed, re.MULTILINE)
    assert "✗" not in printed
