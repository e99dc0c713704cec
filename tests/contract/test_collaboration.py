"""Comments, followers and notifications, which every register has without a line of its own."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.collaboration.models import Comment, Follow, Kind, Notification, key_of
from kernel.records.services import advance
from kernel.records.status import Status
from kernel.registers.register import Register
from tests.contract.pages import RECORDS, REGISTERS, html, names, sample

LIST_QUERIES = 8
DETAIL_QUERIES = 12

every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))
every_record_type = pytest.mark.parametrize("register", RECORDS, ids=names(RECORDS))


def addresses(register: Register, pk: int) -> list[str]:
    return [register.url(role, pk) for role in ("comments", "follow")]


@every_register
def test_who_sees_a_record_may_comment_on_it(
    register: Register, unit: Any, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    owner = record.owner_record()
    client = login(make_account(unit, "clerk"))
    hostile = "<script>alert('x')</script> 见 https://www.example.cn/a"
    response = client.post(register.url("comments", record.pk), {"text": hostile})
    assert response.status_code == 302
    assert response["Location"] == register.url("detail", record.pk) + "#comments"
    page = html(client.get(register.url("detail", record.pk)))
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in page
    assert 'href="https://www.example.cn/a"' in page
    after = type(owner)._base_manager.get(pk=owner.pk)
    assert (after.version, after.status) == (owner.version, owner.status)


@every_register
def test_a_comment_that_is_refused_stays_in_the_field(
    register: Register, unit: Any, other_unit: Any, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    stranger = make_account(other_unit, "clerk")
    stranger.is_active = False
    stranger.save()
    text = f"请@{stranger.display_name}核对"
    client = login(make_account(unit, "clerk"))
    page = html(client.post(register.url("comments", record.pk), {"text": text}), 422)
    assert f">{text}</textarea>" in page
    assert not Comment.about(record.owner_record()).exists()


@every_register
def test_strangers_and_other_units_have_no_part_in_it(
    register: Register, unit: Any, other_unit: Any, make_account: Any, login: Any, client: Client
) -> None:
    record = sample(register, unit)
    outsider = login(make_account(other_unit, "chief"))
    for address in addresses(register, record.pk):
        assert client.post(address)["Location"].startswith("/login/?next=")
        if not record.shared:
            html(outsider.post(address, {"text": "字"}), 404)
            assert outsider.get(register.url("mentions", record.pk)).status_code == 404
    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    for address in addresses(register, record.pk):
        html(login(nobody).post(address, {"text": "字"}), 403)


@every_register
def test_a_colleague_who_sees_the_record_can_be_called(
    register: Register, unit: Any, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    colleague = make_account(unit, "clerk")
    client = login(make_account(unit, "chief"))
    listed = client.get(register.url("mentions", record.pk), {"q": colleague.display_name})
    assert f'data-text="{colleague.display_name}"' in listed.content.decode()
    client.post(register.url("comments", record.pk), {"text": f"@{colleague.display_name} 请看"})
    line = Notification.objects.get(recipient=colleague)
    assert line.kind == Kind.MENTIONED
    assert Follow.about(record.owner_record()).filter(user=colleague, active=True).exists()
    opened = login(colleague).get(f"/notifications/{line.pk}/", follow=True)
    assert "请看" in html(opened)


@every_register
def test_following_is_a_button(
    register: Register, unit: Any, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    client = login(make_account(unit, "leader"))
    for active, shown in (("1", "取消关注"), ("0", "关注")):
        assert client.post(register.url("follow", record.pk), {"active": active}).status_code == 302
        assert shown in html(client.get(register.url("detail", record.pk)))
    assert not Follow.about(record.owner_record()).get().active


@every_record_type
def test_what_is_returned_is_told_to_its_handler(
    register: Register, unit: Any, make_account: Any
) -> None:
    record = sample(register, unit, Status.SUBMITTED)
    clerk, chief = make_account(unit, "clerk"), make_account(unit, "chief")
    register.model._base_manager.filter(pk=record.pk).update(handler=clerk, updated_by=clerk)
    advance(record, "return", by=chief, reason="请核对日期")
    line = Notification.objects.get(recipient=clerk)
    assert line.kind == Kind.RETURNED
    assert line.url == register.url("detail", record.pk)
    assert "请核对日期" in line.text


@every_register
def test_thirty_comments_and_notifications_cost_no_more_queries(
    register: Register, reviewer: Any, login: Any
) -> None:
    record = sample(register)
    about = key_of(record.owner_record())
    Comment.objects.bulk_create(Comment(**about, author=reviewer, text="字") for _ in range(30))
    Notification.objects.bulk_create(
        Notification(recipient=reviewer, kind=Kind.JOB, text="任务", url="/") for _ in range(30)
    )
    client = login(reviewer)
    for url, limit in (
        (register.url("detail", record.pk), DETAIL_QUERIES),
        (register.url("list"), LIST_QUERIES),
    ):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = html(client.get(url))
        assert "30 条未读" in page
        statements = [query["sql"] for query in captured.captured_queries]
        assert len(statements) <= limit, "\n".join(statements)


@every_record_type
def test_a_return_names_every_place_that_was_remarked_on(
    register: Register, clerk: Any, chief: Any, unit: Any
) -> None:
    record = sample(register, unit, Status.SUBMITTED)
    register.model.objects.filter(pk=record.pk).update(handler=clerk, updated_by=clerk)
    record.refresh_from_db()
    places = register.places
    advance(record, "return", by=chief, reason="有误", remarks=dict.fromkeys(places, "请核对"))
    line = Notification.objects.get(recipient=clerk, kind=Kind.RETURNED)
    assert f"须核对：{'、'.join(places.values())}"[:60] in line.text
