"""The conditions of the register mean what their labels say, for both answers."""

import pytest

from kernel.registers.register import registry
from petitions.choices import Rating

from .factories import YEAR, accepted, closed, day

pytestmark = pytest.mark.django_db
START = day(5, 10)


def keys(**params: str) -> set[int]:
    """Petitions of the test's year on the list with these parameters."""
    register = registry.get("petitions.petition")
    span = {"since": f"{YEAR}-01-01", "until": f"{YEAR}-12-31"}
    filterset = register.filterset_class(span | params, register.get_queryset())
    assert filterset.form.is_valid(), filterset.form.errors
    return set(filterset.qs.values_list("pk", flat=True))


def test_on_time_is_up_to_the_end_of_the_deadline_and_not_asked_of_open_petitions() -> None:
    last_day = closed(START, day(5, 11), due_on=day(5, 11)).pk
    late = closed(START, day(5, 12), due_on=day(5, 11)).pk
    still_open = accepted(START).pk
    assert keys(on_time="true") == {last_day}
    assert keys(on_time="false") == {late}
    assert keys(closed="true") == {last_day, late}
    assert keys(closed="false") == {still_open}


def test_an_extension_moves_the_deadline() -> None:
    extension = {
        "due_on": day(5, 11), "extended_to": day(5, 20), "extension_reason": "需现场核查。",
    }  # fmt: skip
    within = closed(START, day(5, 20), **extension).pk
    beyond = closed(START, day(5, 21), **extension).pk
    assert keys(on_time="true") == {within}
    assert keys(on_time="false") == {beyond}


def test_satisfied_holds_basically_satisfied_and_leaves_out_the_unrated() -> None:
    rows = {rating: closed(START, START, rating).pk for rating in ("", *Rating)}
    good = {rows[Rating.SATISFIED], rows[Rating.BASICALLY]}
    assert keys(satisfied="true") == good
    assert keys(satisfied="false") == {rows[Rating.UNSATISFIED]}
    assert keys(rated="true") == good | {rows[Rating.UNSATISFIED]}
    assert keys(rated="false") == {rows[""]}


def test_overdue_is_asked_of_a_day() -> None:
    open_ = accepted(START, due_on=day(5, 20)).pk
    later = closed(START, day(6, 1), due_on=day(5, 20)).pk
    extended = accepted(
        START, due_on=day(5, 20), extended_to=day(6, 10), extension_reason="核查。"
    ).pk
    closed(START, day(5, 20), due_on=day(5, 20))
    assert keys(overdue_on="1950-05-20") == set()
    assert keys(overdue_on="1950-05-21") == {open_, later}
    assert keys(overdue_on="1950-06-01") == {open_}
    assert keys(overdue_on="1950-06-11") == {open_, extended}
    assert keys(overdue_on="1950-05-09") == set()


def test_levels_are_named_by_the_profile() -> None:
    register = registry.get("petitions.petition")
    form = register.filterset_class({}, register.get_queryset()).form
    assert ("prefecture", "南通市级") in list(form.fields["level"].choices)
    petition = accepted(START, level="county")
    assert petition.get_level_display() == "海安市级"
