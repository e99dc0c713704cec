"""`Indicator`: the one declaration of a figure (指标).

Its filter parameters are those of the register's own filter set, so the number, the list behind
it, a tile and an API count are the same query.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from django.db.models import Q

from kernel.registers.register import Register, registry

from .aggregates import Aggregate, Count, Ratio
from .periods import Period

Guard = Literal["whole", "ratio", "zero"]


@dataclass(frozen=True)
class Indicator:
    """A figure: what it counts, over which time, by which rule, and who answers for it.

    `register` is `app.model`; `params` are filter parameters besides the period and the status.
    `of` names the figure of which this one is a part (part ≤ whole is always checked).
    `names` is a dotted path whose values a text may list instead of the number.
    `zero` marks a figure that is good only when nothing was counted (e.g. incidents).
    """

    key: str
    label: str
    unit: str
    rule: str
    register: str
    period: Period
    owner: str
    aggregate: Aggregate = field(default_factory=Count)
    params: dict[str, str] = field(default_factory=dict)
    of: str | None = None
    names: str | None = None
    zero: bool = False

    def filter_params(self, year: int) -> dict[str, str]:
        """All parameters of the list that shows exactly the counted records."""
        return {**self.period.params(year), "status": "approved", **self.params}

    def part_params(self, year: int) -> dict[str, str] | None:
        """For a ratio: parameters of the list of the records in the numerator."""
        if isinstance(self.aggregate, Ratio):
            return {**self.filter_params(year), **self.aggregate.part}
        return None

    def source(self) -> Register:
        return registry.get(self.register)

    def url(self, year: int) -> str:
        """The list of the records that make up the figure."""
        return self.source().url("list", **self.filter_params(year), figure=f"{self.key}:{year}")

    @property
    def guard(self) -> Guard | None:
        """How a universal word (均, 全部) is proven by this figure, if it can be."""
        if self.zero:
            return "zero"
        if isinstance(self.aggregate, Ratio):
            return "ratio"
        return "whole" if self.of else None

    @property
    def formula(self) -> str:
        """The computation in words, for people who check it."""
        return f"{self.source().title}：{self.aggregate.words}；{self.rule}"


@lru_cache(maxsize=4096)
def _condition(register_key: str, params: tuple[tuple[str, str], ...]) -> Q:
    register = registry.get(register_key)
    filterset: Any = register.filterset_class(dict(params), register.model._default_manager.none())
    unknown = [name for name, _ in params if name not in filterset.filters]
    if unknown or not filterset.form.is_valid():
        raise ValueError(f"{register_key}: {unknown or filterset.form.errors.as_text()}")
    return filterset.as_q()


def condition(register_key: str, params: dict[str, str]) -> Q:
    """The register's filter set, with these parameters, as one condition.

    Raises ValueError for a parameter or value the filter set does not know.
    """
    return _condition(register_key, tuple(sorted(params.items())))


@dataclass(frozen=True)
class TieOut:
    """A sum that must hold: `total` = sum of `parts` (29 = 14+7+3+5)."""

    total: str
    parts: tuple[str, ...]


class Catalogue:
    """All figures by key, in order of declaration, and the sums between them."""

    def __init__(self) -> None:
        self._by_key: dict[str, Indicator] = {}
        self.tie_outs: list[TieOut] = []

    def add(self, *indicators: Indicator) -> None:
        for indicator in indicators:
            if indicator.key in self._by_key:
                raise ValueError(f"indicator {indicator.key} is declared twice")
            self._by_key[indicator.key] = indicator

    def tie(self, total: str, *parts: str) -> None:
        """Declare that `total` is the sum of `parts`."""
        self.tie_outs.append(TieOut(total, parts))

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self._by_key.values())

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def get(self, key: str) -> Indicator:
        return self._by_key[key]


catalogue = Catalogue()
