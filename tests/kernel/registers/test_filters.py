"""Filters are conditions: the same rows by list, by figure, by link."""

import datetime as dt
from typing import Any

import django_filters
import pytest
from django.db import models
from django.db.models import Q

from kernel.records.models import Validity
from kernel.registers.filters import (
    BooleanRule,
    ChoiceRule,
    DateRule,
    RegisterFilterSet,
    TextRule,
    WholeNumberFilter,
    build_filterset,
    chips,
    condition,
)
from kernel.registers.register import registry
from organization.models import Unit
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")
TERMS = registry.get("schools.schoolterm")
POSTINGS = registry.get("disclosures.posting")


def ids(register: Any, **params: str) -> set[int]:
    return set(filterset(register, **params).qs.values_list("pk", flat=True))


def filterset(register: Any, **params: str) -> Any:
    return register.filterset_class(params, register.get_queryset())


def test_a_lookup_becomes_a_condition() -> None:
    plain = django_filters.CharFilter("title", "contains")
    assert condition(plain, "年") == Q(title__contains="年")
    opposite = django_filters.CharFilter("title", "exact", exclude=True)
    assert condition(opposite, "年") == ~Q(title__exact="年")


@pytest.mark.parametrize("kind", [BooleanRule, ChoiceRule, DateRule, TextRule])
def test_a_rule_gives_its_own_condition(kind: Any) -> None:
    assert condition(kind(rule=lambda value: Q(title=value)), "x") == Q(title="x")


def test_exclusion_and_rules_reach_the_rows(unit: Unit) -> None:
    class Base(RegisterFilterSet):
        not_office = django_filters.CharFilter("kind", "exact", exclude=True)
        large = BooleanRule(rule=lambda wanted: Q(participants__gt=50) if wanted else Q())

    model = MEETINGS.model
    made = build_filterset(model, fields=(), search=(), base=Base)
    office = samples.meeting(unit, participants=99)
    small = samples.meeting(unit, kind="other", participants=3)
    large = samples.meeting(unit, kind="other", participants=51)

    def found(**params: str) -> set[int]:
        rows = made(params, model.objects.filter(unit=unit)).qs
        return set(rows.values_list("pk", flat=True))

    assert found(not_office="office") == {small.pk, large.pk}
    assert found(large="true") == {office.pk, large.pk}
    assert found(not_office="office", large="true") == {large.pk}
    assert found(large="false") == {office.pk, small.pk, large.pk}


def test_the_period_has_both_its_ends(unit: Unit) -> None:
    days = [dt.date(2019, 1, 1), dt.date(2019, 6, 1), dt.date(2019, 12, 31), dt.date(2020, 1, 1)]
    made = [samples.meeting(unit, held_on=day).pk for day in days]
    in_unit = {"unit": str(unit.pk)}
    assert ids(MEETINGS, since="2019-01-01", until="2019-12-31", **in_unit) == set(made[:3])
    assert ids(MEETINGS, until="2019-06-01", **in_unit) == set(made[:2])


@pytest.mark.parametrize(
    ("inclusive", "day", "valid"),
    [
        (False, dt.date(1980, 1, 1), True),
        (False, dt.date(1979, 12, 31), False),
        (False, dt.date(1980, 6, 29), True),
        (False, dt.date(1980, 6, 30), False),
        (True, dt.date(1980, 6, 30), True),
        (True, dt.date(1980, 7, 1), False),
    ],
)
def test_validity_ends_on_or_before_its_last_day(
    inclusive: bool, day: dt.date, valid: bool, unit: Unit
) -> None:
    row = samples.term(unit, starts_on=dt.date(1980, 1, 1), ends_on=dt.date(1980, 6, 30))
    rule = Validity("starts_on", "ends_on", end_inclusive=inclusive)
    assert type(row).objects.filter(rule.q(day), pk=row.pk).exists() == valid


def test_without_an_end_it_stays_in_force(unit: Unit) -> None:
    schools = registry.get("schools.school").model.objects
    assert not schools.filter(
        schools.model.validity.q(dt.date(2200, 1, 1)), closed_on__isnull=False
    ).exists()
    assert schools.filter(schools.model.validity.q(dt.date(2200, 1, 1))).exists()


