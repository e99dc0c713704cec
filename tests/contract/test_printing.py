"""Every record has a page for paper: complete, without the portal's frame, personal data hidden."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.registers.register import Register
from organization.models import Unit
from tests.contract.pages import REGISTERS, html, names, sample

every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))


@every_register
def test_a_record_prints_as_one_document(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    clerk = make_account(unit, "clerk")
    client = login(clerk)
    text = html(client.get(register.url("print", record.pk)))
    assert f"<h1>{register.title}登记表</h1>" in text
    assert f"所属单位：{record.owner_record().unit}" in text
    assert f"{clerk.unit} {clerk} 于" in text
    assert 'id="nav"' not in text
    for label, _ in register.fieldsets:
        assert f">{label}</h2>" in text
    for part in register.part_registers():
        if clerk.has_perm(f"{part.app_label}.view_{part.slug}"):
            assert f">{part.title}（" in text
    assert "data-print-now" not in text
    link = re.search(r'href="([^"]+/print/[^"]*)"', html(client.get(detail(register, record))))
    assert link is not None
    assert "data-print-now" in html(client.get(link.group(1)))


def detail(register: Register, record: Any) -> str:
    return register.url("detail", record.pk)


@every_register
def test_paper_is_no_way_round_visibility(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any, client: Client
) -> None:
    record = sample(register, unit)
    url = register.url("print", record.pk)
    assert client.get(url).status_code == 302
    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    html(login(nobody).get(url), 403)
    stranger = login(make_account(other_unit, "chief")).get(url)
    html(stranger, 200 if record.shared else 404)


@every_register
def test_paper_and_history_hide_personal_data(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    masks = register.masked | register.personal
    secrets = {
        str(getattr(record, name))
        for name, hide in masks.items()
        if getattr(record, name) and hide(str(getattr(record, name))) != str(getattr(record, name))
    }
    leader = login(make_account(unit, "leader"))
    for role in ("print", "history"):
        text = html(leader.get(register.url(role, record.pk)))
        assert not [secret for secret in secrets if secret in text], role


@every_register
def test_paper_and_history_take_few_queries(register: Register, reviewer: Any, login: Any) -> None:
    client, record = login(reviewer), sample(register)
    parts = len([r for r in REGISTERS if r.is_part])
    for role, most in (("print", 14), ("history", 12 + 4 * min(parts, 6))):
        client.get(register.url(role, record.pk))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(register.url(role, record.pk)).status_code == 200
        assert len(captured) <= most, "\n".join(q["sql"][:200] for q in captured.captured_queries)
