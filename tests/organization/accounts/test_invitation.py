"""A person sets the first password with a link that works once, for seven days."""

import re
from typing import Any

import pytest
from django.test import Client

from kernel.records.errors import Refused
from organization.accounts import links, services
from organization.models import AccessLink, SecurityEvent, StaffAccount
from tests.contract.pages import html

from .conftest import OTHER, PASSWORD, sign_in

LINK = re.compile(r"/welcome/\?key=([A-Za-z0-9_-]+)")


def post(client: Client, token: str, password: str = PASSWORD) -> Any:
    data = {"new_password": password, "repeated": password}
    return client.post(f"/welcome/?key={token}", data)


def invited(login: Any, system: StaffAccount, newcomer: StaffAccount) -> str:
    text = html(login(system).post(f"/staff/{newcomer.pk}/invite/"))
    found = LINK.search(text)
    assert found
    return found.group(1)


def test_the_invited_person_sets_the_password_and_signs_in(login, system, newcomer, client):
    token = invited(login, system, newcomer)
    assert newcomer.display_name in html(client.get(f"/welcome/?key={token}"))
    assert post(client, token)["Location"] == "/login/"
    assert sign_in(client, "linan")["Location"] == "/"


def test_a_link_works_once(login, system, newcomer, client):
    token = invited(login, system, newcomer)
    post(client, token)
    html(client.get(f"/welcome/?key={token}"), 410)
    html(post(client, token, OTHER), 410)
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_opening_a_link_does_not_use_it_up(login, system, newcomer, client):
    token = invited(login, system, newcomer)
    for _ in range(3):
        html(client.get(f"/welcome/?key={token}"))


def test_a_link_ends_after_seven_days(login, system, newcomer, client, time_machine):
    token = invited(login, system, newcomer)
    time_machine(days=6, hours=23)
    html(client.get(f"/welcome/?key={token}"))
    time_machine(hours=2)
    html(client.get(f"/welcome/?key={token}"), 410)
    html(post(client, token), 410)


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "..", "长" * 50, "a" * 5000, "' OR 1=1"])
def test_an_invented_link_lets_nobody_in(token, client, db):
    assert client.get(f"/welcome/?key={token}").status_code in (404, 410)


def test_a_changed_link_lets_nobody_in(login, system, newcomer, client):
    token = invited(login, system, newcomer)
    changed = token[:-1] + ("a" if token[-1] != "a" else "b")
    html(post(client, changed), 410)


def test_a_new_link_replaces_the_old_one(login, system, newcomer, client):
    old, new = invited(login, system, newcomer), invited(login, system, newcomer)
    html(client.get(f"/welcome/?key={old}"), 410)
    html(client.get(f"/welcome/?key={new}"))


def test_a_cancelled_link_lets_nobody_in(login, system, newcomer, client):
    token = invited(login, system, newcomer)
    assert login(system).post(f"/staff/{newcomer.pk}/cancel-invitation/").status_code == 302
    html(post(client, token), 410)


def test_the_link_of_a_closed_account_lets_nobody_in(system, newcomer, client):
    token = services.invite(newcomer, by=system)
    StaffAccount.objects.filter(pk=newcomer.pk).update(is_active=False)
    html(post(client, token), 410)


def test_the_database_does_not_know_the_secret(system, newcomer):
    token = services.invite(newcomer, by=system)
    (row,) = AccessLink.objects.filter(account=newcomer).values()
    assert token not in str(row)
    assert token not in str(list(SecurityEvent.objects.values()))


def test_the_log_and_the_history_do_not_know_the_secret(system, newcomer, client, caplog):
    caplog.set_level("INFO")
    token = services.invite(newcomer, by=system)
    html(client.get(f"/welcome/?key={token}"))
    post(client, token)
    assert "GET /welcome/" in caplog.text
    assert token not in caplog.text
    tracker: Any = StaffAccount.pgh_event_model
    last = tracker.objects.filter(pgh_obj_id=newcomer.pk).latest("pgh_id")
    assert last.pgh_context.metadata["url"] == "/welcome/"


def test_two_people_with_one_link_set_one_password(system, newcomer):
    token = services.invite(newcomer, by=system)
    links.use(token, PASSWORD)
    with pytest.raises(Refused, match="已用过"):
        links.use(token, OTHER)


@pytest.mark.parametrize(
    ("password", "repeated"), [("short-1A", "short-1A"), (PASSWORD, OTHER), ("", "")]
)
def test_a_refused_password_leaves_the_link_open(system, newcomer, client, password, repeated):
    token = services.invite(newcomer, by=system)
    data = {"new_password": password, "repeated": repeated}
    html(client.post(f"/welcome/?key={token}", data), 422)
    assert links.find(token)


def test_no_password_is_chosen_or_seen_by_the_administrator(login, system):
    page = html(login(system).get("/staff/new/"))
    assert 'type="password"' not in page


def test_whoever_has_a_password_is_not_invited_again(login, system, person):
    html(login(system).post(f"/staff/{person.pk}/invite/"), 422)
    assert not AccessLink.objects.filter(account=person).exists()


def test_the_link_is_mailed_where_mail_is_set_up(login, system, newcomer, settings, mailoutbox):
    settings.MAIL_ON = True
    newcomer.email = "linan@example.org"
    newcomer.save()
    token = invited(login, system, newcomer)
    (mail,) = mailoutbox
    assert mail.to == ["linan@example.org"]
    assert f"/welcome/?key={token}" in mail.body


def test_without_a_mail_server_nothing_is_mailed(login, system, newcomer, settings, mailoutbox):
    settings.MAIL_ON = False
    newcomer.email = "linan@example.org"
    newcomer.save()
    invited(login, system, newcomer)
    assert mailoutbox == []


# --- Reset --------------------------------------------------------------------------------------


def test_a_reset_takes_the_password_and_all_sessions(login, security, person, client):
    sign_in(client)
    text = html(login(security).post(f"/staff/{person.pk}/reset/", {"reason": "本人来电"}))
    assert client.get("/account/").status_code == 302
    html(sign_in(client))
    found = LINK.search(text)
    assert found
    assert post(client, found.group(1), OTHER).status_code == 302
    assert sign_in(client, password=OTHER)["Location"] == "/"


def test_a_reset_is_in_the_accounts_history_and_in_the_log(security, person):
    services.reset_password(person, by=security, reason="本人来电")
    tracker: Any = StaffAccount.pgh_event_model
    last = tracker.objects.filter(pgh_obj_id=person.pk).latest("pgh_id")
    assert last.pgh_context.metadata["reason"] == "重置密码：本人来电"
    event = SecurityEvent.objects.filter(subject=person).first()
    assert (event.kind, event.actor, event.detail) == ("reset", security, "本人来电")


def test_a_reset_wants_a_reason(login, security, person):
    html(login(security).post(f"/staff/{person.pk}/reset/", {"reason": " "}), 422)
    person.refresh_from_db()
    assert person.has_usable_password()
