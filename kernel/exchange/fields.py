"""The columns of a register's sheet: what each takes, in words and as rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.db import models

from kernel.registers.register import Register
from kernel.values.numbers import unit_of

RECORD_NUMBER = "记录号"
RECORD_VERSION = "版本"
ID, VERSION = "id", "version"
SAMPLE_MARK = "示例"
NEEDED = "必填"
SHOWN_CHOICES = 12


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """One field of the register as a column of a sheet."""

    field: Any
    label: str

    @cached_property
    def name(self) -> str:
        return str(self.field.name)

    @cached_property
    def is_many(self) -> bool:
        return bool(self.field.many_to_many)

    @cached_property
    def is_relation(self) -> bool:
        return bool(self.field.is_relation)

    @property
    def needed(self) -> bool:
        """Whether a new row must fill it."""
        if isinstance(self.field, models.BooleanField) or self.name == "unit":
            return False
        return not self.field.blank and not self.field.has_default()

    @cached_property
    def choices(self) -> list[str]:
        """Labels of a closed list, in order; empty for other fields."""
        field = getattr(self.field, "base_field", self.field)
        if isinstance(field, models.BooleanField):
            return ["是", "否"]
        return [str(label) for code, label in field.flatchoices if code not in (None, "")]

    @property
    def allowed(self) -> str:
        """What may stand in the column, in one sentence."""
        return _kind(self) + _limits(self.field)

    @property
    def hint(self) -> str:
        """Everything that the comment of the column's head says."""
        head = NEEDED if self.needed else "可不填"
        return "\n".join(filter(None, [head, self.allowed, _help(self.field)]))


def _help(field: Any) -> str:
    return str(field.help_text or "")


def _kind(column: SheetColumn) -> str:
    field = column.field
    if column.name == "unit":
        return "填写单位名称，留空为本人所在单位。"
    if column.is_many:
        return f"填写{field.related_model._meta.verbose_name}的名称，多个用“、”隔开。"
    if column.is_relation:
        what = field.related_model._meta.verbose_name
        return f"填写已登记的{what}的名称或编号；有重名的写成“名称#记录号”。"
    if column.choices:
        return _choices(column)
    return _plain_kind(field)


def _choices(column: SheetColumn) -> str:
    shown = "、".join(column.choices[:SHOWN_CHOICES])
    more = f"等{len(column.choices)}项" if len(column.choices) > SHOWN_CHOICES else ""
    several = "可多选，用“、”隔开。" if hasattr(column.field, "base_field") else ""
    return f"可选：{shown}{more}。{several}"


def _plain_kind(field: Any) -> str:
    if isinstance(field, models.DateTimeField):
        return "日期和时间，如 2023-05-06 09:30。"
    if isinstance(field, models.DateField):
        return "日期，如 2023-05-06 或 2023年5月6日。"
    if isinstance(field, models.IntegerField):
        return "整数。"
    if isinstance(field, models.DecimalField):
        unit = unit_of(str(field.verbose_name))
        return f"数字，最多{field.decimal_places}位小数。" + (f"单位：{unit}。" if unit else "")
    if isinstance(field, models.URLField):
        return "网址，以 http:// 或 https:// 开头。"
    return "文字。"


def _limits(field: Any) -> str:
    length = getattr(field, "max_length", None)
    if length and not field.choices:
        return f"不超过{length}个字。"
    return ""


@cache
def sheet_columns(register: Register) -> tuple[SheetColumn, ...]:
    """Columns of the register's sheet: the fields of its form, in order, each head once."""
    fields = [
        register.model._meta.get_field(name) for _, names in register.fieldsets for name in names
    ]
    taken = {RECORD_NUMBER, RECORD_VERSION}
    found = []
    for field in fields:
        if not field.editable or isinstance(field, models.FileField):
            continue
        label = str(field.verbose_name)
        if label in taken:
            label = f"{label}（{field.name}）"
        taken.add(label)
        found.append(SheetColumn(field, label))
    return tuple(found)


def labels(columns: Iterable[SheetColumn]) -> frozenset[str]:
    """Heads by which a register's sheet is recognised."""
    return frozenset({RECORD_NUMBER, *(column.label for column in columns)})
