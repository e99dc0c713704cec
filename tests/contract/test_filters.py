"""Every list takes every filter, every sort and every nonsense without a fault."""

from typing import Any

import pytest

from kernel.registers import tables
from kernel.registers.register import Register
from tests.contract.pages import ENTERED, REGISTERS, html, names

every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))

HOSTILE = {
    "text": "无此类值",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "sql": "' OR 1=1; DROP TABLE petitions_petition; --",
    "full-width": "１２３",
    "superscript": "²",
    "negative": "-1",
    "huge number": "9" * 40,
    "endless number": "9" * 5000,
    "float": "1e400",
    "nul": "a\x00b",
    "likes": "%_\\",
    "date": "2023-02-30",
    "far date": "9999-12-31",
    "first date": "0001-01-01",
}
ON_PAGES = ("markup", "superscript", "nul")
MEGABYTE = "长" * 350_000
"""Only posted: web servers refuse addresses of more than some kilobytes."""


@every_register
def test_filters_survive_anything(register: Register, reviewer: Any, login: Any) -> None:
    client, rows = login(reviewer), register.visible_to(reviewer)
    fields = [*register.filterset_class.base_filters, "sort", "page", "figure"]
    for value in HOSTILE.values():
        filterset = register.filterset_class(dict.fromkeys(fields, value), rows)
        list(tables.paginate(tables.order(filterset.qs, register, value), value))
    for name in ON_PAGES:
        response = client.get(register.url("list"), dict.fromkeys(fields, HOSTILE[name]))
        text = html(response)
        assert "<script>alert" not in text, name
        assert "<img src=x" not in text, name


@every_register
def test_bytes_that_are_no_text_are_survived(register: Register, reviewer: Any, login: Any) -> None:
    html(login(reviewer).get(register.url("list") + "?q=%ED%A0%80%FF&status=%C3&page=%00"))


@pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))
def test_addresses_of_new_forms_survive_anything(
    register: Register, reviewer: Any, login: Any
) -> None:
    client = login(reviewer)
    entered = [name for _, fields in register.fieldsets for name in fields]
    for name in ON_PAGES:
        text = html(client.get(register.url("create"), dict.fromkeys(entered, HOSTILE[name])))
        assert "<script>alert" not in text
        response = client.post(register.url("create"), dict.fromkeys(entered, HOSTILE[name]))
        assert "<script>alert" not in html(response, 422)
    html(client.post(register.url("create"), dict.fromkeys(entered[:2], MEGABYTE)), 422)


@every_register
def test_each_filter_takes_each_of_its_options(register: Register, reviewer: Any) -> None:
    rows = register.visible_to(reviewer)
    for name, values in options(register).items():
        for value in values:
            filterset = register.filterset_class({name: value}, rows)
            list(filterset.qs.values_list("pk", flat=True)[:1])
            assert not filterset.form.errors, (name, value, filterset.form.errors)


@every_register
def test_all_filters_together(register: Register, reviewer: Any, login: Any) -> None:
    params = {name: values[-1] for name, values in options(register).items()}
    text = html(login(reviewer).get(register.url("list"), params))
    assert "已筛选" in text


def options(register: Register) -> dict[str, list[str]]:
    """Parameters with the values that their form offers."""
    form = register.filterset_class({}, register.get_queryset()).form
    return {name: list(offered(field)) for name, field in form.fields.items()}


def offered(field: Any) -> list[str]:
    kind = type(field).__name__
    if hasattr(field, "queryset"):
        return [str(pk) for pk in field.queryset.values_list("pk", flat=True)[:2]] or ["1"]
    if "Boolean" in kind:
        return ["true", "false"]
    if hasattr(field, "choices"):
        return [str(value) for value, _ in field.choices if value != ""]
    return ["2023-06-30"] if "Date" in kind else ["2023"] if "Char" not in kind else ["校"]


@every_register
def test_every_column_sorts_both_ways(register: Register, reviewer: Any) -> None:
    rows = register.visible_to(reviewer)
    for column in register.bound_columns:
        if column.sort:
            for sort in (column.name, f"-{column.name}"):
                list(tables.order(rows, register, sort)[:1])
