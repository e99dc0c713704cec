"""Rules for passwords, and changing one's own."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command

from organization.accounts import passwords
from organization.models import PasswordRecord, StaffAccount
from tests.contract.pages import html

from .conftest import OTHER, PASSWORD, is_signed_in, sign_in


@pytest.mark.parametrize(
    "password",
    [
        "Short-1aB",
        "alllowercaseletters",
        "LOWER-and",
        "lower-and-hyphen",
        "LOWERand",
        "12345678901",
        "Wangxiaoyu-1",
        "P@ssw0rd123"[:9],
        "password123",
    ],
)
def test_weak_passwords_are_refused(password, person):
    with pytest.raises(ValidationError):
        validate_password(password, person)


@pytest.mark.parametrize(
    "password", ["Lianhua-Qiao", "lianhua-qiao-88", "LianhuaQiao88", "莲花Qiao-88x"]
)
def test_ten_characters_of_three_kinds_are_enough(password, person):
    validate_password(password, person)


def test_the_last_five_passwords_are_not_taken_again(person):
    chosen = [f"Lianhua-Qiao-{number}0" for number in range(7)]
    for password in chosen:
        passwords.choose_password(person, password, by=person)
    for password in chosen[2:]:
        with pytest.raises(ValidationError, match="最近 5 次"):
            validate_password(password, person)
    validate_password(chosen[1], person)
    assert PasswordRecord.objects.filter(account=person).count() == 5


def test_a_password_set_on_the_command_line_is_remembered_as_well(person, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: OTHER)
    call_command("changepassword", "wangxiaoyu", verbosity=0)
    with pytest.raises(ValidationError):
        validate_password(OTHER, StaffAccount.objects.get(pk=person.pk))


def change(client: Any, **changes: str) -> Any:
    data = {"old_password": PASSWORD, "new_password": OTHER, "repeated": OTHER}
    return client.post("/account/password/", data | changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"old_password": "wrong-Password-1"}, "当前密码不正确"),
        ({"repeated": PASSWORD}, "两次输入的密码不一致"),
        ({"new_password": "short", "repeated": "short"}, "至少三种"),
        ({"new_password": PASSWORD, "repeated": PASSWORD}, "最近 5 次"),
        ({"new_password": "", "repeated": ""}, "没有保存"),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(changes, told, person, client):
    sign_in(client)
    text = html(change(client, **changes), 422)
    assert told in text
    assert OTHER not in text
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_guessing_the_old_password_at_an_open_screen_locks(person, client):
    sign_in(client)
    for _ in range(5):
        text = html(change(client, old_password="wrong-Password-1"), 422)
    assert "已锁定" in text
    assert "已锁定" in html(change(client), 422)
    assert is_signed_in(client)


def test_the_new_password_is_stored_with_argon2(person, client):
    sign_in(client)
    change(client)
    person.refresh_from_db()
    assert person.password.startswith("argon2")
    assert person.password_changed_at is not None
