"""The first three administrators get their links on the command line, and so does a rescue."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from organization.accounts import factors
from organization.models import SecurityEvent, StaffAccount

from .conftest import PASSWORD, sign_in

LINK = re.compile(r"/welcome/\?key=[A-Za-z0-9_-]+")


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("first_administrators", *arguments, stdout=output)
    return output.getvalue()


def test_administrators_without_a_password_get_a_link_each(system, security, auditor, client):
    for account in (system, security):
        account.set_unusable_password()
        account.save()
    text = run()
    links = LINK.findall(text)
    assert len(links) == 2
    assert auditor.username not in text
    data = {"new_password": PASSWORD, "repeated": PASSWORD}
    assert client.post(links[0], data)["Location"] == "/login/"
    assert sign_in(client, "guanli")["Location"] == "/"


def test_who_has_a_password_gets_none(db):
    assert not LINK.search(run())


def test_a_rescue_takes_password_and_factor_and_is_logged(security, client):
    setup = factors.begin(security)
    setup.device.confirmed = True
    setup.device.save()
    text = run("--rescue", "ANQUAN")
    security = StaffAccount.objects.get(pk=security.pk)
    assert not security.has_usable_password()
    assert factors.device_of(security) is None
    assert len(LINK.findall(text)) == 1
    kinds = [event.kind for event in SecurityEvent.objects.filter(subject=security, actor=None)]
    assert {"reset", "factor_removed", "invited"} <= set(kinds)


@pytest.mark.parametrize("name", ["luru", "nobody", "", "%"])
def test_only_administrators_are_rescued(name: str, db: Any) -> None:
    before = StaffAccount.objects.get(username="luru").password
    if name:
        with pytest.raises(CommandError):
            run("--rescue", name)
    assert StaffAccount.objects.get(username="luru").password == before


def test_without_administrators_the_way_out_is_told(db):
    StaffAccount.objects.filter(role__contains="admin").update(is_active=False)
    StaffAccount.objects.filter(role="auditor").update(is_active=False)
    with pytest.raises(CommandError, match="load_bureau"):
        run()
