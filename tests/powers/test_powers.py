"""Rules of the list of powers: codes, dates, promises, and what counts on a day."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.indicators.evaluate import Figure, evaluate, holds
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status
from kernel.registers.register import registry
from organization.models import Unit
from powers.models import CATEGORY_DIGITS, AdjustmentKind, Category, PowerItem, PowerItemAdjustment

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
KEYS = ("power.categories", "power.items", "power.items.with_section")


@pytest.fixture
def figures(db: None) -> Callable[..., dict[str, Figure]]:
    """The figures of the list of powers, by default of a year with only the test's rows."""
    return lambda year=YEAR: evaluate(year, [catalogue.get(key) for key in KEYS])


# --- What one row can break -------------------------------------------------------------------

REFUSED: list[tuple[str, Any, dict[str, Any]]] = [
    ("powers_item_code_fits_category", make.PowerItemFactory, {"base_code": "320205001000"}),
    ("powers_item_code_fits_category", make.PowerItemFactory, {"base_code": "32010500100"}),
    ("powers_item_code_fits_category", make.PowerItemFactory, {"base_code": "3201050010AB"}),
    (
        "powers_item_implementation_code_form",
        make.PowerItemFactory,
        {"implementation_code": "12441500196720244T7442199806003"},
    ),
    (
        "powers_item_implementation_code_form",
        make.PowerItemFactory,
        {"implementation_code": "12441500196720244T344219980600"},
    ),
    (
        "powers_item_implementation_code_form",
        make.PowerItemFactory,
        {"implementation_code": "1244150019672024OT3442199806003"},
    ),
    (
        "powers_item_cancelled_after_effective",
        make.PowerItemFactory,
        {"effective_on": day(3, 1), "cancelled_on": day(3, 1)},
    ),
    (
        "powers_item_promise_within_statute",
        make.PowerItemFactory,
        {"statutory_days": 20, "promised_days": 21},
    ),
    (
        "powers_adjustment_review_before_decision",
        make.AdjustmentFactory,
        {"reviewed_on": day(3, 2), "decided_on": day(3, 1)},
    ),
]
ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    (make.PowerItemFactory, {"category": Category.OTHER, "base_code": "321005001000"}),
    (make.PowerItemFactory, {"implementation_code": "12441500196720244T3442199806003"}),
    (make.PowerItemFactory, {"effective_on": day(3, 1), "cancelled_on": day(3, 2)}),
    (make.PowerItemFactory, {"statutory_days": 20, "promised_days": 20}),
    (make.PowerItemFactory, {"statutory_days": None, "promised_days": 20}),
    (make.PowerItemFactory, {"statutory_days": 20, "promised_days": None}),
    (make.AdjustmentFactory, {"reviewed_on": day(3, 1), "decided_on": day(3, 1)}),
]


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_database_and_the_form_refuse(name: str, factory: Any, fields: dict[str, Any]) -> None:
    valid = factory.create()
    row = type(valid)(**{f.attname: getattr(valid, f.attname) for f in valid._meta.fields})
    for field, value in fields.items():
        setattr(row, field, value)
    constraint = next(c for c in row._meta.constraints if c.name == name)
    with pytest.raises(ValidationError) as refusal:
        constraint.validate(type(row), row)
    assert refusal.value.messages == [constraint.violation_error_message]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.mark.parametrize(("factory", "fields"), ALLOWED)
def test_the_boundary_is_allowed(factory: Any, fields: dict[str, Any]) -> None:
    factory.create(**fields).full_clean()


@pytest.mark.parametrize("category", Category.values)
def test_each_of_the_ten_categories_has_its_code(category: str) -> None:
    make.PowerItemFactory.create(category=category).full_clean()
    others = [digits for other, digits in CATEGORY_DIGITS.items() if other != category]
    for digits in others:
        wrong = make.PowerItemFactory.build(category=category, base_code=f"32{digits}05001000")
        with pytest.raises(ValidationError, match="权力类别"):
            wrong.validate_constraints()


def test_there_are_ten_categories_numbered_in_the_order_of_the_national_codes() -> None:
    assert len(Category) == 10
    assert CATEGORY_DIGITS[Category.LICENCE] == "01"
    assert CATEGORY_DIGITS[Category.PAYMENT] == "05"
    assert CATEGORY_DIGITS[Category.CONFIRMATION] == "07"
    assert CATEGORY_DIGITS[Category.REWARD] == "08"
    assert CATEGORY_DIGITS[Category.OTHER] == "10"


