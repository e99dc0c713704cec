"""Sums and parts that must agree before a figure may be published (勾稽)."""

from collections.abc import Iterator
from dataclasses import dataclass

from .display import number_text
from .evaluate import Figure
from .indicator import catalogue


@dataclass(frozen=True)
class Check:
    """One relation between figures, written out with its numbers."""

    label: str
    text: str
    holds: bool
    keys: tuple[str, ...]


def check_figures(figures: dict[str, Figure]) -> list[Check]:
    """All relations whose figures are among `figures`."""
    return [*_sums(figures), *_parts(figures)]


def failing(figures: dict[str, Figure]) -> list[Check]:
    return [check for check in check_figures(figures) if not check.holds]


def _sums(figures: dict[str, Figure]) -> Iterator[Check]:
    for tie in catalogue.tie_outs:
        keys = (tie.total, *tie.parts)
        if not all(key in figures for key in keys):
            continue
        total, parts = figures[tie.total], [figures[key] for key in tie.parts]
        right = "+".join(number_text(part.value) for part in parts)
        yield Check(
            label=f"{total.indicator.label} = {' + '.join(p.indicator.label for p in parts)}",
            text=f"{number_text(total.value)}={right}",
            holds=total.value == sum(part.value for part in parts),
            keys=keys,
        )


def _parts(figures: dict[str, Figure]) -> Iterator[Check]:
    for figure in figures.values():
        whole = figures.get(figure.indicator.of or "")
        if whole is None:
            continue
        yield Check(
            label=f"{figure.indicator.label} ≤ {whole.indicator.label}",
            text=f"{number_text(figure.value)}≤{number_text(whole.value)}",
            holds=figure.value <= whole.value,
            keys=(figure.key, whole.key),
        )
