"""The second factor: set up, asked for, never twice the same code, taken off."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from organization.accounts import factors
from organization.models import SecurityEvent
from tests.contract.pages import html

from .conftest import PASSWORD, is_signed_in, sign_in

CODE = re.compile(r"<code>([a-z2-7]{8})</code>")


def code_of(device: TOTPDevice, step: int = 1) -> str:
    """The code the app will show `step` half minutes from now.

    The next one is taken already, and stays right when the half minute ends during a test.
    """
    return f"{totp(device.bin_key, drift=step):06d}"


def wrong(device: TOTPDevice) -> str:
    return f"{(int(code_of(device)) + 500_000) % 1_000_000:06d}"


@pytest.fixture
def set_up(person: Any, client: Client) -> tuple[TOTPDevice, list[str]]:
    """The person's authenticator and recovery codes, set up through the pages."""
    sign_in(client)
    client.get("/account/factor/")
    device = TOTPDevice.objects.get(user=person)
    text = html(client.post("/account/factor/", {"code": code_of(device, 0)}))
    client.post("/logout/")
    device.refresh_from_db()
    return device, CODE.findall(text)


def second_step(client: Client, code: str) -> Any:
    return client.post("/login/code/", {"code": code})


# --- Set-up -------------------------------------------------------------------------------------


def test_setting_up_shows_picture_and_secret_and_then_ten_codes(set_up, person):
    device, codes = set_up
    assert device.confirmed
    assert len(set(codes)) == 10


def test_the_picture_keeps_to_the_content_policy(person, client):
    sign_in(client)
    text = html(client.get("/account/factor/"))
    assert "<svg" in text
    device = TOTPDevice.objects.get(user=person)
    assert factors.Setup(device).secret in text


def test_a_wrong_first_code_turns_nothing_on(person, client):
    sign_in(client)
    client.get("/account/factor/")
    device = TOTPDevice.objects.get(user=person)
    html(client.post("/account/factor/", {"code": wrong(device)}), 422)
    device.refresh_from_db()
    assert not device.confirmed


def test_the_secret_is_never_shown_again(set_up, client, person):
    device, _ = set_up
    sign_in(client)
    second_step(client, code_of(device))
    assert client.get("/account/factor/")["Location"] == "/account/"
    assert factors.Setup(device).secret not in html(client.get("/account/"))


def test_setting_up_ends_the_other_sessions(person, client):
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    client.get("/account/factor/")
    device = TOTPDevice.objects.get(user=person)
    client.post("/account/factor/", {"code": code_of(device)})
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


# --- Signing in ---------------------------------------------------------------------------------


def test_the_password_alone_lets_nobody_in(set_up, client):
    assert sign_in(client)["Location"] == "/login/code/"
    assert not is_signed_in(client)


def test_password_and_code_lead_where_one_was_going(set_up, client):
    device, _ = set_up
    data = {"username": "wangxiaoyu", "password": PASSWORD, "next": "/jobs/"}
    client.post("/login/", data)
    assert second_step(client, code_of(device))["Location"] == "/jobs/"
    assert is_signed_in(client)


def test_each_step_gives_the_session_a_new_key(set_up, client):
    device, _ = set_up
    session = client.session  # one that somebody else may have planted
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    keys = [session.session_key]
    sign_in(client)
    keys.append(client.cookies["sessionid"].value)
    second_step(client, code_of(device))
    keys.append(client.cookies["sessionid"].value)
    assert len(set(keys)) == 3


def test_a_code_works_once(set_up, client):
    device, _ = set_up
    code = code_of(device)
    sign_in(client)
    second_step(client, code)
    other = Client()
    sign_in(other)
    assert "已用过" in html(second_step(other, code))
    assert not is_signed_in(other)


def test_a_code_typed_with_blanks_or_full_width_digits_is_taken(set_up, client):
    device, _ = set_up
    sign_in(client)
    code = code_of(device)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[:3]) + " " + code[3:]
    assert second_step(client, wide).status_code == 302


def test_a_wrong_code_makes_the_next_one_wait(set_up, client):
    device, _ = set_up
    sign_in(client)
    second_step(client, wrong(device))
    assert "等待" in html(second_step(client, code_of(device)))
    assert not is_signed_in(client)


def test_five_wrong_codes_ask_for_the_password_again(set_up, client):
    device, _ = set_up
    sign_in(client)
    answers = [second_step(client, wrong(device)).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 302]
    assert second_step(client, code_of(device))["Location"] == "/login/"


def test_the_second_step_ends_after_five_minutes(set_up, client, time_machine):
    device, _ = set_up
    sign_in(client)
    time_machine(minutes=6)
    assert second_step(client, code_of(device, 12))["Location"] == "/login/"


