"""A list in parts, along its rows, and in the shape a person gave it."""

import re
from typing import Any

import pytest
from django.test import Client

from governance.models import Meeting
from kernel.registers import tables
from kernel.registers.kept import kept_for
from kernel.registers.models import Draft, ListPreference, SavedFilter
from kernel.registers.register import registry
from kernel.registers.views.saved import clean_query, moved
from organization.models import StaffAccount, Unit
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")
POSTINGS = registry.get("disclosures.posting")
LIST = MEETINGS.url("list")


@pytest.fixture
def client(clerk: StaffAccount, login: Any) -> Client:
    return login(clerk)


@pytest.fixture
def rows(unit: Unit) -> list[Meeting]:
    return [samples.meeting(unit, participants=n) for n in range(1, 6)]


def text(response: Any) -> str:
    return response.content.decode()


def test_a_filter_asks_for_its_results_alone(client: Client, rows: list[Meeting]) -> None:
    part = client.get(LIST, {"q": rows[0].title}, headers={"HX-Target": "results"})
    assert "<html" not in text(part)
    assert rows[0].title in text(part)
    assert "HX-Target" in part["Vary"]
    assert "<html" in text(client.get(LIST, {"q": rows[0].title}))


def test_from_row_to_row_along_the_list(client: Client, rows: list[Meeting]) -> None:
    links = re.findall(r'<a href="([^"]+at=\d+)"', text(client.get(LIST, {"sort": "participants"})))
    assert len(links) == 5
    second = text(client.get(links[1].replace("&amp;", "&")))
    previous = MEETINGS.url("detail", rows[0].pk)
    following = MEETINGS.url("detail", rows[2].pk)
    assert re.search(rf'rel="prev" href="{previous}\?list=sort%3Dparticipants&amp;at=0"', second)
    assert re.search(rf'rel="next" href="{following}\?list=sort%3Dparticipants&amp;at=2"', second)
    assert f'href="{LIST}?sort=participants"' in second
    assert 'rel="next"' not in text(client.get(links[4].replace("&amp;", "&")))


@pytest.mark.parametrize("query", ["?list=&at=x", "?list=", "?at=1", "?list=&at=999999", "?list=a"])
def test_without_a_sensible_place_a_record_stands_alone(
    client: Client, rows: list[Meeting], query: str
) -> None:
    page = client.get(MEETINGS.url("detail", rows[0].pk) + query)
    assert page.status_code == 200
    assert 'rel="next"' not in text(page)


def test_columns_come_in_the_chosen_order(client: Client, rows: list[Meeting]) -> None:
    client.post(MEETINGS.url("columns"), {"column": ["chair", "title"], "move": "down:chair"})
    page = text(client.get(LIST))
    heads = re.findall(r'id="sort-([a-z-]+)"', page)
    assert heads == ["title", "chair"]
    assert moved(["a", "b"], "up:a") == ["a", "b"]
    assert moved(["a", "b"], "up:b") == ["b", "a"]
    assert moved(["a", "b"], "up:x") == ["a", "b"]


@pytest.mark.parametrize(("size", "kept"), [("20", 20), ("100", 100), ("7", 0), ("9999", 0)])
def test_the_page_size_is_one_of_three(
    client: Client, clerk: StaffAccount, size: str, kept: int
) -> None:
    client.post(MEETINGS.url("columns"), {"page_size": size, "next": f"{LIST}?q=a"})
    assert ListPreference.objects.get(user=clerk).page_size == kept


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "/search/", "x"])
def test_after_a_setting_nobody_is_sent_elsewhere(client: Client, address: str) -> None:
    response = client.post(MEETINGS.url("columns"), {"page_size": "20", "next": address})
    assert response["Location"] == LIST


def test_a_shared_filter_is_for_the_own_section_only(
    clerk: StaffAccount, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    SavedFilter.objects.create(
        owner=clerk, unit=unit, register_key=MEETINGS.key, name="办公会", shared=True
    )
    assert "办公会" in text(login(make_account(unit, "clerk")).get(LIST))
    assert "办公会" not in text(login(make_account(other_unit, "clerk")).get(LIST))


def test_a_kept_query_holds_filters_only() -> None:
    assert clean_query("?status=approved&page=3&q=&sort=-title&figure=x") == (
        "status=approved&sort=-title"
    )


def test_chips_name_the_record_instead_of_its_key(reviewer: StaffAccount, login: Any) -> None:
    posting = POSTINGS.model.objects.select_related("disclosure").first()
    page = text(login(reviewer).get(POSTINGS.url("list", disclosure=posting.disclosure_id)))
    assert f"<b>{posting.disclosure}</b>" in page


def test_a_frequent_word_gives_the_same_page(
    client: Client, rows: list[Meeting], monkeypatch: Any
) -> None:
    usual = text(client.get(LIST, {"q": "工作例会"}))
    monkeypatch.setattr(tables, "COUNT_CAP", 2)
    capped = text(client.get(LIST, {"q": "工作例会"}))
    for row in rows:
        assert row.title in usual
    assert "2+ 条" in capped
    assert rows[-1].title in capped


def test_the_list_tells_of_own_drafts_of_this_register_alone(
    client: Client, clerk: StaffAccount, chief: StaffAccount
) -> None:
    assert "份草稿" not in text(client.get(LIST))
    Draft.objects.create(user=chief, register_key=MEETINGS.key)
    Draft.objects.create(user=clerk, register_key=POSTINGS.key)
    assert "份草稿" not in text(client.get(LIST))
    for _ in range(2):
        Draft.objects.create(user=clerk, register_key=MEETINGS.key)
    page = text(client.get(LIST))
    assert "您在本台账有 2 份草稿" in page
    assert f'href="/drafts/?register={MEETINGS.key}"' in page


def test_what_a_person_kept_for_a_list_is_one_query(
    clerk: StaffAccount, chief: StaffAccount, django_assert_num_queries: Any
) -> None:
    facts = {"unit_id": clerk.unit_id, "register_key": MEETINGS.key, "query": "q=1"}
    SavedFilter.objects.create(owner=clerk, name="乙", is_default=True, **facts)
    SavedFilter.objects.create(owner=chief, name="甲", shared=True, **facts)
    SavedFilter.objects.create(owner=chief, name="丙", **facts)
    ListPreference.objects.create(
        user=clerk, register_key=MEETINGS.key, columns=["title"], page_size=20
    )
    with django_assert_num_queries(1):
        kept = kept_for(clerk, MEETINGS)
    assert (kept.columns, kept.page_size, kept.drafts) == (["title"], 20, 0)
    found = [(saved.name, saved.owner_id, saved.is_default) for saved in kept.saved_filters]
    assert found == [("乙", clerk.pk, True), ("甲", chief.pk, False)]
