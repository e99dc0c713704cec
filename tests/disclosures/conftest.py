from collections.abc import Callable

import pytest

from kernel.indicators.evaluate import Figure, evaluate
from kernel.indicators.indicator import catalogue

from .factories import YEAR


@pytest.fixture
def figure(db: None) -> Callable[..., Figure]:
    """The figure of a key, by default of a year in which only the test's own rows lie."""

    def compute(key: str, year: int = YEAR) -> Figure:
        return evaluate(year, [catalogue.get(key)])[key]

    return compute
