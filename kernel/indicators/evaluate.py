"""Compute figures: one query for all figures of a register that share period and cut-off."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import QuerySet

from kernel.registers.columns import BoundColumn, Column
from kernel.registers.register import Register

from .aggregates import Number
from .display import number_text
from .indicator import Indicator, catalogue, condition

Scope = Callable[[Register], QuerySet[Any]]


@dataclass(frozen=True)
class Figure:
    """A computed figure: value, number of source records, and the names it may list."""

    indicator: Indicator
    year: int
    value: Number
    records: int
    names: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.indicator.key

    @property
    def text(self) -> str:
        """Value with unit, e.g. `29件`."""
        return f"{number_text(self.value)}{self.indicator.unit}"

    @property
    def number(self) -> str:
        return number_text(self.value)

    @property
    def url(self) -> str:
        return self.indicator.url(self.year)

    @property
    def cutoff(self) -> dt.date:
        return self.indicator.period.cutoff.date(self.year)

    @property
    def period_words(self) -> str:
        return self.indicator.period.words(self.year)


def everything(register: Register) -> QuerySet[Any]:
    """The whole bureau, as official figures count it."""
    return register.get_queryset()


def seen_by(user: Any) -> Scope:
    """Only what `user` may see, so that each number equals the list it opens for that person."""
    return lambda register: register.visible_to(user)


def evaluate(
    year: int,
    indicators: Iterable[Indicator] | None = None,
    *,
    scope: Scope = everything,
) -> dict[str, Figure]:
    """Compute the figures of `year` (default: all declared). Keys are indicator keys."""
    wanted = list(catalogue if indicators is None else indicators)
    groups: dict[tuple[str, Any], list[Indicator]] = defaultdict(list)
    for indicator in wanted:
        groups[indicator.register, indicator.period].append(indicator)
    found: dict[str, Figure] = {}
    for members in groups.values():
        found |= _evaluate_group(members, year, scope)
    return {indicator.key: found[indicator.key] for indicator in wanted}


def _evaluate_group(members: list[Indicator], year: int, scope: Scope) -> dict[str, Figure]:
    register, key = members[0].source(), members[0].register
    shared = {**members[0].period.params(year), "status": "approved"}
    queryset = scope(register).filter(condition(key, shared)).order_by()
    expressions: dict[str, Any] = {}
    for number, indicator in enumerate(members):
        q = condition(key, indicator.params)
        part = indicator.part_params(year)
        own = indicator.aggregate.expressions(q, condition(key, part) if part else None)
        expressions |= {f"f{number}_{name}": expression for name, expression in own.items()}
        expressions[f"f{number}_records"] = models.Count("pk", filter=q)
    values = queryset.aggregate(**expressions)
    return {
        indicator.key: _figure(indicator, year, _values(values, number), queryset)
        for number, indicator in enumerate(members)
    }


def _values(values: dict[str, Any], number: int) -> dict[str, Any]:
    prefix = f"f{number}_"
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }


def _figure(
    indicator: Indicator, year: int, values: dict[str, Any], queryset: QuerySet[Any]
) -> Figure:
    return Figure(
        indicator=indicator,
        year=year,
        value=indicator.aggregate.number(values),
        records=values["records"],
        names=_names(indicator, queryset) if indicator.names else (),
    )


def _names(indicator: Indicator, queryset: QuerySet[Any]) -> tuple[str, ...]:
    column: BoundColumn = Column(indicator.names or "").bind(queryset.model)
    rows = queryset.filter(condition(indicator.register, indicator.params))
    rows = rows.select_related(*column.relations).order_by("pk")
    return tuple(dict.fromkeys(str(column.value(row)) for row in rows))


def holds(figure: Figure, figures: dict[str, Figure]) -> bool | None:
    """Whether a universal word stands on this figure; `None` when it proves none."""
    guard = figure.indicator.guard
    if guard == "zero":
        return figure.value == 0
    if guard == "ratio":
        return figure.records > 0 and Decimal(figure.value) == 100
    if guard == "whole":
        whole = figures[figure.indicator.of or ""]
        return whole.value > 0 and figure.value == whole.value
    return None
