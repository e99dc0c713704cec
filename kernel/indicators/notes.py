"""What each form field is counted for, told below the field."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db.models import F, Q

from kernel.registers.register import Register

from .aggregates import Distinct, Min, Ratio, Sum
from .indicator import Indicator, catalogue, condition

#: Any year: which fields a figure reads does not depend on it.
SOME_YEAR = 2023
PERIODS = {"as_of": "按本栏判断截止日是否有效", "up_to": "按本栏累计到截止日"}
PERIOD, CONDITION = "按本栏归入年度", "本栏是计入的条件"
AGGREGATES = {Sum: "合计本栏", Distinct: "按本栏去重计数", Min: "取本栏最小值"}
SHARED = frozenset({"status", "unit"})
"""Every figure reads them; saying so would help nobody."""


def counting_notes(register: Register, name: str) -> list[str]:
    """One line for each figure that reads the field: `“受理件数”（件，按本栏归入年度）：…`."""
    return _notes().get((register.key, name), [])


@cache
def _notes() -> dict[tuple[str, str], list[str]]:
    """All lines by register and field; the declarations do not change while a process runs."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for indicator in catalogue:
        for place, role in _roles(indicator).items():
            text = f"“{indicator.label}”（{indicator.unit}，{role}）：{indicator.rule}。"
            found[place].append(text)
    return dict(found)


def _roles(indicator: Indicator) -> dict[tuple[str, str], str]:
    """The form fields that the figure reads, each with the part it plays."""
    source = indicator.source()
    roles: dict[tuple[str, str], str] = {}
    for path in _paths(_condition_of(indicator)):
        roles.setdefault(_place(source.model, path), CONDITION)
    for path in _period_paths(source.model):
        place = _place(source.model, path)
        if place in roles:
            roles[place] = PERIODS.get(indicator.period.span, PERIOD)
    aggregate: Any = indicator.aggregate
    if type(aggregate) in AGGREGATES:
        roles[_place(source.model, aggregate.field)] = AGGREGATES[type(aggregate)]
    return {place: role for place, role in roles.items() if place[1] not in SHARED}


def _condition_of(indicator: Indicator) -> Q:
    q = condition(indicator.register, indicator.filter_params(SOME_YEAR))
    if isinstance(indicator.aggregate, Ratio):
        q = q & condition(indicator.register, indicator.part_params(SOME_YEAR) or {})
    return q


def _period_paths(model: Any) -> list[str]:
    validity = model.validity
    bounds = [validity.start, validity.end] if validity else []
    return [path for path in (model.period_field, *bounds) if path]


def _paths(q: Any) -> Iterator[str]:
    """All lookup paths of a condition, those of compared fields included."""
    for child in _children(q):
        if isinstance(child, tuple):
            lookup, value = child
            yield str(lookup)
            yield from _named(value)
        elif hasattr(child, "children"):
            yield from _paths(child)


def _children(q: Any) -> Iterable[Any]:
    return getattr(q, "children", ())


def _named(expression: Any) -> Iterator[str]:
    if isinstance(expression, F):
        yield str(expression.name)  # type: ignore[attr-defined]
    elif hasattr(expression, "get_source_expressions"):
        for part in expression.get_source_expressions():
            yield from _named(part)


def _place(model: Any, path: str) -> tuple[str, str]:
    """Register and field that a lookup path ends in, as far as it leads along fields."""
    name = ""
    for step in path.split("__"):
        field = next((f for f in model._meta.get_fields() if f.name == step), None)
        if field is None:
            break
        owner, name = model, step
        model = field.related_model if field.is_relation else model
        if not field.is_relation:
            break
    return (owner._meta.label_lower, name) if name else (model._meta.label_lower, path)
