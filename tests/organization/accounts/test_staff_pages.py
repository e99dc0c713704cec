"""The staff list and the form: found, filtered, one person one account."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from organization.accounts import services
from organization.models import Role, SecurityEvent, StaffAccount
from tests.contract.pages import html

from .conftest import PASSWORD


@pytest.fixture
def pages(login: Any, system: StaffAccount) -> Any:
    return login(system)


def data(own: Any, **changes: Any) -> dict[str, Any]:
    base = {"username": "chenyi", "display_name": "陈一", "unit": own.pk}
    return base | {"requested_role": "clerk"} | changes


@pytest.mark.parametrize("word", ["wangxiaoyu", "WANGXIAO", "A-100", "88887777", "晓雨"])
def test_people_are_found_by_name_number_and_phone(word, pages, person):
    StaffAccount.objects.filter(pk=person.pk).update(
        display_name="王晓雨", employee_number="A-1007", phone="88887777"
    )
    text = html(pages.get("/staff/", {"q": word}))
    assert "wangxiaoyu" in text
    assert ">luru<" not in text


def test_states_are_told_and_filtered(pages, person, newcomer, system):
    def names(state: str) -> str:
        return html(pages.get("/staff/", {"state": state, "unit": person.unit_id}))

    assert "wangxiaoyu" in names("active")
    assert "linan" in names("waiting")
    services.invite(newcomer, by=system)
    assert "linan" in names("invited")
    assert "linan" not in names("waiting")
    services.close_account(person, by=system, reason="调离")
    assert "wangxiaoyu" in names("closed")
    assert "wangxiaoyu" not in names("active")


def test_a_locked_account_is_listed_as_locked(pages, person, client):
    for _ in range(5):
        client.post("/login/", {"username": "WangXiaoyu", "password": "x"})
    assert "wangxiaoyu" in html(pages.get("/staff/", {"state": "locked"}))


def test_requested_roles_are_filtered(pages, person, system):
    services.request_role(person, Role.CHIEF, by=system)
    text = html(pages.get("/staff/", {"role": "requested"}))
    assert "wangxiaoyu" in text
    assert ">luru<" not in text


def test_the_list_is_paged_in_few_queries(pages, unit, make_account, django_assert_max_num_queries):
    for _ in range(60):
        make_account(unit, Role.CLERK)
    assert "第 2 /" in html(pages.get("/staff/?page=2"))
    with django_assert_max_num_queries(8):
        html(pages.get("/staff/"))


@pytest.mark.parametrize(
    "query", ["unit=x", "unit=999999", "role=<b>", "state=1", "q=%00", f"q={'长' * 99}", "page=-5"]
)
def test_the_list_survives_any_filter(query, pages):
    html(pages.get(f"/staff/?{query}"))


def test_an_account_in_few_queries(login, auditor, person, django_assert_max_num_queries):
    client = login(auditor)
    client.get(f"/staff/{person.pk}/")
    with django_assert_max_num_queries(12):
        html(client.get(f"/staff/{person.pk}/"))


# --- The form -----------------------------------------------------------------------------------


def test_a_new_account_waits_for_role_and_invitation(pages, unit, system):
    response = pages.post("/staff/new/", data(unit, employee_number="A-1"))
    account = StaffAccount.objects.get(username="chenyi")
    assert response["Location"] == f"/staff/{account.pk}/"
    assert not account.has_usable_password()
    assert account.role == ""
    kinds = SecurityEvent.objects.filter(subject=account, actor=system).values_list(
        "kind", flat=True
    )
    assert set(kinds) == {"created", "role_requested"}
    assert "待邀请" in html(pages.get(f"/staff/{account.pk}/"))


@pytest.mark.parametrize(
    "changes",
    [
        {"username": ""},
        {"username": "fazhi"},
        {"username": "FAZHI"},
        {"username": "有 空格"},
        {"display_name": ""},
        {"requested_role": "root"},
        {"unit": "0"},
        {"phone": "0513-8888 转 2"},
        {"employee_number": "工号"},
        {"email": "not-an-address"},
    ],
)
def test_wrong_entries_are_refused(changes, pages, unit):
    html(pages.post("/staff/new/", data(unit, **changes)), 422)
    assert not StaffAccount.objects.filter(username="chenyi").exists()


def test_an_employee_number_belongs_to_one_account(pages, unit, person):
    StaffAccount.objects.filter(pk=person.pk).update(employee_number="A-1")
    text = html(pages.post("/staff/new/", data(unit, employee_number="A-1")), 422)
    assert "该工号已有账号" in text
    pages.post("/staff/new/", data(unit))
    pages.post("/staff/new/", data(unit, username="chener", display_name="陈二"))
    assert StaffAccount.objects.filter(employee_number=None, unit=unit).count() >= 2


def test_a_namesake_in_the_unit_is_asked_about(pages, unit, person):
    entry = data(unit, display_name=person.display_name)
    text = html(pages.post("/staff/new/", entry), 422)
    assert "已有同名账号" in text
    assert pages.post("/staff/new/", entry | {"distinct": "on"}).status_code == 302


def test_names_are_one_whatever_their_case(unit, person):
    twin = StaffAccount(username="WangXiaoYu", display_name="某", unit=unit, role="clerk")
    twin.set_unusable_password()
    with pytest.raises(ValidationError):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_names_are_shown_as_text(pages, unit):
    pages.post("/staff/new/", data(unit, display_name="陈<b>一"))
    account = StaffAccount.objects.get(username="chenyi")
    for page in (f"/staff/{account.pk}/", "/staff/?q=chenyi", f"/staff/{account.pk}/invite/"):
        assert "陈&lt;b&gt;一" in html(pages.get(page))


def test_hashes_are_on_no_page(pages, person, login, security, auditor):
    for client in (pages, login(security), login(auditor)):
        text = html(client.get(f"/staff/{person.pk}/"))
        assert person.password not in text
        assert PASSWORD not in text


def test_a_change_of_facts_is_logged_by_name_of_the_field(pages, person):
    entry = data(person.unit, username="wangxiaoyu", display_name="王小雨", requested_role="")
    pages.post(f"/staff/{person.pk}/edit/", entry)
    event = SecurityEvent.objects.filter(subject=person, kind="changed").get()
    assert "姓名" in event.detail
