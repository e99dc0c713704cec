"""A leaver's work goes to a colleague in one step, with a list that stays."""

import uuid
from typing import Any

import pytest
from django.db import transaction

from governance.models import Meeting
from kernel.collaboration import handover as service
from kernel.collaboration.comments import set_following
from kernel.collaboration.handover import hand_over
from kernel.collaboration.models import Follow, Handover, Kind, Notification
from kernel.records.errors import Refused
from kernel.records.models import Event
from kernel.records.services import advance, save_record
from kernel.records.status import Status
from kernel.registers.models import Draft, SavedFilter
from organization.models import StaffAccount
from tests.kernel.samples import meeting, meeting_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def heir(unit, make_account):
    return make_account(unit, "clerk")


def do(leaver: Any, heir: Any, by: Any, **options: Any) -> Handover:
    return hand_over(leaver, heir, by=by, **({"reason": "调任", "key": uuid.uuid4()} | options))


def handler_of(record: Any) -> Any:
    return Meeting.objects.get(pk=record.pk).handler


def test_open_records_change_hands_and_history_does_not(unit, clerk, heir, chief):
    waiting = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    returned = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    done = meeting(unit, by=clerk, status=Status.APPROVED, handler=clerk)
    do(clerk, heir, chief)
    assert [handler_of(r) for r in (waiting, returned, done)] == [heir, heir, clerk]
    after = Meeting.objects.get(pk=waiting.pk)
    assert (after.created_by, after.updated_by) == (clerk, clerk)
    assert (after.version, after.updated_at) == (waiting.version, waiting.updated_at)
    event = Event.objects.get(kind="handed_over", object_id=returned.pk)
    assert event.actor == chief
    assert event.data["reason"] == f"{clerk} → {heir}：调任"


def test_a_record_without_a_named_handler_counts_as_its_authors(unit, clerk, heir, chief):
    record = meeting(unit, by=clerk, status=Status.SUBMITTED)
    Meeting.objects.filter(pk=record.pk).update(handler=None)
    do(clerk, heir, chief)
    assert handler_of(record) == heir


def test_drafts_follows_and_requests_for_review_go_along(
    unit, clerk, chief, make_account, reviewer
):
    second = make_account(unit, "chief")
    record = save_record(Meeting(unit=unit, **meeting_values()), by=clerk)
    set_following(record, chief, active=True)
    draft = Draft.objects.create(user=chief, register_key="governance.meeting")
    do(chief, second, _administrator())
    draft.refresh_from_db()
    assert draft.user == second
    assert list(Follow.objects.values_list("user", flat=True)) == [second.pk]
    open_lines = Notification.objects.unread().filter(kind=Kind.REVIEW)
    assert set(open_lines.values_list("recipient", flat=True)) == {second.pk}


def _administrator() -> StaffAccount:
    return StaffAccount.objects.get(username="guanli")


def test_saved_filters_go_along_and_keep_apart_from_the_heirs_own(clerk, heir, chief):
    for person in (clerk, heir):
        SavedFilter.objects.create(
            owner=person,
            unit=person.unit,
            register_key="governance.meeting",
            name="本月",
            query="kind=office",
            is_default=True,
        )
    done = do(clerk, heir, chief)
    kept = SavedFilter.objects.filter(owner=heir).order_by("pk")
    assert {(saved.name, saved.is_default) for saved in kept} == {
        ("本月", True),
        ("本月（2）", False),
    }
    assert [row["group"] for row in done.rows] == ["保存的筛选"]


def test_a_draft_never_pushes_out_another(unit, clerk, heir, chief):
    record = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    for person in (clerk, heir):
        Draft.objects.create(user=person, register_key="governance.meeting", object_id=record.pk)
    done = do(clerk, heir, chief)
    assert Draft.objects.filter(user=clerk).count() == Draft.objects.filter(user=heir).count() == 1
    assert any("已有自己的草稿" in row["title"] for row in done.rows)


