"""Row history: every change, who made it and why, and no way to rewrite it."""

from typing import Any

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction

from governance.models import Meeting
from kernel.records.services import advance, delete_part, save_part, save_record
from kernel.records.status import Status
from kernel.registers.history import versions
from kernel.registers.register import registry
from organization.models import Unit
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")


def kept(record: Any) -> list[Any]:
    tracker = type(record).pgh_event_model
    return list(tracker.objects.filter(pgh_obj_id=record.pk).order_by("pgh_id"))


def labels(record: Any) -> list[str]:
    return [row.pgh_label for row in kept(record)]


def test_insert_update_and_delete_leave_a_row_each(unit: Unit) -> None:
    owner = samples.disclosure(unit)
    row = samples.posting(owner)
    row.save()
    pk, row.place = row.pk, "第三版"
    row.save()
    row.delete()
    row.pk = pk
    assert labels(row) == ["insert", "update", "delete"]
    assert kept(row)[1].place == "第三版"


def test_a_bulk_update_cannot_bypass_history(unit: Unit) -> None:
    records = [samples.meeting(unit) for _ in range(3)]
    Meeting.objects.filter(pk__in=[r.pk for r in records]).update(place="二楼会议室")
    assert [kept(record)[-1].place for record in records] == ["二楼会议室"] * 3


def test_bulk_create_is_kept_too(unit: Unit) -> None:
    made = Meeting.objects.bulk_create(
        [Meeting(unit=unit, **samples.meeting_values()) for _ in range(2)]
    )
    assert all(labels(record) == ["insert"] for record in made)


def test_raw_sql_cannot_bypass_history(unit: Unit) -> None:
    record = samples.meeting(unit)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Meeting._meta.db_table} SET place = %s WHERE id = %s", ["后门", record.pk]
        )
    assert kept(record)[-1].place == "后门"


@pytest.mark.parametrize("sql", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
def test_history_is_append_only(sql: str, unit: Unit) -> None:
    record = samples.meeting(unit)
    table = Meeting.pgh_event_model._meta.db_table
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table) + f" WHERE pgh_obj_id = {record.pk}")
    assert labels(record) == ["insert"]


@pytest.mark.parametrize("step", ["save", "advance", "row", "row deleted"])
def test_the_reason_goes_with_the_change(step: str, unit: Unit, clerk: Any, chief: Any) -> None:
    record: Any = samples.disclosure(unit, by=clerk, status=Status.APPROVED)
    row = samples.posting(record)
    if step == "save":
        save_record(record, by=clerk, submit=False, reason="更正日期")
    elif step == "advance":
        advance(record, "withdraw", by=chief, reason="更正日期")
    elif step == "row":
        save_part(row, by=clerk, reason="更正日期")
    else:
        row.save()
        delete_part(row, by=clerk, reason="更正日期")
    assert kept(record)[-1].pgh_context.metadata["reason"] == "更正日期"
    if step == "row":
        assert kept(row)[-1].pgh_context.metadata["reason"] == "更正日期"


def test_a_page_tells_who_why_and_what(unit: Unit, clerk: Any, login: Any) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.APPROVED, place="一楼")
    values = {
        **samples.meeting_values(),
        "unit": unit.pk,
        "place": "三楼",
        "version": record.version,
        "change_reason": "地点登记有误",
        "action": "submit",
    }
    response = login(clerk).post(MEETINGS.url("edit", record.pk), values)
    assert response.status_code == 302
    newest = versions(record)[0]
    assert (newest["actor"], newest["reason"]) == (str(clerk), "地点登记有误")
    assert newest["label"] == "修改"
    assert {"field": "地点", "old": "一楼", "new": "三楼"} in newest["changes"]
    assert {"field": "状态", "old": "已审核", "new": "待审核"} in newest["changes"]
    context = kept(record)[-1].pgh_context.metadata
    assert context["user"] == clerk.pk
    assert context["url"].endswith(f"/{record.pk}/edit/")
    assert "request_id" in context


def test_changes_of_several_requests_keep_their_own_reasons(
    unit: Unit, clerk: Any, chief: Any
) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.APPROVED)
    record = save_record(record, by=clerk, submit=False, reason="第一次")
    record = advance(record, "return", by=chief, reason="第二次")
    reasons = [version["reason"] for version in versions(record)]
    assert reasons == ["第二次", "第一次", ""]


def test_only_the_newest_versions_are_listed(unit: Unit, clerk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("kernel.registers.history.LIMIT", 3)
    record = samples.meeting(unit)
    for number in range(5):
        Meeting.objects.filter(pk=record.pk).update(place=f"{number}楼")
    shown = versions(record)
    assert [v["changes"][0]["new"] for v in shown] == ["4楼", "3楼", "2楼"]
    assert shown[-1]["changes"][0]["old"] == "1楼"


def test_a_foreign_key_is_told_by_name_even_when_its_row_is_gone(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk)
    changes = {c["field"]: c["new"] for c in versions(record)[0]["changes"]}
    assert changes["所属单位"] == unit.name
    assert changes["录入人"] == str(clerk)


def test_history_outlives_its_row(unit: Unit) -> None:
    record = samples.meeting(unit)
    pk = record.pk
    with pghistory.context(reason="误录"):
        record.delete()
    record.pk = pk
    assert labels(record) == ["insert", "delete"]
    assert kept(record)[-1].title == record.title
