"""Two people on one record: the second is shown both sides, chooses, and nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from kernel.records.revisions import revision_of
from kernel.records.status import Status
from kernel.registers.models import Draft
from kernel.registers.register import Register
from organization.models import Agency, Unit
from tests.contract.pages import ENTERED, RECORDS, entered_values, html, names, owner_of, sample
from tests.contract.test_drafts import free_text
from tests.contract.test_entry import authors, summary, text_field

FREE = [register for register in ENTERED if free_text(register)]
LINKED = [(r, f.name) for r in ENTERED for f in r.model._meta.many_to_many]
every_free = pytest.mark.parametrize("register", FREE, ids=names(FREE))
every_record = pytest.mark.parametrize("register", RECORDS, ids=names(RECORDS))
every_linked = pytest.mark.parametrize(
    ("register", "name"), LINKED, ids=[f"{register.key}.{name}" for register, name in LINKED]
)
THEIRS, MINE = "先保存的人写的话", "后保存的人写的话"


@pytest.fixture
def conflict(make_account: Any, login: Any) -> Any:
    """Two people opened the same form; the first has saved, the second is about to."""

    def make(register: Register, *, both: bool = True) -> tuple[Client, Any, dict[str, Any]]:
        record = sample(register, status=Status.SUBMITTED)
        clerk, chief = authors(register, record, make_account)
        name = text_field(register) or ""
        values = entered_values(register, record, clerk) | {"version": revision_of(record)}
        edit = register.url("edit", record.pk)
        first = login(chief).post(edit, values | {name: THEIRS, "action": "submit"})
        assert first.status_code == 302, summary(first)
        mine = values | ({name: MINE} if both else {}) | {"action": "submit"}
        return login(clerk), record, mine

    return make


@every_free
def test_both_changed_one_field_and_must_choose(register: Register, conflict: Any) -> None:
    client, record, mine = conflict(register)
    name, edit = text_field(register), register.url("edit", record.pk)
    response = client.post(edit, mine)
    page = html(response, 409)
    assert THEIRS in page
    assert MINE in page
    (row,) = [r for r in response.context["comparison"].differences if r.key == name]
    assert row.choice == ""
    assert (row.theirs, row.mine) == (THEIRS, MINE)
    assert stored(register, record, name) == THEIRS
    assert Draft.objects.get(object_id=record.pk).data[name] == [MINE]

    version = owner_of(record).version
    carried = carry(response) | {"action": "submit"}
    assert "请先选择" in html(client.post(edit, carried), 409)
    answer = client.post(edit, carried | {f"merge-{name}": "mine"})
    assert answer.status_code == 302, summary(answer)
    assert stored(register, record, name) == MINE
    assert not Draft.objects.exists()
    assert owner_of(record).version == version + 1


@every_free
def test_what_only_the_other_changed_is_taken_over(register: Register, conflict: Any) -> None:
    client, record, mine = conflict(register, both=False)
    name, edit = text_field(register), register.url("edit", record.pk)
    response = client.post(edit, mine)
    html(response, 409)
    (row,) = response.context["comparison"].differences
    assert (row.key, row.choice) == (name, "theirs")
    choices = {f"merge-{name}": "theirs"}
    answer = client.post(edit, carry(response) | choices | {"action": "submit"})
    assert answer.status_code == 302, summary(answer)
    assert stored(register, record, name) == THEIRS


@pytest.fixture
def linking(make_account: Any, login: Any) -> Any:
    """Both ticked what is given for them, the first has saved: the second's page and its links."""

    def make(register: Register, name: str, **ticked: Any) -> tuple[Client, Any, Any, list[str]]:
        record = sample(register, status=Status.SUBMITTED)
        clerk, chief = authors(register, record, make_account)
        values = entered_values(register, record, clerk) | {"action": "submit"}
        values["version"] = revision_of(record)
        sides = {"theirs": values, "mine": values} | {
            side: values | {name: values[name][1:] + keys} for side, keys in ticked.items()
        }
        edit, client = register.url("edit", record.pk), login(clerk)
        first = login(chief).post(edit, sides["theirs"])
        assert first.status_code == 302, summary(first)
        response = client.post(edit, sides["mine"])
        html(response, 409)
        return client, record, response, values[name]

    return make


