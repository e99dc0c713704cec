"""The ways in which rows become a number. Each is one SQL expression with a row condition."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

Number = int | Decimal


@dataclass(frozen=True)
class Aggregate:
    """Base: `expressions` go into one query, `number` reads the result, `words` explain it."""

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        raise NotImplementedError

    def number(self, values: dict[str, Any]) -> Number:
        return values["value"] or 0

    @property
    def words(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Count(Aggregate):
    """Number of rows."""

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        return {"value": models.Count("pk", filter=q)}

    @property
    def words(self) -> str:
        return "记录数"


@dataclass(frozen=True)
class Distinct(Aggregate):
    """Number of different values of a field."""

    field: str

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        return {"value": models.Count(self.field, filter=q, distinct=True)}

    @property
    def words(self) -> str:
        return "去重计数"


@dataclass(frozen=True)
class Sum(Aggregate):
    """Sum of a field, divided by `per` (10000 turns yuan into 万元). Exact decimals."""

    field: str
    per: int = 1

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        return {"value": models.Sum(self.field, filter=q)}

    def number(self, values: dict[str, Any]) -> Number:
        total = values["value"] or 0
        return total if self.per == 1 else Decimal(total) / self.per

    @property
    def words(self) -> str:
        return "合计" if self.per == 1 else f"合计 ÷ {self.per}"


@dataclass(frozen=True)
class Min(Aggregate):
    """Smallest value of a field or annotation; 0 when there are no rows."""

    field: str

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        return {"value": models.Min(self.field, filter=q)}

    @property
    def words(self) -> str:
        return "最小值"


@dataclass(frozen=True)
class Ratio(Aggregate):
    """Percentage of the rows that also meet the parameters `part`; 0 when there are no rows."""

    part: dict[str, str] = field(default_factory=dict)

    def expressions(self, q: Q, part: Q | None = None) -> dict[str, Any]:
        return {
            "value": models.Count("pk", filter=q & (part or Q())),
            "whole": models.Count("pk", filter=q),
        }

    def number(self, values: dict[str, Any]) -> Number:
        if not values["whole"]:
            return 0
        return Decimal(values["value"]) * 100 / values["whole"]

    @property
    def words(self) -> str:
        return "符合条件的记录数 ÷ 记录数"
