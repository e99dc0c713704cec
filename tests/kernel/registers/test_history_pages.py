"""Who changed what: the page of one record, and the log of everything for auditors."""

import datetime as dt
import re
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from disclosures.models import Disclosure
from enforcement.models import JointOperation
from governance.models import Meeting
from kernel.records.services import advance, save_part, save_record
from kernel.records.status import Status
from kernel.registers import trail
from kernel.registers.places import page_label, place
from kernel.registers.register import registry
from organization.models import Agency, StaffAccount, Unit
from petitions.models import Petition
from schools.models import Drill
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")
LOG = "/history/"


def text(client: Client, url: str, status: int = 200, **params: Any) -> str:
    response = client.get(url, params)
    assert response.status_code == status
    return response.content.decode()


def headings(page: str) -> list[str]:
    """The headings of the changes, without markup."""
    found = re.findall(r'<h2 id="version-\d+">(.*?)</h2>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", heading).split()) for heading in found]


@pytest.fixture
def auditor(make_account: Any, unit: Unit) -> Any:
    return make_account(unit, "auditor")


# --- One record ----------------------------------------------------------------------------------


def test_rows_of_a_record_are_told_among_its_own_changes(unit, clerk, login):
    owner = samples.disclosure(unit, by=clerk, status=Status.SUBMITTED)
    row = save_part(samples.posting(owner), by=clerk)
    row.place = "第三版"
    save_part(row, by=clerk, reason="补登版面")
    pk = row.pk
    row.delete()
    page = text(login(clerk), reverse("disclosures-disclosure-history", args=[owner.pk]))
    told = [heading.split(" · ")[0] for heading in headings(page)]
    label = registry.get("disclosures.posting").title
    rows = [heading for heading in told if label in heading]
    assert rows == [f"删除 {label} {pk} 号", f"修改 {label} {pk} 号", f"新建 {label} {pk} 号"]
    assert "新建" in told
    assert "第三版" in page
    assert "补登版面" in page


@pytest.mark.parametrize("model", [Drill, JointOperation])
def test_links_to_other_records_are_told(model, reviewer, login):
    record = model.objects.first()
    name = model._meta.many_to_many[0].name
    agency = Agency.objects.create(name="测试协同部门")
    getattr(record, name).add(agency)
    getattr(record, name).remove(agency)
    register = registry.for_model(model)
    page = text(login(reviewer), register.url("history", record.pk))
    assert page.count("测试协同部门") == 2
    assert [h.split(" ")[0] for h in headings(page)[:2]] == ["删除", "新建"]


def test_every_many_to_many_field_of_a_register_keeps_its_links():
    for register in registry:
        for relation in register.model._meta.many_to_many:
            assert hasattr(relation.remote_field.through, "pgh_event_model"), relation


def test_a_removed_row_shows_what_it_held(unit, clerk, login):
    owner = samples.disclosure(unit, by=clerk, status=Status.SUBMITTED)
    row = samples.posting(owner, place="头版")
    row.save()
    row.delete()
    page = text(login(clerk), reverse("disclosures-disclosure-history", args=[owner.pk]))
    removed = page.split("<section")[2 if "删除" not in page.split("<section")[1] else 1]
    assert re.search(r"<del>\s*头版\s*</del>", removed)


def test_the_page_and_the_import_that_made_a_change_are_named(unit, clerk, login):
    record = samples.meeting(unit, by=clerk)
    client = login(clerk)
    with pghistory.context(user=clerk.pk, **{"import": 12}):
        Meeting.objects.filter(pk=record.pk).update(place="甲")
    with pghistory.context(user=clerk.pk, url=MEETINGS.url("edit", record.pk), reason="更正"):
        Meeting.objects.filter(pk=record.pk).update(place="乙")
    page = text(client, MEETINGS.url("history", record.pk))
    assert "导入 12" in page
    assert "会议修改页" in page
    assert str(clerk) in page


def test_places_have_words_or_stay_addresses():
    assert page_label("/governance/meeting/new/") == "会议新建页"
    assert page_label("/nowhere/") == "/nowhere/"
    assert page_label("") == place({}) == ""
    assert place({"job": 3, "url": "/"}) == "后台任务 3"


def test_a_long_history_is_read_page_by_page_without_loss(unit, clerk, login, monkeypatch):
    monkeypatch.setattr(trail, "PAGE_SIZE", 10)
    record = samples.meeting(unit, by=clerk)
    for number in range(34):  # in one transaction: all at the very same moment
        Meeting.objects.filter(pk=record.pk).update(place=f"会议室{number}")
    client, url = login(clerk), MEETINGS.url("history", record.pk)
    seen: list[str] = []
    for _ in range(10):
        page = text(client, url)
        seen += re.findall(r"<ins>会议室(\d+)</ins>", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if older is None:
            break
        url = MEETINGS.url("history", record.pk) + older.group(1).replace("&amp;", "&")
    assert seen == [str(number) for number in reversed(range(34))]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "~~",
        "2023-05-06~a~1",
        "2023-05-06T00:00:00+08:00~a~-1",
        "2023-05-06~\0~1",
        "9" * 999,
    ],
)
def test_a_broken_place_shows_the_newest(cursor, unit, clerk, login):
    record = samples.meeting(unit, by=clerk)
    assert headings(text(login(clerk), MEETINGS.url("history", record.pk), before=cursor))


