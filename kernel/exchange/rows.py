"""Reads the cells of a row: values by the fields' own readers, related records by name."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models

from kernel.registers.register import Register
from kernel.values.parsing import Unreadable, field_parser, is_nothing, split_list

from .cells import unescape
from .fields import ID, RECORD_NUMBER, SAMPLE_MARK, VERSION, SheetColumn, sheet_columns
from .keys import Finder, choices_for
from .plan import RowPlan
from .reading import BadCell

REMEMBERED = 5_000
Reader = Callable[[str], Any]


class Masked(str):
    """Personal data as an export shows them, with most of it hidden."""


class RowReader:
    """Reads rows of one sheet; remembers readings and lookups, which repeat from row to row."""

    def __init__(self, register: Register, user: Any, fields: dict[int, str]):
        self.register, self.user = register, user
        columns = {column.name: column for column in sheet_columns(register)}
        self.mapped = {i: columns[name] for i, name in fields.items() if name in columns}
        self.id_index = next((i for i, name in fields.items() if name == ID), None)
        self.version_index = next((i for i, name in fields.items() if name == VERSION), None)
        self.readers = {c.name: remembering(c) for c in self.mapped.values() if not c.is_relation}
        self.finders = {
            c.name: Finder(choices_for(c.field, user), _called(c))
            for c in self.mapped.values()
            if c.is_relation
        }

    def read(self, number: int, raw: list[str]) -> RowPlan | None:
        """Values of one row; `None` for the template's sample."""
        if raw and raw[0].startswith(SAMPLE_MARK):
            return None
        plan = RowPlan(number, raw)
        width = len(raw)
        self._read_identity(plan)
        for index, column in self.mapped.items():
            self._read_cell(plan, column, raw[index] if index < width else "")
        return plan

    def _read_identity(self, plan: RowPlan) -> None:
        for index, attribute in ((self.id_index, "known"), (self.version_index, "version")):
            text = "" if index is None or index >= len(plan.raw) else plan.raw[index].strip()
            if not text:
                continue
            digits = text.lstrip("#").removesuffix(".0")
            if digits.isdecimal() and len(digits) < 19:
                setattr(plan, attribute, int(digits))
            elif attribute == "known":
                plan.fail(RECORD_NUMBER, text, "记录号只能是导出文件里的数字；新增的行请留空。")

    def _read_cell(self, plan: RowPlan, column: SheetColumn, raw: str) -> None:
        if isinstance(raw, BadCell):
            plan.fail(column.label, "", str(raw))
            return
        text = unescape(raw) if raw[:1] == "'" else raw
        if column.is_relation:
            text = text.strip()
            plan.names[column.name] = "" if is_nothing(text) else text
            return
        if column.name in self.register.personal and "*" in text:
            plan.values[column.name] = Masked(text.strip())
            return
        value = self.readers[column.name](text)
        if isinstance(value, Unreadable):
            plan.fail(column.label, text, str(value))
        else:
            plan.values[column.name] = value

    def find_related(self, plans: Sequence[RowPlan]) -> None:
        """Turn the names of related records into keys: a few queries per column, not per row."""
        for column in self.mapped.values():
            if not column.is_relation:
                continue
            finder = self.finders[column.name]
            split = split_list if column.is_many else (lambda text: [text] if text else [])
            finder.learn(
                {name for plan in plans for name in split(plan.names.get(column.name, ""))}
            )
            for plan in plans:
                text = plan.names.get(column.name)
                if text is not None:
                    self._relate(plan, column, split(text), finder)

    def _relate(self, plan: RowPlan, column: SheetColumn, names: list[str], finder: Finder) -> None:
        found = [finder[name] for name in names]
        faults = [key for key in found if isinstance(key, str)]
        if faults:
            plan.fail(column.label, plan.names[column.name], "".join(dict.fromkeys(faults)))
        elif column.is_many:
            plan.values[column.name] = sorted(set(found))
        else:
            plan.values[column.name] = found[0] if found else None

    def stored_many(self, records: Sequence[models.Model]) -> dict[str, dict[int, list[int]]]:
        """Stored keys of the records' relations to several others, by field and record."""
        stored: dict[str, dict[int, list[int]]] = {}
        for column in self.mapped.values():
            if column.is_many:
                stored[column.name] = many_keys(column.field, [r.pk for r in records])
        return stored


def many_keys(field: Any, keys: Iterable[int]) -> dict[int, list[int]]:
    """Keys on the other side of a many-to-many field, by record, in one query."""
    through = field.remote_field.through
    own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
    found: dict[int, list[int]] = defaultdict(list)
    rows = through._base_manager.filter(**{f"{own}__in": list(keys)})
    for record, target in rows.values_list(f"{own}_id", f"{other}_id").order_by(f"{other}_id"):
        found[record].append(target)
    return found


def _called(column: SheetColumn) -> str:
    """What a related record is called in messages."""
    return str(column.field.related_model._meta.verbose_name)


def remembering(column: SheetColumn) -> Reader:
    """The field's reader; gives the `Unreadable` instead of raising it, and remembers both."""
    parse = field_parser(column.field, from_sheet=True)
    is_free = isinstance(column.field, models.TextField)
    known: dict[str, Any] = {}

    def read(text: str) -> Any:
        if text in known:
            return known[text]
        try:
            value = parse(text)
        except Unreadable as fault:
            value = fault
        if not is_free and len(known) < REMEMBERED:
            known[text] = value
        return value

    return read