def test_the_new_handler_may_approve_what_the_old_one_entered(unit, clerk, chief, make_account):
    """Four eyes look at it all the same: who approves is not who entered."""
    second = make_account(unit, "chief")
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    do(clerk, second, chief)
    assert advance(record, "approve", by=second).status == Status.APPROVED


def test_but_not_what_they_changed_themselves(unit, clerk, chief, make_account):
    second = make_account(unit, "chief")
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    do(clerk, second, chief)
    record = Meeting.objects.get(pk=record.pk)
    record.chair = "另一人"
    save_record(record, by=second)
    with pytest.raises(Refused):
        advance(record, "approve", by=second)


def test_the_heir_is_told_and_returned_records_wait_for_the_heir(unit, clerk, heir, chief):
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    done = do(clerk, heir, chief)
    line = Notification.objects.get(recipient=heir)
    assert (line.kind, line.url) == (Kind.HANDOVER, f"/handover/{done.pk}/")
    assert "未办结记录 1 项" in line.text
    advance(record, "return", by=chief, reason="缺少签到表")
    assert Notification.objects.filter(recipient=heir, kind=Kind.RETURNED).exists()
    assert not Notification.objects.filter(recipient=clerk, kind=Kind.RETURNED).exists()


def test_a_second_click_finds_the_first_list(unit, clerk, heir, chief):
    meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    key = uuid.uuid4()
    assert do(clerk, heir, chief, key=key) == do(clerk, heir, chief, key=key)
    assert Handover.objects.count() == 1
    assert Event.objects.filter(kind="handed_over").count() == 1


def test_nothing_to_hand_over_makes_no_list(clerk, heir, chief):
    with pytest.raises(Refused, match="没有可以移交"):
        do(clerk, heir, chief)
    assert not Handover.objects.exists()


# --- Who and to whom -----------------------------------------------------------------------------


def test_a_clerk_hands_nothing_over(clerk, heir):
    with pytest.raises(Refused, match="没有办理工作移交的权限"):
        do(clerk, heir, clerk)


def test_a_chief_hands_over_only_in_his_own_units(unit, other_unit, clerk, heir, make_account):
    stranger = make_account(other_unit, "chief")
    with pytest.raises(Refused, match="不在您负责的单位"):
        do(clerk, heir, stranger)


def test_the_heir_must_be_another_active_person_of_the_unit(
    unit, other_unit, clerk, heir, chief, make_account
):
    with pytest.raises(Refused, match="不能是同一人"):
        do(clerk, clerk, chief)
    outside = make_account(other_unit, "clerk")
    with pytest.raises(Refused, match="不能办理"):
        do(clerk, outside, _administrator())
    heir.is_active = False
    heir.save()
    with pytest.raises(Refused, match="已停用"):
        do(clerk, heir, chief)


def test_what_the_heir_may_not_change_stays_and_is_named(unit, clerk, chief, make_account):
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    Draft.objects.create(user=clerk, register_key="governance.meeting")
    leader = make_account(unit, "leader")
    done = do(clerk, leader, chief)
    assert handler_of(record) == clerk
    assert any(row["group"] == "未移交" and "1 条" in row["title"] for row in done.rows)


def test_records_outside_the_chiefs_units_stay(unit, other_unit, clerk, heir, chief):
    away = meeting(other_unit, by=clerk, status=Status.RETURNED, handler=clerk)
    here = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    done = do(clerk, heir, chief)
    assert (handler_of(away), handler_of(here)) == (clerk, heir)
    assert any("在您负责的单位之外" in row["title"] for row in done.rows)


# --- Leaving -------------------------------------------------------------------------------------


def test_the_account_is_closed_in_the_same_step(unit, clerk, heir, chief, login):
    meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    session = login(clerk)
    assert session.get("/notifications/").status_code == 200
    assert do(clerk, heir, chief, close=True).account_closed
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert session.get("/notifications/")["Location"].startswith("/login/")


