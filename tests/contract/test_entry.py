"""Each record type is entered, reviewed, corrected and refused through its own pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client

from kernel.records.status import Status
from kernel.registers.models import Draft
from kernel.registers.register import Register
from organization.models import Unit
from tests.contract.pages import (
    ENTERED,
    PARTS,
    RECORDS,
    entered_values,
    html,
    names,
    owner_of,
    sample,
)

every_register = pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))
every_record = pytest.mark.parametrize("register", RECORDS, ids=names(RECORDS))
every_part = pytest.mark.parametrize("register", PARTS, ids=names(PARTS))
MARK = "同时保存的一句话"


@contextmanager
def without_triggers() -> Iterator[Any]:
    """SQL that neither links nor history see; the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def take_away(record: Any) -> None:
    """Remove the row so that the very same one can be entered anew."""
    with without_triggers() as cursor:
        cursor.execute(f"DELETE FROM {record._meta.db_table} WHERE id = %s", [record.pk])


def newest(register: Register) -> Any:
    return register.model._base_manager.order_by("-pk").first()


def authors(register: Register, record: Any, make_account: Any) -> tuple[Any, Any]:
    """A clerk and a chief of the record's unit."""
    unit = record.owner_record().unit
    return make_account(unit, "clerk"), make_account(unit, "chief")


def text_field(register: Register) -> str | None:
    """A field that takes any words."""
    for _, entered in register.fieldsets:
        for name in entered:
            field = register.model._meta.get_field(name)
            plain = isinstance(field, models.CharField | models.TextField) and not field.choices
            free = len(field.validators) <= 1 and not isinstance(field, models.URLField)
            if plain and free and not field.unique and (field.max_length or 999) >= 30:
                return name
    return None


def post(client: Client, url: str, data: dict[str, Any], **more: Any) -> Any:
    return client.post(url, data | more)


@every_record
def test_from_draft_to_figure_and_back(register: Register, make_account: Any, login: Any) -> None:
    original = sample(register)
    clerk, chief = authors(register, original, make_account)
    values = entered_values(register, original, clerk)
    take_away(original)
    by_clerk, by_chief = login(clerk), login(chief)

    # Kept as a draft: there is no record yet.
    before = newest(register)
    response = post(by_clerk, register.url("create"), values, action="draft")
    assert response.status_code == 302, summary(response)
    draft = Draft.objects.get(user=clerk, register_key=register.key)
    assert response["Location"] == draft.url
    assert newest(register) == before
    html(by_clerk.get(draft.url))

    # Submitted: a record that counts nowhere yet, and no draft any more.
    response = post(by_clerk, draft.url, values, action="submit", draft=str(draft.uuid))
    assert response.status_code == 302, summary(response)
    record = newest(register)
    assert response["Location"] == register.url("detail", record.pk)
    assert (record.status, record.created_by) == (Status.SUBMITTED, clerk)
    assert not register.model.objects.counted().filter(pk=record.pk).exists()
    assert not Draft.objects.filter(user=clerk).exists()
    html(by_clerk.get(response["Location"]))

    # Approved by the chief: it counts.
    closed = by_clerk.get(register.url("transition", record.pk, "approve"), follow=True)
    assert "您没有“审核通过”的权限" in html(closed)
    assert closed.redirect_chain == [(register.url("detail", record.pk), 302)]
    refused = by_clerk.post(register.url("transition", record.pk, "approve"))
    assert "权限" in html(refused, 422)
    step(by_chief, register, record, "approve")
    assert register.model.objects.counted().filter(pk=record.pk).exists()
    assert "当前状态为“已审核”" in html(
        by_chief.post(register.url("transition", record.pk, "approve")), 422
    )

    change_and_collide(register, record, values, by_clerk, by_chief)


