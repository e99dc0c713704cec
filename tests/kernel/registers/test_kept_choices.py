"""A record keeps the choice it holds, even where the person at the form may not see it."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from enforcement.models import JointOperation, Violation
from kernel.records.status import Status
from kernel.registers import choices
from kernel.registers.choices import OUT_OF_SIGHT, TEXT
from kernel.registers.forms import form_class
from kernel.registers.merge import Comparison
from kernel.registers.register import registry
from organization.models import StaffAccount, Unit
from tests.contract.pages import entered_values, html, sample

VIOLATIONS = registry.get("enforcement.violation")


@pytest.fixture
def record(unit: Unit, other_unit: Unit) -> Violation:
    """A violation of the person's unit, found in an operation of another one."""
    violation: Violation = sample(VIOLATIONS, unit, Status.SUBMITTED)
    JointOperation.objects.update(unit=other_unit, title="不归您看的联合检查")
    return violation


@pytest.fixture
def client(clerk: StaffAccount, login: Any) -> Client:
    return login(clerk)


def sent(record: Violation, clerk: StaffAccount, **changes: str) -> dict[str, Any]:
    data = entered_values(VIOLATIONS, record, clerk)
    return data | {"version": str(record.version)} | changes


def test_the_stored_choice_can_be_saved_again(
    record: Violation, clerk: StaffAccount, client: Client
) -> None:
    url, facts = VIOLATIONS.url("edit", record.pk), "现场另查明未取得办学许可"
    assert client.post(url, sent(record, clerk, facts=facts)).status_code == 302
    kept = Violation.objects.get(pk=record.pk)
    assert (kept.facts, kept.operation_id) == (facts, record.operation_id)


@pytest.mark.parametrize("longest", [50, 0])
def test_its_name_stays_out_of_sight(
    longest: int, record: Violation, client: Client, monkeypatch: Any
) -> None:
    """Both in a drop-down and in a field to type in."""
    monkeypatch.setattr(choices, "LONGEST_LIST", longest)
    page = html(client.get(VIOLATIONS.url("edit", record.pk)))
    assert OUT_OF_SIGHT in page
    form = page.partition("<form")[2]
    assert "不归您看的联合检查" not in form


def test_a_field_to_type_in_sends_the_stored_choice_back(
    record: Violation, clerk: StaffAccount, client: Client
) -> None:
    url = VIOLATIONS.url("edit", record.pk)
    data = sent(record, clerk, **{f"operation{TEXT}": OUT_OF_SIGHT})
    assert client.post(url, data).status_code == 302
    data = sent(Violation.objects.get(pk=record.pk), clerk, **{f"operation{TEXT}": "另一次检查"})
    assert client.post(url, data).status_code == 422


def test_others_out_of_sight_stay_refused(
    record: Violation, clerk: StaffAccount, client: Client
) -> None:
    other = JointOperation.objects.exclude(pk=record.operation_id).first()
    assert other is not None
    data = sent(record, clerk, operation=str(other.pk))
    page = html(client.post(VIOLATIONS.url("edit", record.pk), data), 422)
    assert "不在可选范围内" in page
    new = form_class(VIOLATIONS)(sent(record, clerk), user=clerk)
    assert "operation" in new.errors, "a new record holds no choice yet"


def test_a_comparison_does_not_tell_the_name_either(record: Violation, clerk: StaffAccount) -> None:
    other = JointOperation.objects.exclude(pk=record.operation_id).first()
    Violation.objects.filter(pk=record.pk).update(operation=other, version=record.version + 1)
    data = QueryDict(mutable=True)
    data.update(sent(record, clerk))
    current = Violation.objects.get(pk=record.pk)
    comparison = Comparison(VIOLATIONS, clerk, current, data, record.version)
    shown = next(d for d in comparison.differences if d.key == "operation")
    assert OUT_OF_SIGHT in shown.theirs
    assert "不归您看" not in f"{shown.base}{shown.theirs}{shown.mine}"


def test_whoever_may_see_it_reads_its_name(
    record: Violation, reviewer: StaffAccount, login: Any
) -> None:
    page = html(login(reviewer).get(VIOLATIONS.url("detail", record.pk)))
    assert "不归您看的联合检查" in page
    form = form_class(VIOLATIONS)(instance=record, user=reviewer)
    assert OUT_OF_SIGHT not in str(form["operation"])
    assert "不归您看的联合检查" in str(form["operation"])
