"""The home page begins with what waits for the person."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from kernel.records.services import advance, save_record
from kernel.records.status import Status
from kernel.registers.drafts import save_draft
from kernel.registers.register import registry
from organization.models import StaffAccount, Unit
from petitions.models import Petition
from tests.contract.pages import html
from tests.petitions.factories import PetitionFactory


def enter(unit: Unit, by: StaffAccount, **facts: Any) -> Petition:
    petition = PetitionFactory.build(unit=unit, status=Status.SUBMITTED, **facts)
    return save_record(petition, by=by, submit=True)


def lists(client: Any) -> dict[str, list[str]]:
    """The lines of each list on the home page, by the list's name."""
    response = client.get("/")
    html(response)
    return {
        one["name"]: [str(line["title"]) for line in one["lines"]]
        for one in response.context["worklists"]
    }


def test_a_clerk_sees_drafts_and_what_was_returned(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    client = login(clerk)
    assert lists(client) == {"drafts": [], "returned": [], "due": [], "recent": []}
    save_draft(clerk, registry.get("petitions.petition"), QueryDict("subject=路灯不亮"))
    record = enter(unit, clerk)
    advance(record, "return", by=chief, reason="日期有误")
    shown = lists(client)
    assert shown["drafts"] == ["路灯不亮"]
    assert shown["returned"] == [str(record)]
    assert shown["recent"] == [str(record)]


def test_a_chief_sees_what_waits_and_never_a_clerks_draft(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    save_draft(clerk, registry.get("petitions.petition"), QueryDict("subject=路灯不亮"))
    record = enter(unit, clerk)
    shown = lists(login(chief))
    assert (shown["waiting"], shown["drafts"], shown["returned"]) == ([str(record)], [], [])


def test_deadlines_are_listed_until_they_are_met(
    unit: Unit, clerk: StaffAccount, login: Any
) -> None:
    today = timezone.localdate()
    dates = {"received_on": today - dt.timedelta(30), "accepted_on": today - dt.timedelta(30)}

    def due(days: int, **facts: Any) -> Petition:
        return enter(unit, clerk, **dates, due_on=today + dt.timedelta(days), **facts)

    late, soon = due(-2), due(7)
    due(8)
    due(-2, extended_to=today + dt.timedelta(20), extension_reason="案情复杂")
    due(3, replied_on=today, reply="已答复。", closed_on=today)
    client = login(clerk)
    assert lists(client)["due"] == [str(late), str(soon)]
    page = html(client.get("/"))
    assert "已逾期 2 天" in page and "还有 7 天" in page


def test_foreign_units_wait_for_nobody_here(
    other_unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    today = timezone.localdate()
    enter(other_unit, clerk, received_on=today, accepted_on=today, due_on=today)
    shown = lists(login(chief))
    assert (shown["waiting"], shown["due"], shown["returned"]) == ([], [], [])


def test_home_takes_few_queries_however_much_waits(
    unit: Unit,
    clerk: StaffAccount,
    chief: StaffAccount,
    login: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = login(chief)
    for _ in range(12):
        enter(unit, clerk)
    with django_assert_max_num_queries(16):
        client.get("/")
