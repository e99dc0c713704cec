"""The review queue: what waits for a chief, decided singly or together."""

from typing import Any

import pytest
from django.urls import reverse

from kernel.records.services import advance, save_record
from kernel.records.status import Status
from kernel.registers.register import registry
from organization.models import StaffAccount, Unit
from petitions.models import Petition
from tests.contract.pages import html, sample
from tests.petitions.factories import PetitionFactory

QUEUE = reverse("registers-review")


def submitted(unit: Unit, by: StaffAccount, **facts: Any) -> Petition:
    petition: Petition = PetitionFactory.build(unit=unit, status=Status.SUBMITTED, **facts)
    return save_record(petition, by=by, submit=True)


def token(record: Petition, version: int | None = None) -> str:
    return f"petitions.petition:{record.pk}:{version or record.version}"


def shown(response: Any) -> list[Any]:
    return [row.record for row in response.context["waiting"].rows]


def test_the_queue_holds_what_waits_in_any_register_oldest_first(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    first, second = submitted(unit, clerk), submitted(unit, clerk)
    other = sample(registry.get("governance.meeting"), unit, Status.SUBMITTED)
    response = login(chief).get(QUEUE)
    html(response)
    assert set(shown(response)) == {first, second, other}
    assert shown(response).index(first) < shown(response).index(second)
    narrowed = login(chief).get(QUEUE, {"register": "petitions.petition"})
    assert shown(narrowed) == [first, second]


def test_own_entries_and_foreign_units_do_not_wait_for_me(
    unit: Unit, other_unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    submitted(unit, chief)
    foreign = submitted(other_unit, clerk)
    client = login(chief)
    assert shown(client.get(QUEUE)) == []
    page = html(client.post(QUEUE, {"action": "approve", "row": [token(foreign)]}), 422)
    assert "不在待审核之列" in page
    foreign.refresh_from_db()
    assert foreign.status == Status.SUBMITTED


def test_chosen_records_are_approved_together(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    chosen, left = [submitted(unit, clerk) for _ in range(3)], submitted(unit, clerk)
    response = login(chief).post(QUEUE, {"action": "approve", "row": [token(r) for r in chosen]})
    assert response.status_code == 302
    states = Petition.objects.filter(unit=unit).values_list("pk", "status")
    assert {pk for pk, status in states if status == Status.APPROVED} == {r.pk for r in chosen}
    left.refresh_from_db()
    assert left.status == Status.SUBMITTED


def test_a_record_that_changed_since_it_was_shown_is_left_alone(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    record = submitted(unit, clerk)
    seen = token(record)
    record.subject = "提交后又改过的诉求"
    save_record(record, by=clerk, submit=True, expected_version=record.version)
    page = html(login(chief).post(QUEUE, {"action": "approve", "row": [seen]}), 422)
    assert "1 条没有办理" in page
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED


def test_returning_needs_a_reason_and_keeps_the_choice(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    record = submitted(unit, clerk)
    client = login(chief)
    page = html(client.post(QUEUE, {"action": "return", "row": [token(record)]}), 422)
    assert "须填写理由" in page and f'value="{token(record)}"' in page and "checked" in page
    client.post(QUEUE, {"action": "return", "row": [token(record)], "reason": "日期有误"})
    record.refresh_from_db()
    assert record.status == Status.RETURNED


@pytest.mark.parametrize(
    "row",
    [
        "",
        "x",
        "petitions.petition",
        "petitions.petition:1",
        "petitions.petition:-1:1",
        f"petitions.petition:{'9' * 40}:1",
        "petitions.petition:1:0x1",
        "nowhere.thing:1:1",
    ],
)
def test_a_forged_choice_changes_nothing(row: str, chief: StaffAccount, login: Any) -> None:
    html(login(chief).post(QUEUE, {"action": "approve", "row": [row]}), 422)


@pytest.mark.parametrize("action", ["", "withdraw", "explode"])
def test_only_review_steps_are_taken_here(action: str, chief: StaffAccount, login: Any) -> None:
    assert "请点" in html(login(chief).post(QUEUE, {"action": action, "row": ["x"]}), 422)


def test_those_without_review_rights_are_told_so(clerk: StaffAccount, login: Any) -> None:
    assert "没有审核权限" in html(login(clerk).get(QUEUE), 403)


def test_the_queue_takes_the_same_queries_for_three_rows_and_for_thirty(
    unit: Unit,
    clerk: StaffAccount,
    chief: StaffAccount,
    login: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = login(chief)
    for _ in range(30):
        submitted(unit, clerk)
    with django_assert_max_num_queries(8):
        assert len(shown(client.get(QUEUE))) == 30


def test_remarks_stand_in_the_order_of_the_form(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    record = submitted(unit, clerk)
    # The database keeps the shorter of two keys first.
    said = {"subject": "写清机构名称", "phone": "补登电话"}
    advance(record, "return", by=chief, remarks=said)
    page = html(login(clerk).get(registry.get("petitions.petition").url("detail", record.pk)))
    assert page.index("写清机构名称") < page.index("补登电话")


def test_a_remark_on_rows_carries_their_name(
    unit: Unit, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    register = registry.get("enforcement.jointoperation")
    record = sample(register, unit, Status.SUBMITTED)
    advance(record, "return", by=chief, remarks={"inspectionvisit": "缺一家"})
    page = html(login(clerk).get(register.url("detail", record.pk)))
    assert "<strong>巡查家次：</strong>缺一家" in page
