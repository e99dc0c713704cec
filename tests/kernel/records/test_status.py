"""Every pair of states: the step that leads from one to the other, or the refusal in words."""

from typing import Any

import pytest

from kernel.records.errors import Refused
from kernel.records.models import Event
from kernel.records.services import advance, open_steps
from kernel.records.status import BY_NAME, TONES, TRANSITIONS, Status, transitions_from
from tests.kernel import samples

ALLOWED = {
    (Status.RETURNED, "submit"): Status.SUBMITTED,
    (Status.SUBMITTED, "approve"): Status.APPROVED,
    (Status.SUBMITTED, "return"): Status.RETURNED,
    (Status.APPROVED, "withdraw"): Status.WITHDRAWN,
    (Status.SUBMITTED, "withdraw"): Status.WITHDRAWN,
    (Status.RETURNED, "withdraw"): Status.WITHDRAWN,
    (Status.WITHDRAWN, "restore"): Status.SUBMITTED,
}
PAIRS = [(status, step.name) for status in Status for step in TRANSITIONS]


@pytest.mark.parametrize(("status", "name"), PAIRS)
def test_each_step_is_taken_or_refused_as_the_table_says(
    status: Status, name: str, unit: Any, clerk: Any, chief: Any
) -> None:
    record = samples.meeting(unit, by=clerk, status=status)
    target = ALLOWED.get((status, name))
    if target is None:
        with pytest.raises(Refused) as refused:
            advance(record, name, by=chief, reason="核对后处理")
        assert status.label in str(refused.value)
        assert BY_NAME[name].label in str(refused.value)
        record.refresh_from_db()
        assert (record.status, record.version) == (status, 1)
    else:
        advanced = advance(record, name, by=chief, reason="核对后处理")
        record.refresh_from_db()
        assert record.status == advanced.status == target
        assert record.version == 2
        assert Event.objects.get(object_id=record.pk, kind=name).actor == chief


@pytest.mark.parametrize("name", ["return", "withdraw", "restore"])
@pytest.mark.parametrize("reason", ["", "  \n\t"])
def test_sending_back_and_withdrawing_need_a_reason(
    name: str, reason: str, unit: Any, clerk: Any, chief: Any
) -> None:
    status = next(iter(BY_NAME[name].from_))
    record = samples.meeting(unit, by=clerk, status=status)
    with pytest.raises(Refused, match="须填写理由"):
        advance(record, name, by=chief, reason=reason)
    record.refresh_from_db()
    assert record.status == status


@pytest.mark.parametrize("name", ["submit", "approve"])
def test_the_ordinary_steps_need_no_reason(name: str, unit: Any, clerk: Any, chief: Any) -> None:
    status = next(iter(BY_NAME[name].from_))
    record = samples.meeting(unit, by=clerk, status=status)
    assert advance(record, name, by=chief).status == BY_NAME[name].to


@pytest.mark.parametrize("name", ["approve", "return", "withdraw", "restore"])
def test_a_clerk_may_not_decide(name: str, unit: Any, clerk: Any, chief: Any) -> None:
    record = samples.meeting(unit, by=chief, status=next(iter(BY_NAME[name].from_)))
    with pytest.raises(Refused, match=r"您没有“.*”的权限"):
        advance(record, name, by=clerk, reason="核对后处理")


def test_nobody_approves_what_they_entered(unit: Any, chief: Any, make_account: Any) -> None:
    record = samples.meeting(unit, by=chief, status=Status.SUBMITTED)
    with pytest.raises(Refused, match="不能审核自己录入的记录"):
        advance(record, "approve", by=chief)
    assert advance(record, "approve", by=make_account(unit, "chief")).status == Status.APPROVED


def test_who_submits_counts_as_author(unit: Any, clerk: Any, chief: Any) -> None:
    """A chief who sends a clerk's returned record to review answers for it."""
    record = samples.meeting(unit, by=clerk, status=Status.RETURNED)
    record = advance(record, "submit", by=chief)
    with pytest.raises(Refused, match="不能审核自己录入的记录"):
        advance(record, "approve", by=chief)


def test_steps_on_a_page_come_with_the_reason_of_their_refusal(
    unit: Any, clerk: Any, chief: Any
) -> None:
    record = samples.meeting(unit, by=clerk, status=Status.SUBMITTED)
    for_chief = {step.name: why for step, why in open_steps(record, by=chief)}
    for_clerk = {step.name: why for step, why in open_steps(record, by=clerk)}
    assert for_chief == {"approve": None, "return": None, "withdraw": None}
    assert set(for_clerk) == set(for_chief)
    assert all(why and "权限" in why for why in for_clerk.values())


def test_every_state_has_a_tone_and_a_way_out() -> None:
    assert set(TONES) == set(Status)
    assert all(transitions_from(status) for status in Status)
    assert all(step.to not in step.from_ for step in TRANSITIONS)


def test_a_step_works_on_the_stored_state_not_on_the_one_in_hand(
    unit: Any, clerk: Any, chief: Any
) -> None:
    """Two tabs: the second click finds that the record has moved on."""
    first = samples.meeting(unit, by=clerk, status=Status.SUBMITTED)
    second = type(first).objects.get(pk=first.pk)
    advance(first, "approve", by=chief)
    with pytest.raises(Refused, match="当前状态为“已审核”"):
        advance(second, "return", by=chief, reason="核对后处理")
