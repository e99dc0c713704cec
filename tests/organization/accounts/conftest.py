"""The three administrators of a test bureau, and a person with a password."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from organization.models import Role, StaffAccount, Unit

PASSWORD = "Lianhua-Qiao-88"
OTHER = "Yueliang-Wan-99"


@pytest.fixture
def system(db: None) -> StaffAccount:
    """The demo's system administrator."""
    return StaffAccount.objects.get(username="guanli")


@pytest.fixture
def security(db: None) -> StaffAccount:
    """The demo's security administrator."""
    return StaffAccount.objects.get(username="anquan")


@pytest.fixture
def auditor(db: None) -> StaffAccount:
    """The demo's auditor."""
    return StaffAccount.objects.get(username="shenji")


@pytest.fixture
def person(unit: Unit, make_account: Callable[..., StaffAccount]) -> StaffAccount:
    """A clerk who can sign in."""
    account = make_account(unit, Role.CLERK, "wangxiaoyu")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def newcomer(unit: Unit, make_account: Callable[..., StaffAccount]) -> StaffAccount:
    """An account that nobody has signed in with yet."""
    account = make_account(unit, Role.CLERK, "linan")
    account.set_unusable_password()
    account.save()
    return account


def sign_in(
    client: Client, name: str = "wangxiaoyu", password: str = PASSWORD, **extra: Any
) -> Any:
    """Send the login form."""
    return client.post("/login/", {"username": name, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


@pytest.fixture
def time_machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let time pass for everything Django and the program ask for the time."""
    passed = dt.timedelta()
    real_now, real_time = timezone.now, time.time

    def travel(**delta: float) -> None:
        nonlocal passed
        passed += dt.timedelta(**delta)

    def later() -> dt.datetime:
        return real_now() + passed

    monkeypatch.setattr(timezone, "now", later)
    monkeypatch.setattr("axes.handlers.proxy.now", later)
    monkeypatch.setattr(time, "time", lambda: real_time() + passed.total_seconds())
    return travel
