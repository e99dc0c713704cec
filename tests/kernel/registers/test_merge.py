"""Rows of a record that two people changed, and remarks that come and go."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.test import Client

from disclosures.models import Disclosure, Posting
from kernel.records.errors import InvalidPart, Refused
from kernel.records.services import (
    PartChanges,
    advance,
    remarks_of,
    returned_by,
    save_part,
    save_record,
    timeline,
)
from kernel.records.status import Status
from kernel.registers.extensions import edit_warnings
from kernel.registers.merge import Comparison
from kernel.registers.register import registry
from kernel.registers.rows import replace_rows, rows_of
from organization.models import StaffAccount, Unit
from tests.contract.test_inline_rows import sent
from tests.kernel import samples

REGISTER = registry.for_model(Disclosure)
POSTINGS = registry.for_model(Posting)


@pytest.fixture
def owner(unit: Unit, clerk: Any) -> Disclosure:
    """A disclosure with two postings."""
    record = samples.disclosure(unit, by=clerk)
    for channel in ("press", "broadcast"):
        samples.posting(record, channel=channel).save()
    return record


def opened(client: Client, record: Disclosure) -> dict[str, Any]:
    """What the browser would send of the freshly opened form."""
    entry = client.get(REGISTER.url("edit", record.pk)).context["entry"]
    form = {
        bound.html_name: bound.value()
        for bound in (entry.form[name] for name in entry.form.fields)
        if bound.value() not in (None, False, "")
    }
    return form | sent(entry) | {"action": "submit"}


def as_data(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def row_number(data: dict[str, Any], channel: str) -> int:
    rows = rows_of(POSTINGS, as_data(data))
    return next(row.number for row in rows if row.values["channel"] == [channel])


def compare(data: dict[str, Any], record: Disclosure, user: Any) -> Comparison:
    fresh = Disclosure.objects.get(pk=record.pk)
    return Comparison(REGISTER, user, fresh, as_data(data), int(data["version"]))


def change_row(record: Disclosure, channel: str, by: Any, **fields: Any) -> None:
    row = record.postings.get(channel=channel)
    for name, value in fields.items():
        setattr(row, name, value)
    save_part(row, by=by)


def test_a_row_that_only_the_other_changed_stays_theirs(
    owner: Disclosure, clerk: StaffAccount, chief: StaffAccount, login: Any
) -> None:
    client = login(clerk)
    data = opened(client, owner)
    change_row(owner, "press", chief, posted_on="2023-03-20")
    samples.posting(owner, channel="wechat").save()
    comparison = compare(data, owner, clerk)
    assert comparison.differences == []
    assert any("已由他人修改" in note for note in comparison.notes)
    assert any("新增" in note for note in comparison.notes)
    assert client.post(REGISTER.url("edit", owner.pk), data).status_code == 409
    merged = comparison.merged() | {"conflict_base": data["version"]}
    response = client.post(REGISTER.url("edit", owner.pk), merged)
    assert response.status_code == 302
    assert str(owner.postings.get(channel="press").posted_on) == "2023-03-20"
    assert owner.postings.count() == 3


@pytest.mark.parametrize(("choice", "day"), [("mine", "2023-03-25"), ("theirs", "2023-03-20")])
def test_a_row_that_both_changed_is_a_choice(
    choice: str, day: str, owner: Disclosure, clerk: Any, chief: Any, login: Any
) -> None:
    client, url = login(clerk), REGISTER.url("edit", owner.pk)
    data = opened(client, owner)
    change_row(owner, "press", chief, posted_on="2023-03-20")
    number = next(
        r.number for r in rows_of(POSTINGS, as_data(data)) if r.values["channel"] == ["press"]
    )
    data[f"posting-{number}-posted_on"] = "2023-03-25"
    response = client.post(url, data)
    assert response.status_code == 409
    (difference,) = response.context["comparison"].differences
    assert difference.choice == ""
    assert "2023-03-20" in difference.theirs
    assert "2023-03-25" in difference.mine
    carried = as_data(dict(data)) | {}
    carried["conflict_base"], carried["version"] = data["version"], response.context["version"]
    carried[difference.name] = choice
    assert client.post(url, carried).status_code == 302
    assert str(owner.postings.get(channel="press").posted_on) == day


def test_a_row_that_the_other_removed_is_gone_or_entered_anew(
    owner: Disclosure, clerk: Any, chief: Any, login: Any
) -> None:
    client, url = login(clerk), REGISTER.url("edit", owner.pk)
    data = opened(client, owner)
    owner.postings.get(channel="press").delete()
    change_row(owner, "broadcast", chief, posted_on="2023-03-21")
    untouched = compare(data, owner, clerk)
    assert untouched.differences == []
    assert untouched.merged()["posting-TOTAL_FORMS"] == "1"

    number = next(
        r.number for r in rows_of(POSTINGS, as_data(data)) if r.values["channel"] == ["press"]
    )
    changed = data | {f"posting-{number}-posted_on": "2023-03-25"}
    (difference,) = compare(changed, owner, clerk).differences
    kept = compare(changed | {difference.name: "mine"}, owner, clerk).merged()
    assert (kept["posting-TOTAL_FORMS"], kept["posting-INITIAL_FORMS"]) == ("2", "1")
    assert client.post(url, kept | {"action": "submit"}).status_code == 302
    assert str(owner.postings.get(channel="press").posted_on) == "2023-03-25"


def test_rows_are_numbered_anew_with_the_stored_ones_first() -> None:
    rows = [{"id": [""], "a": ["neu"]}, {"id": ["7"], "a": ["alt"]}]
    data = replace_rows(
        as_data({"posting-MIN_NUM_FORMS": "0", "posting-9-a": "x"}), "posting", rows
    )
    assert data["posting-0-id"] == "7"
    assert data["posting-1-a"] == "neu"
    assert "posting-9-a" not in data
    assert (data["posting-TOTAL_FORMS"], data["posting-INITIAL_FORMS"]) == ("2", "1")


def test_a_wrong_row_undoes_the_whole_change(owner: Disclosure, clerk: Any) -> None:
    owner.title = "改了标题"
    early = samples.posting(owner, channel="wechat", posted_on="1999-01-01")
    with pytest.raises(InvalidPart) as wrong:
        save_record(owner, by=clerk, parts=PartChanges(saved=[early]))
    assert wrong.value.part is early
    stored = Disclosure.objects.get(pk=owner.pk)
    assert (stored.title, stored.version, stored.postings.count()) != ("改了标题", 2, 3)
    assert stored.version == 1


def test_record_and_rows_are_one_line_of_the_timeline(owner: Disclosure, clerk: Any) -> None:
    first = owner.postings.get(channel="press")
    more = samples.posting(owner, channel="wechat")
    changes = PartChanges(saved=[more], deleted=[first])
    save_record(owner, by=clerk, parts=changes)
    (event,) = timeline(owner)
    assert event.data["part"] == changes.in_words()
    assert "保存 1 行，删除 1 行" in event.data["part"]
    assert Disclosure.objects.get(pk=owner.pk).version == 2


def test_remarks_last_until_the_next_submission(owner: Disclosure, clerk: Any, chief: Any) -> None:
    returned = advance(owner, "return", by=chief, remarks={"title": "与原件不符"})
    assert remarks_of(returned) == {"title": "与原件不符"}
    assert returned_by(returned).actor == chief
    again = save_record(returned, by=clerk)
    assert again.status == Status.SUBMITTED
    assert remarks_of(again) == {}
    back = advance(again, "return", by=chief, reason="缺附件")
    assert remarks_of(back) == {}


def test_a_return_says_something(owner: Disclosure, chief: Any) -> None:
    with pytest.raises(Refused, match="须填写理由"):
        advance(owner, "return", by=chief, remarks={})


def test_nobody_approves_what_changed_before_their_eyes(
    owner: Disclosure, clerk: Any, chief: Any, login: Any
) -> None:
    url = REGISTER.url("transition", owner.pk, "approve")
    client = login(chief)
    assert 'name="version" value="1"' in client.get(url).content.decode()
    change_row(owner, "press", clerk, posted_on="2023-03-20")
    refused = client.post(url, {"version": "1"})
    assert refused.status_code == 422
    assert "被修改过" in refused.content.decode()
    assert Disclosure.objects.get(pk=owner.pk).status == Status.SUBMITTED
    assert client.post(url, {"version": "2"}).status_code == 302


def test_who_may_approve_their_own_is_named(unit: Unit, chief: StaffAccount) -> None:
    record = samples.meeting(unit, by=chief)
    with pytest.raises(Refused, match="不能审核自己录入"):
        advance(record, "approve", by=chief)
    permission = Permission.objects.get(content_type__app_label="records", codename="approve_own")
    chief.user_permissions.add(permission)
    trusted = StaffAccount.objects.get(pk=chief.pk)
    assert trusted.may_approve_own
    assert advance(record, "approve", by=trusted).status == Status.APPROVED


def test_no_role_may_approve_its_own_by_default(unit: Unit, make_account: Any) -> None:
    for role in ("clerk", "chief", "legal_reviewer", "leader", "auditor", "administrator"):
        assert not make_account(unit, role).may_approve_own, role


def test_a_warning_stands_above_the_form(
    owner: Disclosure, clerk: Any, login: Any, monkeypatch: Any
) -> None:
    def warn(register: Any, record: Any) -> str | None:
        return "本记录已计入签发的报告。" if record.pk == owner.pk else None

    monkeypatch.setattr("kernel.registers.views.entry.edit_warnings", [*edit_warnings, warn])
    text = login(clerk).get(REGISTER.url("edit", owner.pk)).content.decode()
    assert "本记录已计入签发的报告。" in text
