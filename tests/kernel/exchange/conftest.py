"""Ingredients of imports: a register with relations and rules, rows that fit it."""

from collections.abc import Callable
from typing import Any

import pytest

from kernel.registers.register import Register, registry
from organization.models import Unit
from schools.models import School

HEADS = [
    "所属单位",
    "演练名称",
    "层级",
    "学校",
    "演练类型",
    "演练日期",
    "参演人数",
    "用时（分钟）",
    "评估结论",
]


@pytest.fixture
def drills() -> Register:
    """A register with choices, dates, numbers, a foreign key and a many-to-many field."""
    found: Register = registry.get("schools.drill")
    return found


@pytest.fixture
def school(db: None) -> str:
    """The name of a school that nobody shares its name with."""
    return str(School.objects.filter(status="approved").order_by("pk").first().unit.name)


@pytest.fixture
def drill_row(unit: Unit, school: str) -> Callable[..., list[Any]]:
    """Cells of a good row; changes by head."""

    def make(number: int = 1, **changes: str) -> list[Any]:
        cells = [unit.name, f"导入演练{number}", "校级", school, "火灾"]
        cells += ["2023-05-06", "120", "15", "达到预期"]
        values = dict(zip(HEADS, cells, strict=True)) | changes
        return [values[head] for head in HEADS]

    return make
