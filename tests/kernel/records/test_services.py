"""How a record is written: validation, conflict, reasons, return to review, timeline."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures.models import Posting
from enforcement.models import DrawnSubject, InspectionResult
from governance.models import Meeting
from kernel.records.errors import Conflict, Refused
from kernel.records.models import Event
from kernel.records.services import delete_part, lock, save_part, save_record, timeline
from kernel.records.status import Status
from organization.models import Unit
from tests.kernel import samples


def kinds(record: Any) -> list[str]:
    return [event.kind for event in timeline(record)]


@pytest.mark.parametrize("submit", [False, True])
def test_a_new_record_begins_in_review(submit: bool, unit: Unit, clerk: Any) -> None:
    meeting = Meeting(unit=unit, **samples.meeting_values())
    saved = save_record(meeting, by=clerk, submit=submit)
    saved.refresh_from_db()
    assert (saved.status, saved.version) == (Status.SUBMITTED, 1)
    assert saved.created_by == saved.updated_by == clerk
    assert kinds(saved) == ["created"]


def test_an_invalid_record_is_not_saved_and_leaves_no_trace(unit: Unit, clerk: Any) -> None:
    before = Event.objects.count()
    meeting = Meeting(unit=unit, **(samples.meeting_values() | {"participants": 0}))
    with pytest.raises(ValidationError):
        save_record(meeting, by=clerk, submit=True)
    assert not Meeting.objects.filter(title=meeting.title).exists()
    assert Event.objects.count() == before


def test_a_stale_save_is_refused_and_names_who_was_first(
    unit: Unit, clerk: Any, chief: Any
) -> None:
    record = samples.meeting(unit, by=clerk)
    mine, theirs = (Meeting.objects.get(pk=record.pk) for _ in range(2))
    theirs.title = "先保存的名称"
    save_record(theirs, by=chief, submit=False, expected_version=1)
    mine.title = "后保存的名称"
    with pytest.raises(Conflict) as conflict:
        save_record(mine, by=clerk, submit=False, expected_version=1)
    assert str(chief) in conflict.value.messages[0]
    record.refresh_from_db()
    assert (record.title, record.version, record.updated_by) == ("先保存的名称", 2, chief)


def test_the_state_in_hand_is_never_written(unit: Unit, clerk: Any) -> None:
    """A form that was opened before an approval cannot undo it."""
    record = samples.meeting(unit, by=clerk, status=Status.SUBMITTED)
    record.status = Status.APPROVED
    save_record(record, by=clerk, submit=False)
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_changing_an_approved_record_needs_a_reason(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.APPROVED)
    record.title = "改名"
    for reason in ("", "   "):
        with pytest.raises(Refused, match="须填写修改原因"):
            save_record(record, by=clerk, submit=False, reason=reason)
    stored = Meeting.objects.get(pk=record.pk)
    assert (stored.status, stored.version) == (Status.APPROVED, 1)
    assert stored.title != "改名"


def test_a_changed_approved_record_goes_back_to_review(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.APPROVED)
    save_record(record, by=clerk, submit=False, reason="日期笔误")
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED
    event = timeline(record)[0]
    assert (event.kind, event.data["reason"]) == ("reopened", "日期笔误")


def test_a_withdrawn_record_cannot_be_changed(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.WITHDRAWN)
    with pytest.raises(Refused, match="已撤销的记录不能修改"):
        save_record(record, by=clerk, submit=True, reason="试改")


def test_a_change_may_submit_at_once(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.RETURNED)
    assert save_record(record, by=clerk, submit=False).status == Status.RETURNED
    assert save_record(record, by=clerk, submit=True).status == Status.SUBMITTED


def test_lock_reads_again_and_keeps_the_row(unit: Unit, clerk: Any) -> None:
    record = samples.meeting(unit, by=clerk)
    Meeting.objects.filter(pk=record.pk).update(title="别处改过")
    assert lock(record, expected_version=1).title == "别处改过"
    with pytest.raises(Conflict):
        lock(record, expected_version=2)


# --- Rows of a record ------------------------------------------------------------------------


def test_a_row_touches_its_record(unit: Unit, clerk: Any) -> None:
    owner = samples.disclosure(unit, by=None)
    save_part(samples.posting(owner), by=clerk)
    owner.refresh_from_db()
    assert (owner.version, owner.updated_by, owner.status) == (2, clerk, Status.SUBMITTED)
    assert kinds(owner) == ["part.saved"]


@pytest.mark.parametrize("step", ["add", "change", "delete"])
def test_any_change_of_rows_sends_an_approved_record_back(
    step: str, unit: Unit, clerk: Any
) -> None:
    owner = samples.disclosure(unit, by=clerk, status=Status.APPROVED)
    row = samples.posting(owner)
    if step != "add":
        row.save()

    def act(reason: str) -> None:
        if step == "delete":
            delete_part(row, by=clerk, reason=reason)
        else:
            row.posted_on = dt.date(2023, 3, 9)
            save_part(row, by=clerk, reason=reason)

    with pytest.raises(Refused, match="须填写修改原因"):
        act(" ")
    owner.refresh_from_db()
    assert owner.status == Status.APPROVED
    act("更正发布日期")
    owner.refresh_from_db()
    assert (owner.status, owner.version) == (Status.SUBMITTED, 2)
    assert Posting.objects.filter(disclosure=owner).exists() == (step != "delete")


def test_rows_of_a_withdrawn_record_stay_as_they_are(unit: Unit, clerk: Any) -> None:
    owner = samples.disclosure(unit, status=Status.WITHDRAWN)
    row = samples.posting(owner)
    row.save()
    with pytest.raises(Refused):
        save_part(samples.posting(owner, channel="broadcast"), by=clerk, reason="补登")
    with pytest.raises(Refused):
        delete_part(row, by=clerk, reason="删除")
    assert list(owner.postings.all()) == [row]


def test_an_invalid_row_changes_nothing(unit: Unit, clerk: Any) -> None:
    owner = samples.disclosure(unit, status=Status.APPROVED)
    early = samples.posting(owner, posted_on=dt.date(2000, 1, 1))
    with pytest.raises(ValidationError):
        save_part(early, by=clerk, reason="补登")
    owner.refresh_from_db()
    assert (owner.status, owner.version) == (Status.APPROVED, 1)


def test_a_row_that_moves_reopens_the_record_it_leaves(unit: Unit, clerk: Any) -> None:
    """Taking a row away changes the first record's figures as much as the second's."""
    first = samples.disclosure(unit, status=Status.APPROVED)
    second = samples.disclosure(unit, status=Status.APPROVED)
    row = samples.posting(first)
    row.save()
    row.disclosure = second
    save_part(row, by=clerk, reason="登记错位")
    for owner in (first, second):
        owner.refresh_from_db()
        assert (owner.status, owner.version) == (Status.SUBMITTED, 2)


def test_a_row_in_use_is_not_deleted_but_explained(chief: Any) -> None:
    """A drawn subject whose result is registered: the protected link becomes a message."""
    drawn = InspectionResult.objects.select_related("drawn").first().drawn
    with pytest.raises(Refused, match="引用，不能删除"), transaction.atomic():
        delete_part(drawn, by=chief, reason="重复登记")
    assert DrawnSubject.objects.filter(pk=drawn.pk).exists()


def test_the_timeline_is_newest_first(unit: Unit, clerk: Any, chief: Any) -> None:
    record = samples.meeting(unit, by=clerk)
    save_record(record, by=clerk, submit=True)
    save_record(record, by=chief, submit=False)
    events = list(timeline(record))
    assert [event.kind for event in events] == ["changed", "changed"]
    assert [event.actor for event in events] == [chief, clerk]
    assert events[0].data["status"] == Status.SUBMITTED