def test_search_takes_signs_of_like_literally(unit: Unit) -> None:
    percent = samples.meeting(unit, title="完成率100%的会议")
    samples.meeting(unit, title="完成率100分的会议")
    assert ids(MEETINGS, q="100%", unit=str(unit.pk)) == {percent.pk}
    assert ids(MEETINGS, q="_", unit=str(unit.pk)) == set()
    assert ids(MEETINGS, q="  100% ", unit=str(unit.pk)) == {percent.pk}


def test_rows_are_filtered_by_the_state_and_unit_of_their_record(
    unit: Unit, other_unit: Unit
) -> None:
    mine, theirs = samples.disclosure(unit, status="approved"), samples.disclosure(other_unit)
    rows = [samples.posting(owner) for owner in (mine, theirs)]
    for row in rows:
        row.save()
    assert ids(POSTINGS, unit=str(unit.pk)) == {rows[0].pk}
    assert ids(POSTINGS, unit=str(other_unit.pk), status="submitted") == {rows[1].pk}
    assert ids(POSTINGS, disclosure=str(theirs.pk)) == {rows[1].pk}


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "no such kind"},
        {"status": "approved'--"},
        {"since": "yesterday"},
        {"since": "2023-02-30"},
        {"unit": "²"},
        {"unit": "99999999999999999999"},
        {"q": "x" * 101},
        {"q": "\x00"},
    ],
)
def test_an_unusable_value_is_named_and_left_out(params: dict[str, str], unit: Unit) -> None:
    record = samples.meeting(unit)
    filters = filterset(MEETINGS, **params)
    assert filters.qs.filter(pk=record.pk).exists()
    assert set(filters.form.errors) == set(params)
    assert chips(filters) == []


@pytest.mark.parametrize("value", ["1e30", "1.5", "²", "-1", "9" * 5000, "NaN"])
def test_a_key_that_cannot_be_one_is_refused(value: str, db: None) -> None:
    filters = filterset(POSTINGS, disclosure=value)
    assert filters.qs.exists()
    assert set(filters.form.errors) == {"disclosure"}


def test_full_width_digits_are_digits(unit: Unit) -> None:
    owner = samples.disclosure(unit)
    row = samples.posting(owner)
    row.save()
    wide = str(owner.pk).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert ids(POSTINGS, disclosure=wide) == {row.pk}


def test_a_year_filter_takes_whole_years() -> None:
    by_year = registry.get("schools.project").filterset_class.base_filters["year"]
    assert isinstance(by_year, WholeNumberFilter)


def test_chips_say_the_filter_in_words(unit: Unit) -> None:
    params = {"kind": "office", "since": "2023-01-01", "unit": str(unit.pk), "q": "例会"}
    shown = {name: (label, value) for name, label, value in chips(filterset(MEETINGS, **params))}
    assert shown["kind"] == ("会议类别", "局行政办公例会")
    assert shown["since"] == ("召开日期起", "2023-01-01")
    assert shown["unit"] == ("所属单位", unit.name)
    assert shown["q"] == ("关键字", "例会")
    yes = filterset(MEETINGS, rule_of_law_item="true")
    assert [value for _, _, value in chips(yes)] == ["是"]


def test_every_filter_alone_is_one_condition_without_multiplying_rows() -> None:
    """A filter that joins many rows would count a record twice in a figure."""
    for register in registry:
        for name, filter_ in register.filterset_class.base_filters.items():
            path = (filter_.field_name or "").split("__")[0]
            if hasattr(filter_, "rule") or not path:
                continue
            field = register.model._meta.get_field(path)
            assert not isinstance(field, models.ManyToManyField), (register.key, name)
            assert not field.one_to_many, (register.key, name)


def test_no_drop_down_offers_records_that_the_person_may_not_see() -> None:
    """Choices come unfiltered from the table, so records must be linked by number instead."""
    from kernel.records.models import RecordBase  # noqa: PLC0415

    for register in registry:
        for name, filter_ in register.filterset_class.base_filters.items():
            queryset = filter_.extra.get("queryset")
            if queryset is not None and not callable(queryset):
                assert not issubclass(queryset.model, RecordBase), (register.key, name)


def test_a_frequent_word_is_read_along_with_all_other_conditions(unit: Unit) -> None:
    found = filterset(TERMS, q="学期", unit=str(unit.pk), status="approved")
    made = samples.term(unit, status="approved")
    assert [row.pk for row in found.frequent()] == [made.pk] == [row.pk for row in found.qs]
    assert "search_grams" in str(found.qs.query)
    assert "search_grams" not in str(found.frequent().query)