def test_when_the_account_must_stay_nothing_moves(unit, clerk, heir, chief, monkeypatch):
    def refuse(account: Any, **_: Any) -> None:
        raise Refused("最后一个账号")

    monkeypatch.setattr(service, "account_closers", [refuse])
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk)
    with pytest.raises(Refused, match="最后一个账号"), transaction.atomic():
        do(clerk, heir, chief, close=True)
    assert handler_of(record) == clerk
    assert not Handover.objects.exists()


def test_nobody_closes_the_own_account_and_a_chief_none_of_the_whole_bureau(
    unit, clerk, heir, chief, make_account
):
    with pytest.raises(Refused, match="自己的账号"):
        do(chief, heir, chief, close=True)
    wide = make_account(unit, "legal_reviewer")
    with pytest.raises(Refused, match="由系统管理员停用"):
        do(wide, heir, chief, close=True)


def test_a_leavers_records_say_so_and_can_still_be_handed_over(unit, clerk, heir, chief, login):
    record = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    clerk.is_active = False
    clerk.save()
    address = f"/governance/meeting/{record.pk}/"
    assert "经办人已停用" in login(chief).get(address).content.decode()
    do(clerk, heir, chief)
    assert "经办人已停用" not in login(chief).get(address).content.decode()


# --- Pages ---------------------------------------------------------------------------------------


def test_the_page_previews_then_does_it_and_keeps_a_list(unit, clerk, heir, chief, login):
    record = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    client = login(chief)
    page = client.get(f"/handover/?leaver={clerk.pk}&heir={heir.pk}").content.decode()
    assert f'href="/governance/meeting/{record.pk}/"' in page
    assert handler_of(record) == clerk
    data = {"leaver": clerk.pk, "heir": heir.pk, "reason": "调任", "key": str(uuid.uuid4())}
    first = client.post("/handover/", data)
    second = client.post("/handover/", data)
    assert first["Location"] == second["Location"]
    shown = client.get(first["Location"]).content.decode()
    for words in (str(record), "调任", "移交人（签名）", str(heir)):
        assert words in shown
    assert handler_of(record) == heir


def test_a_missing_reason_is_asked_for_and_nothing_moves(unit, clerk, heir, chief, login):
    record = meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    data = {"leaver": clerk.pk, "heir": heir.pk, "reason": "", "key": str(uuid.uuid4())}
    response = login(chief).post("/handover/", data)
    assert response.status_code == 422
    assert "请填写移交原因" in response.content.decode()
    assert handler_of(record) == clerk


def test_the_list_is_for_those_concerned(unit, other_unit, clerk, heir, chief, make_account, login):
    meeting(unit, by=clerk, status=Status.RETURNED, handler=clerk)
    address = f"/handover/{do(clerk, heir, chief).pk}/"
    strangers = [make_account(other_unit, "chief"), make_account(unit, "clerk")]
    for person in (clerk, heir, chief, _administrator()):
        assert login(person).get(address).status_code == 200, person
    for person in strangers:
        assert login(person).get(address).status_code == 404, person


def test_only_chiefs_and_administrators_open_the_page(client, clerk, chief, reviewer, login):
    assert client.get("/handover/")["Location"].startswith("/login/")
    assert login(clerk).get("/handover/").status_code == 403
    assert login(reviewer).get("/handover/").status_code == 403
    assert login(chief).get("/handover/").status_code == 200
    assert login(_administrator()).get("/handover/").status_code == 200


def test_a_chief_chooses_among_the_people_of_his_units(
    unit, other_unit, clerk, chief, make_account, login
):
    stranger = make_account(other_unit, "clerk")
    page = login(chief).get("/handover/").content.decode()
    assert f'<option value="{clerk.pk}">' in page
    assert f'<option value="{stranger.pk}">' not in page
