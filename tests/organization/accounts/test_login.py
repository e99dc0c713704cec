"""Signing in: locks, one message for all failures, sessions that begin anew, safe ways back."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from organization.accounts.forms import LOCKED
from organization.accounts.network import client_ip, login_name
from organization.models import SecurityEvent, StaffAccount
from tests.contract.pages import html

from .conftest import PASSWORD, is_signed_in, sign_in

WRONG = "用户名或密码不正确"
ELSEWHERE = {"REMOTE_ADDR": "10.0.0.9"}


def fail(client: Client, times: int, name: str = "wangxiaoyu", **extra: Any) -> str:
    text = ""
    for _ in range(times):
        text = html(sign_in(client, name, "wrong-Password-1", **extra))
    return text


def test_five_failures_lock(person, client):
    assert WRONG in fail(client, 4)
    assert LOCKED in fail(client, 1)


def test_the_right_password_is_refused_during_the_lock(person, client):
    fail(client, 5)
    assert LOCKED in html(sign_in(client))
    assert not is_signed_in(client)


def test_another_address_is_not_locked(person, client):
    fail(client, 5)
    assert sign_in(Client(), **ELSEWHERE)["Location"] == "/"


def test_another_person_at_the_same_address_is_not_locked(person, client):
    fail(client, 5, name="nobody-at-all")
    assert sign_in(client)["Location"] == "/"


def test_the_lock_ends_after_a_quarter_of_an_hour(person, client, time_machine):
    fail(client, 5)
    time_machine(minutes=14)
    assert LOCKED in html(sign_in(client))
    time_machine(minutes=2)
    assert sign_in(client)["Location"] == "/"


def test_trying_during_the_lock_does_not_make_it_longer(person, client, time_machine):
    fail(client, 5)
    time_machine(minutes=10)
    fail(client, 3)
    time_machine(minutes=6)
    assert sign_in(client)["Location"] == "/"


def test_signing_in_forgets_earlier_failures(person, client):
    fail(client, 4)
    sign_in(client)
    client.post("/logout/")
    assert WRONG in fail(client, 4)


@pytest.mark.parametrize("name", ["WANGXIAOYU", " wangxiaoyu", "ｗａｎｇｘｉａｏｙｕ"])
def test_other_spellings_of_a_name_share_its_lock(name, person, client):
    fail(client, 5)
    assert LOCKED in html(sign_in(client, name))


def test_the_lock_holds_while_the_cache_is_away(person, client, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}}
    assert LOCKED in fail(client, 5)


def test_the_security_administrator_unlocks(person, client, login, security):
    fail(client, 5)
    keeper = login(security)
    assert "已锁定" in html(keeper.get(f"/staff/{person.pk}/"))
    assert keeper.post(f"/staff/{person.pk}/unlock/").status_code == 302
    assert sign_in(client)["Location"] == "/"


@pytest.mark.parametrize("kind", ["unknown", "wrong", "closed", "invited"])
def test_all_failures_read_the_same(kind, person, newcomer, client):
    if kind == "closed":
        StaffAccount.objects.filter(pk=person.pk).update(is_active=False)
    name = {"unknown": "nobody", "invited": "linan"}.get(kind, "wangxiaoyu")
    password = "wrong-Password-1" if kind == "wrong" else PASSWORD
    text = html(sign_in(client, name, password))
    assert WRONG in text
    assert "停用" not in text


def test_an_unknown_name_is_locked_like_a_known_one(person, client):
    assert LOCKED in fail(client, 5, name="nobody")


def test_an_unknown_name_costs_a_hash_as_well(person, client, monkeypatch):
    """The time of the answer must not tell whether a name exists."""
    made = []
    encode = Argon2PasswordHasher.encode
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *a, **k: made.append(1) or encode(*a, **k)
    )
    sign_in(client, "nobody")
    assert made == [1]


@pytest.mark.parametrize("name", ["WangXiaoyu", "WANGXIAOYU"])
def test_the_case_of_the_name_does_not_matter(name, person, client):
    assert sign_in(client, name)["Location"] == "/"


def test_the_session_gets_a_new_key_with_the_sign_in(person, client):
    client.get("/login/")
    client.cookies["sessionid"] = "chosen-by-an-attacker-00000000000"
    sign_in(client)
    assert client.cookies["sessionid"].value != "chosen-by-an-attacker-00000000000"


@pytest.mark.parametrize(
    "target",
    ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "\x00"],
)
def test_the_way_back_never_leads_away(target, person, client):
    response = client.post(
        f"/login/?next={target}",
        {"username": "wangxiaoyu", "password": PASSWORD, "next": target},
    )
    assert response["Location"] == "/"


def test_the_log_keeps_success_failure_and_lock(person, client):
    sign_in(client, REMOTE_ADDR="10.1.2.3")
    client.post("/logout/")
    fail(client, 6, REMOTE_ADDR="10.1.2.3")
    kinds = list(SecurityEvent.objects.filter(subject=person).values_list("kind", "ip"))
    names = [kind for kind, _ in reversed(kinds)]
    assert names[:2] == ["login", "logout"]
    assert names.count("login_failed") >= 4
    assert names.count("locked") == 1
    assert {ip for _, ip in kinds} >= {"10.1.2.3"}


def test_no_password_is_written_down(person, client):
    sign_in(client, password="geheim-Passwort-7")
    assert "geheim" not in str(list(AccessAttempt.objects.values()))
    assert "geheim" not in str(list(SecurityEvent.objects.values()))


# --- Addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind", "meta", "wanted"),
    [
        (False, {"REMOTE_ADDR": "10.0.0.1"}, "10.0.0.1"),
        (False, {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "9.9.9.9"}, "10.0.0.1"),
        (True, {"REMOTE_ADDR": "172.18.0.2", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}, "10.0.0.7"),
        (True, {"REMOTE_ADDR": "x", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 10.0.0.7"}, "10.0.0.7"),
        (True, {"REMOTE_ADDR": "172.18.0.2", "HTTP_X_FORWARDED_FOR": "'; drop"}, None),
        (False, {"REMOTE_ADDR": ""}, None),
    ],
)
def test_the_address_is_the_one_the_proxy_saw(behind, meta, wanted, settings, rf):
    settings.BEHIND_PROXY = behind
    request = rf.get("/")
    request.META.update(meta)
    assert client_ip(request) == wanted


@pytest.mark.parametrize("name", ["a\x00b", "长" * 1000, "", "' OR 1=1 --"])
def test_any_name_can_be_counted(name, rf):
    request = rf.post("/login/", {"username": name})
    assert len(login_name(request)) <= 150
    assert "\x00" not in login_name(request)
