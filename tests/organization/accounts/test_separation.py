"""Three administrators: none does another's work, none can lock everybody out."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from kernel.collaboration.handover import account_closers
from kernel.records.errors import Refused
from organization.accounts import services
from organization.accounts.views.actions import ACTIONS
from organization.models import ADMINISTRATOR_KINDS, Role, SecurityEvent, StaffAccount
from organization.roles import NAMED, RECORD_ACTIONS
from tests.contract.pages import html

from .conftest import PASSWORD, is_signed_in, sign_in

REASON = {"reason": "经核实"}
BY_SYSTEM = {"invite", "cancel-invitation", "close", "reopen"}


# --- Who may do what ----------------------------------------------------------------------------


def test_the_table_of_roles_keeps_the_three_apart():
    system, security = NAMED[Role.ADMINISTRATOR], NAMED[Role.SECURITY_ADMINISTRATOR]
    assert "organization.secure_staffaccount" not in system
    assert "organization.change_staffaccount" not in security
    for role in Role.values:
        reads_log = "organization.view_securityevent" in NAMED[role]
        assert reads_log == (role == Role.AUDITOR)
    assert RECORD_ACTIONS[Role.SECURITY_ADMINISTRATOR] == set()


@pytest.mark.parametrize("role", Role.values)
def test_each_act_is_open_to_its_administrator_only(
    role: str, unit: Any, person: StaffAccount, make_account: Any, login: Any
) -> None:
    security_acts = {a.name for a in ACTIONS if "organization.secure_staffaccount" in a.permissions}
    allowed = {Role.ADMINISTRATOR: BY_SYSTEM, Role.SECURITY_ADMINISTRATOR: security_acts}
    client = login(make_account(unit, role))
    opened = {
        action.name
        for action in ACTIONS
        if client.get(f"/staff/{person.pk}/{action.name}/").status_code == 200
    }
    assert opened == allowed.get(Role(role), set())


def test_the_system_administrator_asks_for_a_role_and_the_security_administrator_grants_it(
    unit, login, system, security
):
    data = {"username": "chenyi", "display_name": "陈一", "unit": unit.pk}
    login(system).post("/staff/new/", data | {"requested_role": "chief"})
    account = StaffAccount.objects.get(username="chenyi")
    assert (account.role, account.requested_role) == ("", "chief")
    assert not account.has_perm("petitions.view_petition")
    login(security).post(f"/staff/{account.pk}/role/", REASON | {"role": "chief"})
    account = StaffAccount.objects.get(username="chenyi")
    assert (account.role, account.requested_role) == ("chief", "")
    assert account.has_perm("petitions.approve_petition")


def test_the_system_administrator_cannot_grant_a_role(login, system, person):
    client = login(system)
    html(client.post(f"/staff/{person.pk}/role/", REASON | {"role": "leader"}), 403)
    data = {
        "username": "wangxiaoyu",
        "display_name": person.display_name,
        "unit": person.unit_id,
        "role": "leader",
        "is_superuser": "on",
        "groups": "1",
    }
    client.post(f"/staff/{person.pk}/edit/", data)
    person.refresh_from_db()
    assert (person.role, person.is_superuser) == ("clerk", False)


def test_a_refused_role_stays_as_it_was(login, system, security, person):
    services.request_role(person, Role.LEADER, by=system)
    login(security).post(f"/staff/{person.pk}/refuse-role/", REASON)
    person.refresh_from_db()
    assert (person.role, person.requested_role) == ("clerk", "")


def test_an_unknown_role_is_not_granted(login, security, person):
    html(login(security).post(f"/staff/{person.pk}/role/", REASON | {"role": "root"}), 422)


@pytest.mark.parametrize("who", ["guanli", "anquan"])
def test_nobody_acts_on_the_own_account(who, login, db):
    account = StaffAccount.objects.get(username=who)
    before = StaffAccount.objects.filter(pk=account.pk).values().get()
    client, data = login(account), REASON | {"role": "leader"}
    # Signing oneself out everywhere, at the end, harms nobody.
    for action in sorted(ACTIONS, key=lambda action: action.name == "end-sessions"):
        status = client.post(f"/staff/{account.pk}/{action.name}/", data).status_code
        assert status in (403, 422) or action.name == "end-sessions"
    after = StaffAccount.objects.filter(pk=account.pk).values().get()
    assert {k for k in before if before[k] != after[k]} <= {"last_login"}


def test_nobody_asks_for_an_own_role(login, system):
    data = {"username": "guanli", "display_name": system.display_name, "unit": system.unit_id}
    login(system).post(f"/staff/{system.pk}/edit/", data | {"requested_role": "leader"})
    system.refresh_from_db()
    assert system.requested_role == ""


# --- Nobody holds two offices, nobody is the last to go ------------------------------------------


@pytest.mark.parametrize("name", ["guanli", "anquan", "shenji"])
def test_the_last_administrator_of_a_kind_stays(name, db, unit, make_account):
    account = StaffAccount.objects.get(username=name)
    by = make_account(unit, Role.SECURITY_ADMINISTRATOR)
    StaffAccount.objects.filter(pk=by.pk).update(is_active=False)
    with pytest.raises(Refused, match="最后一个"):
        services.close_account(account, by=by, reason="离任")
    with pytest.raises(Refused, match="最后一个"):
        services.grant_role(account, Role.CLERK, by=by)


def test_an_invited_administrator_does_not_count_as_one(unit, system, security, make_account):
    second = make_account(unit, Role.ADMINISTRATOR)
    second.set_unusable_password()
    second.save()
    with pytest.raises(Refused, match="最后一个"):
        services.close_account(system, by=security, reason="离任")
    second.set_password(PASSWORD)
    second.save()
    services.close_account(system, by=security, reason="离任")


@pytest.mark.parametrize("role", sorted(ADMINISTRATOR_KINDS - {Role.AUDITOR}))
def test_one_person_does_not_hold_two_offices(role, unit, security, auditor, make_account):
    twin = make_account(auditor.unit, Role.CLERK)
    twin.display_name = auditor.display_name
    twin.save()
    with pytest.raises(Refused, match="三个人"):
        services.grant_role(twin, role, by=security)
    services.grant_role(twin, Role.CHIEF, by=security)


# --- Closing ------------------------------------------------------------------------------------


def test_a_closed_account_is_out_at_once(client, person, system, login):
    sign_in(client)
    assert is_signed_in(client)
    assert login(system).post(f"/staff/{person.pk}/close/", REASON).status_code == 302
    assert not is_signed_in(client)
    html(sign_in(client))
    assert person.links.open().count() == 0


def test_closing_is_kept_in_history_and_log(person, system):
    services.close_account(person, by=system, reason="调离")
    tracker: Any = StaffAccount.pgh_event_model
    last = tracker.objects.filter(pgh_obj_id=person.pk).latest("pgh_id")
    assert not last.is_active
    assert last.pgh_context.metadata["reason"] == "停用账号：调离"
    assert SecurityEvent.objects.filter(subject=person, kind="closed", actor=system).exists()


def test_an_account_is_not_closed_twice(person, system):
    services.close_account(person, by=system, reason="调离")
    with pytest.raises(Refused, match="已经停用"):
        services.close_account(person, by=system, reason="调离")


def test_a_reopened_account_has_neither_role_nor_password(person, system):
    services.close_account(person, by=system, reason="调离")
    services.reopen_account(person, by=system, reason="调回")
    person = StaffAccount.objects.get(pk=person.pk)
    assert (person.role, person.requested_role) == ("", "clerk")
    assert not person.has_usable_password()
    assert not person.groups.exists()


# --- The log ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", ["UPDATE {} SET detail = ''", "DELETE FROM {}"])
def test_the_log_is_never_changed(sql, person, system):
    services.close_account(person, by=system, reason="调离")
    statement = sql.format(SecurityEvent._meta.db_table)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert SecurityEvent.objects.filter(detail="调离").exists()


def test_the_auditor_reads_the_log_by_kind_person_and_day(login, auditor, person, system):
    services.close_account(person, by=system, reason="调离本局")
    client = login(auditor)
    for query in ("", "?kind=closed", "?q=wangxiaoyu", f"?q={system.display_name}"):
        assert "调离本局" in html(client.get(f"/security-log/{query}")), query
    for query in ("?kind=reset", "?q=nobody-at-all", "?until=2001-01-01", "?since=9999-12-31"):
        assert "调离本局" not in html(client.get(f"/security-log/{query}")), query


@pytest.mark.parametrize(
    "query", ["?kind=<script>", "?since=昨天", "?q=%00", f"?q={'长' * 500}", "?page=-1", "?page=x"]
)
def test_the_log_survives_any_filter(query, login, auditor):
    html(login(auditor).get(f"/security-log/{query}"))


def test_the_log_needs_few_queries(login, auditor, person, django_assert_max_num_queries):
    for number in range(60):
        SecurityEvent.objects.create(kind="login", actor=person, subject=person, detail=str(number))
    client = login(auditor)
    client.get("/security-log/")
    with django_assert_max_num_queries(8):
        html(client.get("/security-log/"))


def test_two_administrators_do_not_close_each_other(own_database):
    """Both at the same moment: the second is refused, not both let go and not both stuck."""
    first = StaffAccount.objects.get(username="guanli")
    second = StaffAccount.objects.create(
        username="guanli2", display_name="第二人", unit=first.unit, role=Role.ADMINISTRATOR
    )
    outcomes: list[str] = []

    def close(whom: StaffAccount, by: StaffAccount) -> None:
        try:
            services.close_account(whom, by=by, reason="互相停用")
            outcomes.append("closed")
        except Refused as refusal:
            outcomes.append(str(refusal)[:7])
        finally:
            connection.close()

    pairs = [(first, second), (second, first)]
    threads = [threading.Thread(target=close, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["closed", "这是最后一个可"]


def test_a_handover_closes_the_leavers_account_the_same_way():
    assert services.close_account in account_closers
