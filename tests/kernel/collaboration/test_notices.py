"""Who is told of which step of a record, in how many lines and how many queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enforcement.models import DrawnSubject
from governance.models import Meeting
from kernel.collaboration.comments import set_following
from kernel.collaboration.inbox import KEPT_DAYS, choose, unread_count
from kernel.collaboration.models import Delivery, Follow, Kind, Notification
from kernel.collaboration.tasks import forget_read
from kernel.records.events import announced_together, event_listeners, record_events
from kernel.records.services import advance, save_part, save_record
from kernel.records.status import Status
from organization.models import StaffAccount
from tests.enforcement.factories import DrawnFactory
from tests.kernel.samples import meeting, meeting_values, term

pytestmark = pytest.mark.django_db


def lines(person: Any, kind: str = "") -> list[Notification]:
    found = Notification.objects.filter(recipient=person).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def enter(unit: Any, by: Any) -> Meeting:
    return save_record(Meeting(unit=unit, **meeting_values()), by=by)


def close(person: StaffAccount) -> None:
    person.is_active = False
    person.save()


# --- Who -----------------------------------------------------------------------------------------


def test_the_author_of_a_new_record_handles_it(unit, clerk):
    assert enter(unit, clerk).handler == clerk


def test_the_chiefs_of_the_unit_are_asked_for_a_review_and_nobody_else(
    unit, other_unit, clerk, chief, make_account, reviewer
):
    other = make_account(other_unit, "chief")
    record = enter(unit, clerk)
    (line,) = lines(chief)
    assert line.kind == Kind.REVIEW
    assert str(record) in line.text
    assert line.url == f"/governance/meeting/{record.pk}/"
    assert [lines(person) for person in (clerk, other, reviewer)] == [[], [], []]


def test_a_chief_above_the_unit_is_asked_too(unit, clerk, make_account):
    above = make_account(unit.parent, "chief")
    enter(unit, clerk)
    assert lines(above, Kind.REVIEW)


def test_without_a_chief_those_who_work_for_the_whole_bureau_are_asked(unit, clerk, reviewer):
    StaffAccount.objects.filter(role="chief", unit=unit.parent).update(is_active=False)
    enter(unit, clerk)
    assert lines(reviewer, Kind.REVIEW)


def test_the_chiefs_of_other_units_are_not_asked_to_review_a_directory(
    unit, other_unit, clerk, chief, make_account
):
    """All may look things up in it, but its own unit answers for it."""
    other = make_account(other_unit, "chief")
    record = term(unit, by=clerk, status=Status.RETURNED)
    advance(record, "submit", by=clerk)
    assert lines(chief, Kind.REVIEW)
    assert not lines(other)


def test_what_is_returned_waits_for_its_handler_with_the_reason(unit, clerk, chief):
    record = enter(unit, clerk)
    advance(record, "return", by=chief, reason="缺少签到表")
    (line,) = lines(clerk)
    assert line.kind == Kind.RETURNED
    assert "缺少签到表" in line.text
    assert str(chief) in line.text


def test_the_fields_that_were_remarked_on_are_named(unit, clerk, chief):
    record = enter(unit, clerk)
    advance(record, "return", by=chief, remarks={"chair": "主持人不符", "held_on": "日期不符"})
    (line,) = lines(clerk)
    # In the order of the form, whatever the order of the remarks.
    labels = [str(Meeting._meta.get_field(name).verbose_name) for name in ("held_on", "chair")]
    assert line.text.endswith(f"须核对：{'、'.join(labels)}")


def test_after_a_handover_it_waits_for_the_new_handler(unit, clerk, chief, make_account):
    heir = make_account(unit, "clerk")
    record = meeting(unit, by=clerk, status=Status.SUBMITTED)
    Meeting.objects.filter(pk=record.pk).update(handler=heir)
    advance(record, "return", by=chief, reason="缺少签到表")
    assert lines(heir, Kind.RETURNED)
    assert not lines(clerk)


def test_an_approval_is_told_and_settles_what_waited(unit, clerk, chief, make_account):
    second = make_account(unit, "chief")
    record = enter(unit, clerk)
    assert unread_count(second) == 1
    advance(record, "approve", by=chief)
    assert [line.kind for line in lines(clerk)] == [Kind.APPROVED]
    assert unread_count(second) == unread_count(chief) == 0


def test_a_corrected_record_no_longer_waits_for_correction(unit, clerk, chief):
    record = enter(unit, clerk)
    advance(record, "return", by=chief, reason="缺少签到表")
    assert unread_count(clerk) == 1
    advance(record, "submit", by=clerk)
    assert unread_count(clerk) == 0


def test_nobody_is_told_of_what_they_did_themselves(unit, chief):
    enter(unit, chief)
    assert not lines(chief)


def test_whoever_edits_a_record_follows_it(unit, clerk, chief, make_account):
    editor = make_account(unit, "clerk")
    record = enter(unit, clerk)
    record.chair = "另一人"
    save_record(record, by=editor)
    assert Follow.objects.get(user=editor).active
    assert [line.kind for line in lines(clerk)] == [Kind.CHANGED]
    advance(record, "return", by=chief, reason="再核对")
    assert lines(editor, Kind.RETURNED)


def test_a_closed_account_hears_nothing(unit, clerk, chief):
    record = enter(unit, clerk)
    close(clerk)
    advance(record, "return", by=chief, reason="缺少签到表")
    assert not lines(clerk)


def test_who_no_longer_sees_the_record_hears_nothing(unit, other_unit, clerk, chief):
    record = enter(unit, clerk)
    StaffAccount.objects.filter(pk=clerk.pk).update(unit=other_unit)
    advance(record, "return", by=chief, reason="缺少签到表")
    assert not lines(clerk)


def test_who_lost_the_permission_hears_nothing(unit, clerk, chief):
    record = enter(unit, clerk)
    clerk.groups.clear()
    advance(record, "return", by=chief, reason="缺少签到表")
    assert not lines(clerk)


# --- How -----------------------------------------------------------------------------------------


def test_what_is_switched_off_does_not_arrive(unit, clerk, chief):
    choose(clerk, {Kind.RETURNED: Delivery.OFF, "nonsense": "off", Kind.JOB: "nonsense"})
    record = enter(unit, clerk)
    advance(record, "return", by=chief, reason="缺少签到表")
    assert not lines(clerk)


def test_repeated_changes_are_one_line(unit, clerk, chief):
    record = enter(unit, clerk)
    for chair in ("甲", "乙", "丙"):
        record.chair = chair
        save_record(record, by=chief)
    (line,) = lines(clerk, Kind.CHANGED)
    assert line.repeats == "3 次修改"
    assert unread_count(clerk) == 1


def test_a_step_that_is_undone_was_never_told(unit, clerk, chief):
    record = enter(unit, clerk)
    with pytest.raises(RuntimeError), transaction.atomic():
        advance(record, "return", by=chief, reason="缺少签到表")
        raise RuntimeError
    assert not lines(clerk)


# --- Many at once --------------------------------------------------------------------------------


def approve_all(records: list[Meeting], chief: Any) -> None:
    with transaction.atomic(), announced_together():
        for record in records:
            advance(record, "approve", by=chief)


def test_a_bulk_action_is_told_in_one_line(unit, clerk, chief):
    records = [meeting(unit, by=clerk, status=Status.SUBMITTED) for _ in range(8)]
    approve_all(records, chief)
    (line,) = lines(clerk)
    assert "8 条" in line.text
    assert line.kind == Kind.APPROVED
    assert line.url == "/governance/meeting/"


def test_a_few_at_once_are_told_one_by_one(unit, clerk, chief):
    approve_all([meeting(unit, by=clerk, status=Status.SUBMITTED) for _ in range(3)], chief)
    assert len(lines(clerk)) == 3


def test_a_step_that_a_savepoint_undid_is_left_out_of_the_many(unit, clerk, chief):
    records = [meeting(unit, by=clerk, status=Status.SUBMITTED) for _ in range(2)]
    with transaction.atomic(), announced_together():
        advance(records[0], "approve", by=chief)
        with pytest.raises(RuntimeError), transaction.atomic():
            advance(records[1], "approve", by=chief)
            raise RuntimeError
    (line,) = lines(clerk)
    assert line.object_id == records[0].pk


def test_telling_of_many_takes_no_more_queries_than_telling_of_one(
    unit, clerk, chief, make_account
):
    for _ in range(4):
        make_account(unit, "chief")
    counts = []
    for size in (1, 40):
        records = [
            meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk) for _ in range(size)
        ]
        followers = [make_account(unit, "clerk") for _ in range(3)]
        for record in records:
            for person in followers:
                set_following(record, person, active=True)
        with CaptureQueriesContext(connection) as captured:
            record_events(records, "created", by=clerk, reason="")
        counts.append(len(captured))
        assert Notification.objects.filter(kind=Kind.REVIEW).exists()
    assert counts[1] <= counts[0], counts
    assert counts[0] <= 14


def test_a_listener_of_steps_is_called_once_for_many(unit, clerk, chief):
    calls: list[int] = []
    event_listeners.append(lambda steps, about: calls.append(len(steps)))
    try:
        approve_all([meeting(unit, by=clerk, status=Status.SUBMITTED) for _ in range(5)], chief)
    finally:
        event_listeners.pop()
    assert calls == [5]


# --- Inbox ---------------------------------------------------------------------------------------


def test_opening_marks_read_and_leads_to_the_record(unit, clerk, chief, login):
    record = enter(unit, clerk)
    (line,) = lines(chief)
    client = login(chief)
    assert "1 条未读" in client.get("/notifications/").content.decode()
    response = client.get(f"/notifications/{line.pk}/")
    assert response["Location"] == f"/governance/meeting/{record.pk}/"
    line.refresh_from_db()
    assert line.read_at
    assert "没有未读通知" in client.get("/notifications/?unread=1").content.decode()


def test_nobody_opens_or_reads_away_the_lines_of_others(unit, clerk, chief, login):
    enter(unit, clerk)
    (line,) = lines(chief)
    stranger = login(clerk)
    assert stranger.get(f"/notifications/{line.pk}/").status_code == 404
    assert stranger.post(f"/notifications/{line.pk}/read/").status_code == 404
    stranger.post("/notifications/read/")
    assert unread_count(chief) == 1


def test_all_or_one_can_be_marked_read(unit, clerk, chief, login):
    for _ in range(3):
        enter(unit, clerk)
    client = login(chief)
    client.post(f"/notifications/{lines(chief)[0].pk}/read/")
    assert unread_count(chief) == 2
    client.post("/notifications/read/")
    assert unread_count(chief) == 0


def test_the_bell_counts_what_is_unread(unit, clerk, chief, login):
    enter(unit, clerk)
    assert "1 条未读" in login(chief).get("/notifications/settings/").content.decode()
    Notification.objects.bulk_create(
        Notification(recipient=chief, kind=Kind.JOB, text="任务", url="/") for _ in range(150)
    )
    assert "99+ 条未读" in login(chief).get("/notifications/settings/").content.decode()


def test_settings_are_ones_own_and_stay(clerk, chief, login):
    wanted = {kind.value: "off" for kind in Kind} | {"returned": "digest"}
    response = login(clerk).post("/notifications/settings/", wanted)
    assert response.status_code == 302
    page = login(clerk).get("/notifications/settings/").content.decode()
    assert page.count("checked") == len(Kind)
    assert page.count('value="off"') == len(Kind)
    line = next(
        part for part in page.split("<input") if 'name="returned"' in part and "checked" in part
    )
    assert 'value="digest"' in line
    assert (
        'value="off"\n                       checked'
        not in login(chief).get("/notifications/settings/").content.decode()
    )


def test_strangers_are_sent_to_the_login(client):
    for address in ("/notifications/", "/notifications/settings/", "/notifications/1/"):
        assert client.get(address)["Location"].startswith("/login/?next=")


def test_lines_are_read_once(unit, clerk, chief, login):
    enter(unit, clerk)
    (line,) = lines(chief)
    login(chief).get(f"/notifications/{line.pk}/")
    line.refresh_from_db()
    first = line.read_at
    login(chief).get(f"/notifications/{line.pk}/")
    line.refresh_from_db()
    assert line.read_at == first <= timezone.now()


# --- How long ------------------------------------------------------------------------------------


def test_lines_read_long_ago_are_removed_and_unread_ones_never(unit, clerk, chief):
    for _ in range(3):
        enter(unit, clerk)
    old, fresh, unread = lines(chief)
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS + 1)
    Notification.objects.filter(pk__in=[old.pk, unread.pk]).update(created_at=long_ago)
    Notification.objects.filter(pk=old.pk).update(read_at=long_ago)
    Notification.objects.filter(pk=fresh.pk).update(read_at=timezone.now())
    assert forget_read() == 1
    assert lines(chief) == [fresh, unread]


# --- Back before the reviewers -------------------------------------------------------------------


def test_a_returned_record_that_is_corrected_asks_for_a_review_again(unit, clerk, chief):
    record = enter(unit, clerk)
    advance(record, "return", by=chief, reason="日期有误")
    assert lines(chief, Kind.REVIEW)[-1].read_at is not None
    record.refresh_from_db()
    save_record(record, by=clerk)
    line = lines(chief, Kind.REVIEW)[-1]
    assert line.read_at is None
    assert "改正并重新送审了" in line.text


def test_a_row_changed_in_an_approved_record_asks_for_a_review_again(unit, clerk, chief):
    drawn = DrawnFactory.create()
    task = drawn.owner_record()
    type(task).objects.filter(pk=task.pk).update(status=Status.APPROVED, unit=unit)
    save_part(DrawnSubject.objects.get(pk=drawn.pk), by=clerk, reason="更正")
    (line,) = lines(chief, Kind.REVIEW)
    assert (line.object_id, line.read_at) == (task.pk, None)
