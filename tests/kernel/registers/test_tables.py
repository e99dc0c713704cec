"""Sorting, paging, counting and hiding in lists."""

from typing import Any

import pytest
from django.test import RequestFactory

from kernel.registers import tables
from kernel.registers.register import registry
from organization.models import Role, Unit
from tests.kernel import samples
from tests.petitions.factories import PetitionFactory

MEETINGS = registry.get("governance.meeting")
PETITIONS = registry.get("petitions.petition")
SUBJECTS = registry.get("enforcement.inspectionsubject")


def meetings(unit: Unit, number: int) -> Any:
    for _ in range(number):
        samples.meeting(unit)
    return MEETINGS.model.objects.filter(unit=unit).order_by("pk")


@pytest.mark.parametrize(
    ("rows", "label", "pages"),
    [(0, "0 条", 1), (9, "9 条", 1), (10, "10 条", 1), (11, "10+ 条", 1)],
)
def test_the_count_stops_at_its_cap(
    rows: int, label: str, pages: int, unit: Unit, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tables, "COUNT_CAP", 10)
    paginator = tables.CappedPaginator(meetings(unit, rows), 10)
    assert paginator.count_label == label
    assert paginator.count == min(rows, 10)
    assert paginator.num_pages == pages


def test_ten_thousand_rows_are_counted_ten_thousand_and_one_is_more(unit: Unit) -> None:
    from django.contrib.sessions.models import Session  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session SELECT 'capped' || n, '', now() "
            "FROM generate_series(1, 10001) n"
        )
    rows = Session.objects.filter(session_key__startswith="capped").order_by("pk")
    assert tables.CappedPaginator(rows, 50).count_label == "10000+ 条"
    assert tables.CappedPaginator(rows, 50).num_pages == 200
    rows.filter(pk="capped7").delete()
    assert tables.CappedPaginator(rows.all(), 50).count_label == "10000 条"


def test_counting_never_reads_more_than_the_cap(
    unit: Unit, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(tables, "COUNT_CAP", 10)
    paginator = tables.CappedPaginator(meetings(unit, 3), 10)
    with django_assert_num_queries(1) as queries:
        assert (paginator.count, paginator.count_label) == (3, "3 条")
    assert "LIMIT 11" in queries.captured_queries[0]["sql"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [(None, 1), ("", 1), ("2", 2), ("99", 3), ("9" * 5000, 1), ("-1", 1), ("0", 3), ("²", 1)],
)
def test_a_page_that_does_not_exist_gives_one_that_does(
    asked: str | None, number: int, unit: Unit, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tables, "PAGE_SIZE", 2)
    assert tables.paginate(meetings(unit, 5), asked).number == number


def test_order_by_a_column_both_ways_else_as_declared(unit: Unit) -> None:
    small, large = (samples.meeting(unit, participants=n) for n in (1, 900))
    rows = MEETINGS.model.objects.filter(unit=unit)
    assert list(tables.order(rows, MEETINGS, "participants")) == [small, large]
    assert list(tables.order(rows, MEETINGS, "-participants")) == [large, small]
    for unknown in ("", "agenda__x", "unit__staff__password", "--participants", "pk;"):
        ordered = tables.order(rows, MEETINGS, unknown)
        assert ordered.query.order_by == (*MEETINGS.ordering, "-pk")


def test_equal_rows_keep_their_place_from_page_to_page(unit: Unit) -> None:
    ordered = tables.order(meetings(unit, 4), MEETINGS, "participants")
    pks = [row.pk for row in ordered]
    assert pks == sorted(pks, reverse=True)


def test_a_second_click_turns_the_order_round() -> None:
    column = MEETINGS.bound_columns[0].name
    for sort, state, following in (
        ("", "", column),
        (column, "asc", f"-{column}"),
        (f"-{column}", "desc", column),
    ):
        request = RequestFactory().get("/", {"sort": sort, "page": "3", "kind": "office"})
        head = tables.header(request, MEETINGS)[0]
        assert head["sorted"] == state
        assert f"sort={following}" in head["sort_url"]
        assert "kind=office" in head["sort_url"]
        assert "page=" not in head["sort_url"]


def test_query_strings_change_only_what_they_name() -> None:
    request = RequestFactory().get("/", {"a": "1", "b": "2&3"})
    assert tables.query_string(request, a=None) == "?b=2%263"
    assert tables.query_string(request, a="9") == "?b=2%263&a=9"


# --- Personal data ---------------------------------------------------------------------------

FULL = {Role.CLERK, Role.CHIEF, Role.LEGAL_REVIEWER}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("where", ["detail", "history"])
def test_texts_are_shown_in_full_to_those_who_work_with_them(
    where: str, role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    petition = PetitionFactory.create(unit=unit, content="请打10987654321")
    client = login(make_account(unit, role))
    text = client.get(PETITIONS.url(where, petition.pk)).content.decode()
    assert ("10987654321" in text) == (role in FULL)


def test_every_hidden_field_is_a_field_and_its_function_hides() -> None:
    hidden = [(r, *item) for r in registry for item in {**r.masked, **r.personal}.items()]
    assert hidden
    for register, name, hide in hidden:
        assert register.model._meta.get_field(name)
        assert "10987654321" not in hide("10987654321")


def test_nothing_personal_is_searched() -> None:
    """What a leader cannot read must not be guessed letter by letter either."""
    for register in registry:
        hidden = {**register.masked, **register.personal}
        assert not set(register.search) & set(hidden), register.key


def test_personal_data_does_not_sort() -> None:
    rows = SUBJECTS.model.objects.all()
    request = RequestFactory().get("/")
    heads = {head["name"]: head["sort_url"] for head in tables.header(request, SUBJECTS)}
    assert heads["name"]
    assert SUBJECTS.personal
    for name in SUBJECTS.personal:
        assert heads[name] is None
        assert tables.order(rows, SUBJECTS, name).query.order_by == (*SUBJECTS.ordering, "-pk")