def change_and_collide(
    register: Register, record: Any, values: dict[str, Any], by_clerk: Client, by_chief: Client
) -> None:
    # Changed: needs a reason and goes back to review.
    record.refresh_from_db()
    edit = register.url("edit", record.pk)
    assert "修改原因" in html(by_clerk.get(edit))
    values = values | {"version": str(record.version)}
    html(post(by_clerk, edit, values), 422)
    record.refresh_from_db()
    assert record.status == Status.APPROVED
    response = post(by_clerk, edit, values, change_reason="更正录入差错")
    assert response.status_code == 302, summary(response)
    record.refresh_from_db()
    assert record.status == Status.SUBMITTED
    assert "更正录入差错" in html(by_clerk.get(register.url("history", record.pk)))

    # A second, stale save is refused and keeps what was typed.
    name = text_field(register)
    stale = values | ({name: MARK} if name else {})
    page = html(post(by_chief, edit, stale, change_reason="另一处更正"), 409)
    assert "保存失败" in page
    assert name is None or MARK in page
    before = record.version
    record.refresh_from_db()
    assert record.version == before


def step(client: Client, register: Register, record: Any, name: str) -> None:
    response = client.post(register.url("transition", record.pk, name), {"reason": "核对无误"})
    assert response.status_code == 302, summary(response)


def summary(response: Any) -> str:
    """The errors a refused form names."""
    form = response.context and response.context.get("form")
    return str(form.errors.as_json() if form else response.content.decode()[:500])


@every_part
def test_a_row_is_entered_and_sends_its_record_to_review(
    register: Register, make_account: Any, login: Any
) -> None:
    original = sample(register)
    clerk, _ = authors(register, original, make_account)
    values = entered_values(register, original, clerk)
    take_away(original)
    owner = owner_of(original)
    client = login(clerk)

    html(post(client, register.url("create"), values), 422)  # the record is approved: why?
    assert owner_of(original).status == Status.APPROVED
    response = post(client, register.url("create"), values, change_reason="补登明细")
    assert response.status_code == 302, summary(response)
    assert owner_of(original).status == Status.SUBMITTED
    assert owner_of(original).version == owner.version + 1
    row = newest(register)
    assert html(client.get(register.url("detail", row.pk)))

    response = client.post(register.url("delete", row.pk))
    assert response.status_code == 302, summary(response)
    assert not register.model.objects.filter(pk=row.pk).exists()


@every_register
def test_an_empty_form_is_refused_field_by_field(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    client = login(make_account(unit, "clerk"))
    before = register.model._base_manager.count()
    text = html(client.post(register.url("create"), {"action": "submit"}), 422)
    assert "没有保存" in text
    assert register.model._base_manager.count() == before


@every_record
def test_nobody_enters_records_for_a_foreign_unit(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    original = sample(register, unit)
    clerk = make_account(unit, "clerk")
    values = entered_values(register, original, clerk)
    take_away(original)
    before = register.model._base_manager.count()
    response = post(login(clerk), register.url("create"), values, unit=str(other_unit.pk))
    html(response, 422)
    assert "unit" in response.context["form"].errors
    assert register.model._base_manager.count() == before


@every_register
def test_writing_needs_the_token_of_the_page(
    register: Register, unit: Unit, make_account: Any
) -> None:
    record = sample(register, unit)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_account(unit, "chief"))
    urls = [register.url("create"), register.url("edit", record.pk)]
    urls.append(
        register.url("delete", record.pk)
        if register.is_part
        else register.url("transition", record.pk, "withdraw")
    )
    before = register.model._base_manager.count()
    for url in urls:
        assert "页面已过期" in html(client.post(url, {"reason": "试"}), 403)
    assert register.model._base_manager.count() == before
    assert owner_of(record).status == Status.APPROVED


@every_record
def test_an_unknown_step_is_not_there(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    client = login(make_account(unit, "chief"))
    html(client.get(register.url("transition", record.pk, "explode")), 404)
    html(client.post(register.url("transition", record.pk, "withdraw")), 422)  # no reason given
    assert owner_of(record).status == Status.APPROVED
