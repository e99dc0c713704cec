"""Accounts: role and group, whose pages open for whom, sign-in and sign-out."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from organization.models import BUREAU_WIDE, PERSONAL_DATA, Role, StaffAccount, Unit
from organization.roles import NAMED, RECORD_ACTIONS, give_role, sync_roles
from tests.conftest import PASSWORD
from tests.contract.pages import html

# --- Roles -------------------------------------------------------------------------------------


def test_there_are_seven_roles_each_with_its_group() -> None:
    assert len(Role.values) == 7
    assert set(RECORD_ACTIONS) == set(NAMED) == set(Role.values)


def test_who_only_looks_never_writes() -> None:
    for role in (Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert RECORD_ACTIONS[role] == {"view"}
    assert RECORD_ACTIONS[Role.SECURITY_ADMINISTRATOR] == set()
    assert "approve" not in RECORD_ACTIONS[Role.CLERK]
    assert {Role.CHIEF, Role.CLERK}.isdisjoint(BUREAU_WIDE)
    assert {role for role in Role if "change" in RECORD_ACTIONS[role]} == PERSONAL_DATA


def test_named_permissions_exist(db: None) -> None:
    known = {
        f"{p.content_type.app_label}.{p.codename}"
        for p in Permission.objects.select_related("content_type")
    }
    for role in Role.values:
        assert NAMED[role] <= known, NAMED[role] - known


def test_groups_are_set_back_to_the_table(db: None) -> None:
    group = Group.objects.get(name=Role.CLERK)
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.set([Permission.objects.get(codename="compile_annualreport")])
    sync_roles()
    assert set(group.permissions.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("role", Role.values)
def test_a_new_role_replaces_the_old_one(role: str, clerk: StaffAccount) -> None:
    give_role(clerk, role)
    clerk = StaffAccount.objects.get(pk=clerk.pk)
    assert clerk.role == role
    assert [group.name for group in clerk.groups.all()] == [role]
    assert clerk.has_perm("governance.approve_meeting") == ("approve" in RECORD_ACTIONS[role])
    assert clerk.sees_all_units == (role in BUREAU_WIDE)
    assert clerk.role_label == Role(role).label


def test_an_account_may_write_for_its_part_of_the_tree(
    unit: Unit, other_unit: Unit, clerk: StaffAccount, reviewer: StaffAccount
) -> None:
    child = Unit.objects.create(name="下属", code="below", kind="school", parent=unit)
    closed = Unit.objects.create(name="撤并", code="gone", kind="school", parent=unit, active=False)
    assert clerk.may_write(unit.pk)
    assert clerk.may_write(child.pk)
    assert not clerk.may_write(other_unit.pk)
    assert reviewer.may_write(other_unit.pk)
    keys = {row["pk"] for row in clerk.writable_unit_ids()}
    assert keys == {unit.pk, child.pk}
    assert closed.pk not in {row["pk"] for row in reviewer.writable_unit_ids()}


def test_an_account_brings_its_unit_along(
    clerk: StaffAccount, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert StaffAccount.objects.get(pk=clerk.pk).unit.name


def test_passwords_are_not_kept_in_the_history(clerk: StaffAccount) -> None:
    tracker: Any = StaffAccount.pgh_event_model
    fields = {field.name for field in tracker._meta.get_fields()}
    assert {"password", "last_login"}.isdisjoint(fields)
    assert tracker.objects.filter(pgh_obj_id=clerk.pk).exists()


# --- Pages -------------------------------------------------------------------------------------

PAGES = {
    "/units/": {Role.ADMINISTRATOR},
    "/units/new/": {Role.ADMINISTRATOR},
    "/units/profile/": {Role.ADMINISTRATOR},
    "/staff/": {Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR},
    "/staff/new/": {Role.ADMINISTRATOR},
    "/security-log/": {Role.AUDITOR},
    "/account/": set(Role),
    "/account/password/": set(Role),
    "/account/factor/": set(Role),
}


@pytest.mark.parametrize("role", Role.values)
def test_pages_open_for_their_roles_only(
    role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    client = login(make_account(unit, role))
    for path, roles in PAGES.items():
        html(client.get(path), 200 if role in roles else 403)
    html(client.get("/"))


@pytest.mark.parametrize(
    "path", [*PAGES, "/", "/units/1/", "/staff/1/", "/staff/1/edit/", "/staff/1/reset/"]
)
def test_strangers_go_to_the_login(path: str, client: Client, db: None) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={path}"


# --- Signing in --------------------------------------------------------------------------------


def test_signing_in_leads_home_or_where_one_was_going(client: Client, db: None) -> None:
    html(client.get("/login/"))
    data = {"username": "fazhi", "password": PASSWORD}
    assert client.post("/login/", data)["Location"] == "/"
    assert client.get("/login/")["Location"] == "/"
    client.post("/logout/")
    response = client.post("/login/", data | {"next": "/jobs/"})
    assert response["Location"] == "/jobs/"


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org/", "javascript:alert(1)"]
)
def test_signing_in_never_leads_away(target: str, client: Client, db: None) -> None:
    data = {"username": "fazhi", "password": PASSWORD, "next": target}
    assert client.post("/login/", data)["Location"] == "/"


def test_a_refused_sign_in_does_not_tell_whether_the_account_exists(
    client: Client, db: None
) -> None:
    StaffAccount.objects.filter(username="juling").update(is_active=False)
    texts = set()
    for name, password in (("fazhi", "wrong"), ("nobody", "wrong"), ("juling", PASSWORD)):
        text = html(client.post("/login/", {"username": name, "password": password}))
        assert "用户名或密码不正确" in text
        texts.add(text.count("note--danger"))
    assert texts == {1}


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a\x00b", "长" * 10_000, "' OR 1=1 --"]
)
def test_the_login_survives_anything(name: str, client: Client, db: None) -> None:
    text = html(client.post("/login/", {"username": name, "password": name}))
    assert "<script>alert" not in text


def test_signing_out_needs_a_click_not_a_link(clerk: StaffAccount, login: Any) -> None:
    client = login(clerk)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_signing_in_needs_the_token(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    html(client.post("/login/", {"username": "fazhi", "password": PASSWORD}), 403)
