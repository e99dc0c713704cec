from collections.abc import Callable

import pytest

from kernel.indicators.evaluate import Figure, evaluate
from kernel.indicators.indicator import catalogue

from .factories import YEAR

KEYS = [i.key for i in catalogue if i.register.startswith("enforcement.")]


@pytest.fixture
def figures(db: None) -> Callable[..., dict[str, Figure]]:
    """All figures of enforcement, by default of a year with only the test's own rows."""
    return lambda year=YEAR: evaluate(year, [catalogue.get(key) for key in KEYS])


@pytest.fixture
def value(figures: Callable[..., dict[str, Figure]]) -> Callable[..., object]:
    return lambda key, year=YEAR: figures(year)[key].value