@pytest.fixture
def more(db: None) -> list[str]:
    """Keys of departments that no record names yet."""
    made = [Agency.objects.create(name=f"测试协同部门{number}") for number in range(4)]
    return [str(agency.pk) for agency in made]


@every_linked
@pytest.mark.parametrize("side", ["theirs", "mine"])
def test_links_that_one_side_changed_are_not_asked_for(
    side: str, register: Register, name: str, linking: Any, more: list[str]
) -> None:
    client, record, response, before = linking(register, name, **{side: more[:2]})
    (row,) = response.context["comparison"].differences
    assert (row.key, row.choice) == (name, side)
    assert row.base == (row.mine if side == "theirs" else row.theirs)
    assert "请选择" not in html(response, 409).split('class="table merge"')[1]
    answer = client.post(
        register.url("edit", record.pk),
        carry(response) | {row.name: row.choice, "action": "submit"},
    )
    assert answer.status_code == 302, summary(answer)
    assert linked(register, record, name) == {*before[1:], *more[:2]}


@every_linked
def test_links_that_both_changed_are_a_choice(
    register: Register, name: str, linking: Any, more: list[str]
) -> None:
    client, record, response, before = linking(register, name, theirs=more[:2], mine=more[2:])
    (row,) = response.context["comparison"].differences
    assert (row.key, row.choice) == (name, "")
    carried, edit = carry(response) | {"action": "submit"}, register.url("edit", record.pk)
    assert "请先选择" in html(client.post(edit, carried), 409)
    answer = client.post(edit, carried | {row.name: "mine"})
    assert answer.status_code == 302, summary(answer)
    assert linked(register, record, name) == {*before[1:], *more[2:]}


def linked(register: Register, record: Any, name: str) -> set[str]:
    fresh = register.model._base_manager.get(pk=record.pk)
    return {str(row.pk) for row in getattr(fresh, name).all()}


def stored(register: Register, record: Any, name: str | None) -> Any:
    return getattr(register.model._base_manager.get(pk=record.pk), name or "")


def carry(response: Any) -> dict[str, Any]:
    """The hidden input of the comparison page."""
    comparison = response.context["comparison"]
    data: dict[str, Any] = {}
    for name, value in comparison.hidden_input():
        data.setdefault(name, []).append(value)
    version = response.context["version"]
    return data | {"version": version, "conflict_base": comparison.base_revision}


@every_record
def test_a_return_highlights_just_the_named_field(
    register: Register, make_account: Any, login: Any
) -> None:
    record = sample(register, status=Status.SUBMITTED)
    clerk, chief = authors(register, record, make_account)
    by_clerk, by_chief = login(clerk), login(chief)
    url = register.url("transition", record.pk, "return")
    name = register.fieldsets[0][1][-1]
    assert f'name="remark-{name}"' in html(by_chief.get(url))
    assert by_chief.post(url, {f"remark-{name}": "与原件不符"}).status_code == 302

    edit = register.url("edit", record.pk)
    page = html(by_clerk.get(edit))
    assert page.count("field__remark") == 1
    assert "与原件不符" in page.split(f'id="field-{name}"')[1].split('id="field-')[0]

    # Answered: the next submission clears the old remarks.
    values = entered_values(register, record, clerk) | {"version": owner_of(record).version}
    answer = by_clerk.post(edit, values | {"action": "submit"})
    assert answer.status_code == 302, summary(answer)
    assert "field__remark" not in html(by_clerk.get(edit))


@every_record
def test_a_withdrawn_record_comes_back_to_review(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit, Status.SUBMITTED)
    client = login(make_account(unit, "chief"))
    for step, status in (("withdraw", Status.WITHDRAWN), ("restore", Status.SUBMITTED)):
        url = register.url("transition", record.pk, step)
        html(client.post(url), 422)  # no reason given
        assert client.post(url, {"reason": "重复登记"}).status_code == 302
        assert owner_of(record).status == status