def test_nobody_comes_to_the_second_step_without_the_first(db, client):
    assert client.get("/login/code/")["Location"] == "/login/"
    assert second_step(client, "123456")["Location"] == "/login/"


def test_an_account_closed_between_the_steps_stays_out(set_up, client, person):
    device, _ = set_up
    sign_in(client)
    person.is_active = False
    person.save()
    assert second_step(client, code_of(device))["Location"] == "/login/"


@pytest.mark.parametrize("code", ["", "<script>", "a\x00b", "1" * 500, "١٢٣٤٥٦", "--"])
def test_any_nonsense_is_refused(code, set_up, client):
    sign_in(client)
    html(second_step(client, code))
    assert not is_signed_in(client)


def test_a_recovery_code_works_once_and_is_logged(set_up, client, person):
    _, codes = set_up
    sign_in(client)
    assert second_step(client, codes[0].upper())["Location"] == "/"
    assert SecurityEvent.objects.filter(subject=person, kind="recovery_used").exists()
    other = Client()
    sign_in(other)
    html(second_step(other, codes[0]))
    assert not is_signed_in(other)


# --- Taking it off ------------------------------------------------------------------------------


def test_taking_it_off_needs_password_and_code(set_up, client, person):
    device, codes = set_up
    sign_in(client)
    second_step(client, code_of(device))
    for data in (
        {"password": PASSWORD, "code": wrong(device)},
        {"password": "wrong-Password-1", "code": codes[1]},
    ):
        html(client.post("/account/factor/remove/", data), 422)
    assert factors.device_of(person)
    data = {"password": PASSWORD, "code": codes[2]}
    assert client.post("/account/factor/remove/", data).status_code == 302
    assert factors.device_of(person) is None


def test_new_recovery_codes_replace_the_old(set_up, client):
    device, old = set_up
    sign_in(client)
    second_step(client, code_of(device))
    data = {"password": PASSWORD, "code": old[0]}
    new = CODE.findall(html(client.post("/account/factor/codes/", data)))
    assert len(new) == 10
    assert not set(new) & set(old)
    assert factors.verify(device.user, old[1]) is None


def test_an_administrator_takes_it_off_with_a_reason(set_up, client, person, login, security):
    device, _ = set_up
    sign_in(client)
    second_step(client, code_of(device))
    html(login(security).post(f"/staff/{person.pk}/remove-factor/", {"reason": ""}), 422)
    data = {"reason": "手机遗失，已当面核对"}
    assert login(security).post(f"/staff/{person.pk}/remove-factor/", data).status_code == 302
    assert not is_signed_in(client)
    assert sign_in(client)["Location"] == "/"
    event = SecurityEvent.objects.filter(subject=person, kind="factor_removed").get()
    assert event.detail == "手机遗失，已当面核对"


# --- Required -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/jobs/", "/account/", "/petitions/petition/"])
def test_a_required_person_goes_to_the_set_up_and_nowhere_else(path, person, client, settings):
    settings.TOTP_ROLES = ["clerk"]
    sign_in(client)
    assert client.get(path)["Location"] == "/account/factor/"
    html(client.get("/account/factor/"))
    assert client.post("/logout/").status_code == 302


def test_after_the_set_up_everything_is_open(person, client, settings):
    settings.TOTP_ROLES = ["clerk"]
    sign_in(client)
    client.get("/account/factor/")
    device = TOTPDevice.objects.get(user=person)
    html(client.post("/account/factor/", {"code": code_of(device)}))
    html(client.get("/"))


def test_other_roles_are_not_asked(person, client, settings):
    settings.TOTP_ROLES = ["leader"]
    sign_in(client)
    html(client.get("/"))


def test_without_the_setting_tests_and_demo_stay_usable(settings):
    assert settings.TOTP_ROLES == []


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("", ["administrator", "auditor", "leader", "security_administrator"]),
        ("none", []),
        ("clerk,chief", ["chief", "clerk"]),
    ],
)
def test_production_asks_administrators_and_leaders_unless_told_otherwise(value, wanted):
    key = "kR7vX2pQ9mW4tB8nL5cZ1sD6fG3hJ0aYuEoIxNqVwTrPbMgCdKs"
    environment = os.environ | {
        "PORTAL_MODE": "production",
        "SECRET_KEY": key,
        "DATA_KEYS": key[::-1],
        "ALLOWED_HOSTS": "fz.example.cn",
        "TOTP_ROLES": value,
    }
    script = "from haian_lawgov import settings; print(','.join(sorted(settings.TOTP_ROLES)))"
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert [role for role in run.stdout.strip().split(",") if role] == wanted