def test_a_code_is_used_once_on_the_list_and_again_after_cancellation() -> None:
    first = make.PowerItemFactory.create(base_code="320199000000")
    with pytest.raises(IntegrityError, match="powers_item_base_code_unique"), transaction.atomic():
        make.PowerItemFactory.create(base_code="320199000000")
    first.cancelled_on = day(5)
    first.save()
    make.PowerItemFactory.create(base_code="320199000000")


def test_the_same_adjustment_is_entered_once() -> None:
    adjustment = make.AdjustmentFactory.create()
    with pytest.raises(IntegrityError, match="powers_adjustment_unique"), transaction.atomic():
        make.AdjustmentFactory.create(item=adjustment.item)
    make.AdjustmentFactory.create(item=adjustment.item, kind=AdjustmentKind.CANCEL)
    make.AdjustmentFactory.create(item=adjustment.item, effective_on=day(6, 16))


# --- What counts ------------------------------------------------------------------------------


def test_items_in_force_on_the_last_day_count(figures: Any) -> None:
    last, following = day(12, 31), day(1, 1, YEAR + 1)
    make.PowerItemFactory.create()
    make.PowerItemFactory.create(effective_on=last)
    make.PowerItemFactory.create(cancelled_on=following)
    make.PowerItemFactory.create(paused=True)
    make.PowerItemFactory.create(effective_on=following)
    make.PowerItemFactory.create(cancelled_on=last)
    make.PowerItemFactory.create(cancelled_on=day(6))
    for status in NOT_COUNTED:
        make.PowerItemFactory.create(status=status)
    assert figures()["power.items"].value == 4
    assert figures(YEAR - 2)["power.items"].value == 0
    assert figures(YEAR + 1)["power.items"].value == 4  # one came, one went


def test_categories_are_those_of_the_items_that_count(figures: Any) -> None:
    make.PowerItemFactory.create_batch(2)
    make.PowerItemFactory.create(category=Category.REWARD)
    make.PowerItemFactory.create(category=Category.COERCION, cancelled_on=day(7, 1))
    make.PowerItemFactory.create(category=Category.INSPECTION, effective_on=day(1, 1, YEAR + 1))
    for status in NOT_COUNTED:
        make.PowerItemFactory.create(category=Category.LEVY, status=status)
    figure = figures()["power.categories"]
    assert figure.value == 2
    assert figure.names == ("行政许可", "行政奖励")


def test_every_item_with_a_section_is_proven_by_the_figures(figures: Any) -> None:
    make.PowerItemFactory.create()
    found = figures()
    assert holds(found["power.items.with_section"], found) is True
    without = make.PowerItemFactory.create(section=None)
    found = figures()
    assert found["power.items.with_section"].value == 1
    assert holds(found["power.items.with_section"], found) is False
    without.section = Unit.objects.get(code="pxk")
    without.save()
    found = figures()
    assert holds(found["power.items.with_section"], found) is True


def test_items_without_a_section_can_be_listed() -> None:
    item = make.PowerItemFactory.create(section=None)
    filterset = registry.for_model(PowerItem).filterset_class(
        {"with_section": "false"}, PowerItem.objects.all()
    )
    assert item in filterset.qs
    assert not filterset.qs.filter(section__isnull=False).exists()


# --- The demo set -----------------------------------------------------------------------------


def test_demo_2023_figures(figures: Any) -> None:
    found = figures(2023)
    assert {key: found[key].value for key in KEYS} == dict(zip(KEYS, (6, 62, 62), strict=True))
    assert "、".join(found["power.categories"].names) == (
        "行政许可、行政处罚、行政给付、行政奖励、行政确认、其他权力"
    )
    assert holds(found["power.items.with_section"], found) is True


def test_demo_tells_right_queries_from_wrong_ones(figures: Any) -> None:
    items = PowerItem.objects.all()
    in_force = PowerItem.validity.q(dt.date(2023, 12, 31))
    assert items.filter(in_force).count() > 62  # unapproved counted
    assert items.counted().count() > 62  # validity forgotten
    assert items.counted().filter(effective_on__year__lte=2023).count() > 62
    assert items.counted().values("category").distinct().count() > 6
    assert {figures(year)["power.items"].value for year in (2022, 2024)}.isdisjoint({62})


def test_demo_items_pass_every_rule_and_each_change_has_its_adjustment() -> None:
    listed = dt.date(2021, 7, 1)
    dates = set()
    for item in PowerItem.objects.select_related("unit", "section"):
        item.full_clean()
        dates |= {(item.pk, "add", item.effective_on)} if item.effective_on != listed else set()
        dates |= {(item.pk, "cancel", item.cancelled_on)} if item.cancelled_on else set()
    adjustments = PowerItemAdjustment.objects.exclude(kind=AdjustmentKind.CHANGE)
    assert dates == set(adjustments.values_list("item", "kind", "effective_on"))
