"""What is not handed in counts nowhere, belongs to one person and outlives everything."""

from typing import Any

import pytest
from django.test import Client

from kernel.records.status import Status
from kernel.registers.models import Draft
from kernel.registers.register import Register
from kernel.registers.tables import CappedPaginator
from organization.models import Unit
from tests.contract.pages import (
    ENTERED,
    RECORDS,
    entered_values,
    html,
    names,
    owner_of,
    sample,
)
from tests.contract.test_entry import authors, summary, take_away, text_field

every_register = pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))
every_record = pytest.mark.parametrize("register", RECORDS, ids=names(RECORDS))
NUMBER = "6f1c2f5e-4c61-4c39-9d1f-1d7a0f4f2a11"
TYPED = "只填了这一句"


def free_text(register: Register) -> str | None:
    """A field that takes any words whatever the other fields say."""
    # The reason for replacing a drawn subject is asked only of a replaced one.
    return None if register.slug == "drawnsubject" else text_field(register)


def autosave(client: Client, register: Register, **values: Any) -> Any:
    return client.post(register.url("draft"), {"draft": NUMBER, "draft_revision": "0"} | values)


@every_register
def test_a_draft_with_nothing_in_it_is_accepted_and_counts_nowhere(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    client = login(make_account(unit, "clerk"))
    before = register.model._base_manager.count()
    total = listed(client, register)
    answer = autosave(client, register)
    assert answer.status_code == 200, answer.content.decode()
    saved = client.post(register.url("create"), {"action": "draft"})
    assert saved.status_code == 302
    assert Draft.objects.filter(register_key=register.key).count() == 2
    assert register.model._base_manager.count() == before
    assert listed(client, register) == total
    assert "已恢复" in html(client.get(saved["Location"]))


def listed(client: Client, register: Register) -> int:
    """The total that the register's list states."""
    page = client.get(register.url("list"))
    html(page)
    paginator = page.context["page_obj"].paginator
    assert isinstance(paginator, CappedPaginator)
    return paginator.count


@every_register
def test_a_draft_comes_back_as_it_was_typed(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    name = text_field(register)
    if name is None:
        pytest.skip("this register takes no free text")
    client = login(make_account(unit, "clerk"))
    url = autosave(client, register, **{name: TYPED}).json()["url"]
    page = html(client.get(url))
    assert TYPED in page
    assert "已恢复" in page
    assert "没有保存，请先改正" not in page
    fresh = html(client.get(register.url("create")))
    assert "已恢复" not in fresh
    assert url.split("draft=")[1] in fresh


@every_register
def test_nobody_else_finds_the_draft(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    author, colleague = make_account(unit, "clerk"), make_account(unit, "chief")
    by_author, by_colleague = login(author), login(colleague)
    url = autosave(by_author, register).json()["url"]
    html(by_colleague.get(url), 404)
    assert autosave(by_colleague, register, stolen="1").status_code == 404
    draft = Draft.objects.get(uuid=NUMBER)
    assert by_colleague.post(draft.discard_url).status_code == 404
    assert "没有草稿" in html(by_colleague.get("/drafts/"))
    assert register.title in html(by_author.get("/drafts/"))
    assert by_author.post(draft.discard_url).status_code == 302
    assert not Draft.objects.exists()


@every_register
def test_a_change_is_kept_apart_from_the_record(
    register: Register, make_account: Any, login: Any
) -> None:
    name = free_text(register)
    record = sample(register, status=Status.SUBMITTED)
    version = owner_of(record).version
    clerk, _ = authors(register, record, make_account)
    client = login(clerk)
    values = entered_values(register, record, clerk) | ({name: TYPED} if name else {})
    edit = register.url("edit", record.pk)
    base = client.get(edit).context["form"].initial["version"]
    data = values | {"version": base, "object_id": record.pk, "draft_revision": "0"}
    assert client.post(register.url("draft"), data).status_code == 200
    page = html(client.get(edit))
    assert "已恢复" in page
    assert name is None or TYPED in page
    assert owner_of(record).version == version
    assert name is None or TYPED not in html(client.get(register.url("detail", record.pk)))

    # Handed in: the draft has done its work.
    response = client.post(edit, data | {"action": "submit"})
    assert response.status_code == 302, summary(response)
    assert not Draft.objects.exists()
    assert owner_of(record).version == version + 1


@every_register
def test_drafts_are_for_those_who_may_enter(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    assert autosave(Client(), register).status_code == 302
    assert autosave(login(make_account(unit, "auditor")), register).status_code == 403
    stranger = login(make_account(other_unit, "clerk"))
    answer = autosave(stranger, register, object_id=record.pk)
    assert answer.status_code == (403 if owner_of(record).shared else 404)
    assert not Draft.objects.exists()


@every_record
def test_the_same_form_makes_one_record(register: Register, make_account: Any, login: Any) -> None:
    """Back and once more, or a double click: the second submission is told of the first."""
    original = sample(register)
    clerk, _ = authors(register, original, make_account)
    values = entered_values(register, original, clerk) | {"draft": NUMBER, "action": "submit"}
    take_away(original)
    client = login(clerk)
    before = register.model._base_manager.count()
    assert client.post(register.url("create"), values).status_code == 302
    again = client.post(register.url("create"), values)
    page = html(again, 422)
    assert register.model._base_manager.count() == before + 1
    # Where a number is given once, that rule refuses it first.
    if not again.context["form"].errors.keys() - {"__all__"} and "已经提交过" in page:
        assert str(again.context["draft_number"]) != NUMBER
