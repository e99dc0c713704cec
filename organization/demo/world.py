"""What the apps' demo builders share: one random source, the units, the staff, and helpers."""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models

from kernel.records.status import Status

from ..models import Agency, StaffAccount, Unit
from . import names

M = TypeVar("M", bound=models.Model)
SEED = 20231231
HOLIDAYS = (
    ("2022-01-01", "2022-01-03"), ("2022-01-31", "2022-02-06"), ("2022-04-03", "2022-04-05"),
    ("2022-04-30", "2022-05-04"), ("2022-06-03", "2022-06-05"), ("2022-09-10", "2022-09-12"),
    ("2022-10-01", "2022-10-07"), ("2022-12-31", "2023-01-02"), ("2023-01-21", "2023-01-27"),
    ("2023-04-05", "2023-04-05"), ("2023-04-29", "2023-05-03"), ("2023-06-22", "2023-06-24"),
    ("2023-09-29", "2023-10-06"), ("2023-12-30", "2024-01-01"), ("2024-02-10", "2024-02-17"),
    ("2024-04-04", "2024-04-06"), ("2024-05-01", "2024-05-05"), ("2024-06-08", "2024-06-10"),
    ("2024-09-15", "2024-09-17"), ("2024-10-01", "2024-10-07"),
)  # fmt: skip
"""Public holidays of the demo's three years, as the State Council announced them."""


@dataclass
class World:
    """State of one run of `load_demo`. All chance comes from `rng`, so every run is the same."""

    bureau: Unit
    units: dict[str, Unit]
    accounts: dict[str, list[StaffAccount]]
    agencies: dict[str, Agency]
    school_units: list[tuple[Unit, str]]
    year: int = 2023
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    schools: list[Any] = field(default_factory=list)
    subjects: list[Any] = field(default_factory=list)

    def unit(self, code: str) -> Unit:
        return self.units[code]

    def account(self, code: str) -> StaffAccount:
        """The first clerk of the unit, or of the office where the unit has no account."""
        return (self.accounts.get(code) or self.accounts["bgs"])[0]

    def person(self) -> str:
        return names.person(self.rng)

    def phone(self) -> str:
        return names.phone(self.rng)

    def credit_code(self, kind: str = "52") -> str:
        return names.credit_code(self.rng, kind)

    def workday(self, start: dt.date, end: dt.date) -> dt.date:
        """A random working day between two dates, both included."""
        days = (end - start).days
        for _ in range(200):
            day = start + dt.timedelta(days=self.rng.randint(0, days))
            if is_workday(day):
                return day
        raise ValueError(f"no working day between {start} and {end}")

    def build(
        self, model: type[M], *, unit: Unit, status: str = Status.APPROVED, **fields: Any
    ) -> M:
        """An unsaved record of the unit, entered by one of its staff."""
        author = self.account(unit.code)
        people = {"created_by": author, "updated_by": author, "handler": author}
        return model(unit=unit, status=status, **people, **fields)

    def save(self, instances: Iterable[M]) -> list[M]:
        """Insert instances of one model in bulk; keys are filled in."""
        rows = list(instances)
        if not rows:
            return rows
        manager: Any = type(rows[0])._default_manager
        return list(manager.bulk_create(rows, batch_size=2000))


def is_workday(day: dt.date) -> bool:
    """Monday to Friday outside the public holidays."""
    text = day.isoformat()
    return day.weekday() < 5 and not any(first <= text <= last for first, last in HOLIDAYS)


def workdays_after(day: dt.date, number: int) -> dt.date:
    """The `number`th working day after `day`."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_workday(day)
    return day
