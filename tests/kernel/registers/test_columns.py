"""How one value is named, aligned, sorted and written."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kernel.registers.columns import Column, format_value, resolve_field
from kernel.registers.register import Register, Registry, registry
from organization.models import Unit
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")
POSTINGS = registry.get("disclosures.posting")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (0, "0"),
        (False, "否"),
        (True, "是"),
        (Decimal("1234567.50"), "1,234,567.50"),
        (dt.date(2023, 11, 5), "2023-11-05"),
        (dt.datetime(2023, 12, 31, 16, 30, tzinfo=dt.UTC), "2024-01-01 00:30"),
        (["公安局", "司法局"], "公安局、司法局"),
        (("一",), "一"),
        ("<b>", "<b>"),
    ],
)
def test_values_in_words(value: Any, text: str) -> None:
    assert format_value(value) == text


def test_a_column_reads_choices_relations_and_nothing(unit: Unit) -> None:
    record = samples.disclosure(unit)
    row = samples.posting(record)
    assert Column("channel").bind(type(row)).text(row) == "报刊"
    assert Column("disclosure.title").bind(type(row)).text(row) == record.title
    assert Column("disclosure.created_by.display_name").bind(type(row)).text(row) == "—"
    assert Column("no_such_thing").bind(type(row)).text(row) == "—"


def test_labels_come_from_the_field_unless_given() -> None:
    model = POSTINGS.model
    assert Column("posted_on").bind(model).label == "公开日期"
    assert Column("disclosure.title").bind(model).label == "信息名称"
    assert Column("posted_on", "何时").bind(model).label == "何时"
    assert Column("unknown").bind(model).label == "unknown"


def test_numbers_stand_right_keys_and_choices_left() -> None:
    model = MEETINGS.model
    assert Column("participants").bind(model).align == "end"
    assert Column("kind").bind(model).align == "start"
    assert Column("unit").bind(model).align == "start"


def test_joins_follow_only_single_relations() -> None:
    assert Column("disclosure.unit.name").bind(POSTINGS.model).relations == [
        "disclosure",
        "disclosure__unit",
    ]
    assert Column("title").bind(MEETINGS.model).relations == []
    assert resolve_field(POSTINGS.model, "disclosure.nothing") is None


def test_only_database_fields_sort() -> None:
    model = POSTINGS.model
    assert Column("disclosure.title").bind(model).sort == "disclosure__title"
    assert Column("no_such_thing").bind(model).sort == ""
    assert Column("no_such_thing", sort="pk").bind(model).sort == "pk"


def test_a_register_is_declared_once() -> None:
    class Twice(Register):
        model = MEETINGS.model

    own = Registry()
    own.add(Twice)
    with pytest.raises(ValueError, match="declared twice"):
        own.add(Twice)
    assert own.get("governance.meeting").title == "会议"
    with pytest.raises(KeyError):
        own.get("governance.nothing")


def test_addresses_follow_app_model_role() -> None:
    assert MEETINGS.url("list") == "/governance/meeting/"
    assert MEETINGS.url("edit", 7) == "/governance/meeting/7/edit/"
    assert (
        MEETINGS.url("list", q="年度&会") == "/governance/meeting/?q=%E5%B9%B4%E5%BA%A6%26%E4%BC%9A"
    )