# --- Everything ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("auditor", 200),
        ("legal_reviewer", 200),
        ("administrator", 200),
        ("leader", 403),
        ("chief", 403),
        ("clerk", 403),
    ],
)
def test_the_log_is_for_those_who_audit(role, status, unit, make_account, login):
    client = login(make_account(unit, role))
    page = text(client, LOG, status)
    assert ('href="/history/"' in text(client, "/")) == (status == 200)
    assert ("<h1>变更记录</h1>" in page) == (status == 200)


def test_strangers_are_sent_to_the_login(client, db):
    assert client.get(LOG)["Location"].startswith("/login/?next=/history/")


def changed(unit: Unit, clerk: Any) -> Meeting:
    record = samples.meeting(unit, by=clerk)
    with pghistory.context(user=clerk.pk):
        Meeting.objects.filter(pk=record.pk).update(place="二楼会议室")
    return record


def test_the_newest_changes_of_all_registers_come_first(unit, clerk, auditor, login):
    changed(unit, clerk)
    samples.disclosure(unit, by=clerk)
    found = headings(text(login(auditor), LOG))
    kinds = [(h.split(" ")[0], h.split(" ")[1]) for h in found[:3]]
    assert sorted(kinds) == sorted(
        [
            ("新建", registry.get("disclosures.disclosure").title),
            ("修改", MEETINGS.title),
            ("新建", MEETINGS.title),
        ]
    )
    assert len(found) == trail.PAGE_SIZE


def count(client: Client, **params: Any) -> int:
    return len(headings(text(client, LOG, **params)))


def test_each_filter_narrows_the_log(unit, other_unit, clerk, auditor, make_account, login):
    other = make_account(other_unit, "clerk")
    foreign, record = changed(other_unit, other), changed(unit, clerk)
    client, key = login(auditor), MEETINGS.key
    assert count(client, register=key, unit=unit.pk) == 2
    assert count(client, unit=other_unit.pk) == 2
    assert count(client, register=key, record=foreign.pk) == 2
    assert count(client, person=clerk.pk) == 1  # a row that nobody signed is nobody's
    assert count(client, register=key, unit=unit.pk, kind="update") == 1
    assert count(client, register=key, q="二楼会议室") == 2
    assert count(client, register=key, q="九十九楼") == 0
    today = dt.date.today()
    assert count(client, unit=unit.pk, since=today - dt.timedelta(1), until=today + dt.timedelta(1))
    assert count(client, unit=unit.pk, until=today - dt.timedelta(2)) == 0
    assert count(client, unit=unit.pk, since=today + dt.timedelta(2)) == 0
    assert f"/governance/meeting/{record.pk}/" in text(client, LOG, unit=unit.pk)


@pytest.mark.parametrize(
    "params",
    [
        {"register": "no.such"},
        {"person": "9" * 30},
        {"unit": "x"},
        {"since": "2023-02-30"},
        {"q": "二楼"},
        {"record": "5"},
        {"register": "governance.meeting", "record": "-1"},
    ],
)
def test_a_wrong_filter_is_named_and_shows_nothing(params, auditor, login):
    page = text(login(auditor), LOG, **params)
    assert "请先改正" in page
    assert headings(page) == []


def test_words_are_not_sought_in_personal_data(auditor, login, unit):
    """Else a masked name could be guessed letter by letter."""
    register = registry.get("petitions.petition")
    record = Petition.objects.exclude(petitioner="").first()
    Petition.objects.filter(pk=record.pk).update(unit=unit, subject="某机构退费")
    client = login(auditor)
    base = {"register": register.key, "unit": unit.pk}
    assert count(client, **base, q="某机构退费") == 1
    assert count(client, **base, q=record.petitioner) == 0
    assert record.petitioner not in text(client, LOG, **base)


def test_a_unit_sees_only_its_own_changes(unit, other_unit, clerk, make_account, login):
    """Whoever is given the permission without a bureau-wide role."""
    changed(other_unit, make_account(other_unit, "clerk"))
    owner = samples.disclosure(other_unit)
    samples.posting(owner).save()
    changed(unit, clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="view_history"))
    client = login(clerk)
    assert count(client, register=MEETINGS.key) == 2
    assert count(client, register="disclosures.disclosure") == 0
    assert count(client, register="disclosures.posting") == 0


def test_the_log_takes_a_bounded_number_of_queries(auditor, login):
    client = login(auditor)
    text(client, LOG)
    with CaptureQueriesContext(connection) as captured:
        text(client, LOG)
    tables = len(trail.of_everything(auditor))
    assert len(captured) <= 14 + 3 * tables
    merged = [q for q in captured.captured_queries if "UNION ALL" in q["sql"]]
    assert len(merged) == 1


def test_every_table_of_history_is_indexed_by_time(db):
    for source in trail.of_everything(StaffAccount.objects.get(username="shenji")):
        table = source.model.pgh_event_model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
            defined = [row[0] for row in cursor.fetchall()]
        assert any("(pgh_created_at, pgh_id)" in line for line in defined), table


def test_review_and_correction_are_both_in_the_log(unit, clerk, chief, auditor, login):
    record = save_record(Meeting(unit=unit, **samples.meeting_values()), by=clerk, submit=True)
    advance(record, "approve", by=chief)
    page = text(login(auditor), LOG, register=MEETINGS.key, record=record.pk)
    assert "<del>待审核</del>" in page.replace("\n", "").replace(" ", "")
    assert "<ins>已审核</ins>" in page.replace("\n", "").replace(" ", "")
    assert Disclosure.objects.exists()
