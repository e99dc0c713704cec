"""Who sees what: seven roles × own, child, foreign unit × four states × shared or not."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from governance.models import Meeting
from kernel.records.status import Status
from organization.models import BUREAU_WIDE, Role, Unit
from schools.models import SchoolTerm
from tests.kernel import samples

PLACES = ("own", "child", "foreign", "parent")


@pytest.fixture
def units(unit: Unit, other_unit: Unit) -> dict[str, Unit]:
    child = Unit.objects.create(name="下属学校", code="test1c", kind="school", parent=unit)
    assert unit.parent is not None
    return {"own": unit, "child": child, "foreign": other_unit, "parent": unit.parent}


def expected(role: str, place: str, *, shared: bool) -> bool:
    """The rule in plain words of Python, apart from its SQL."""
    if role == Role.SECURITY_ADMINISTRATOR:
        return False  # guards the accounts and reads no records
    return shared or role in BUREAU_WIDE or place in ("own", "child")


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
@pytest.mark.parametrize("role", Role.values)
def test_matrix(role: str, shared: bool, units: dict[str, Unit], make_account: Any) -> None:
    person = make_account(units["own"], role)
    make: Any = samples.term if shared else samples.meeting
    model: Any = SchoolTerm if shared else Meeting
    for place in PLACES:
        for status in Status:
            record = make(units[place], status=status)
            seen = model.objects.visible_to(person).filter(pk=record.pk).exists()
            assert seen == expected(role, place, shared=shared), (place, status)


@pytest.mark.parametrize("role", Role.values)
def test_rows_are_seen_exactly_as_their_record(
    role: str, units: dict[str, Unit], make_account: Any
) -> None:
    person = make_account(units["own"], role)
    for place in PLACES:
        for status in Status:
            owner = samples.disclosure(units[place], status=status)
            row = samples.posting(owner)
            row.save()
            owner_seen = type(owner).objects.visible_to(person).filter(pk=owner.pk).exists()
            row_seen = type(row).objects.visible_to(person).filter(pk=row.pk).exists()
            assert row_seen == owner_seen == expected(role, place, shared=False)


def test_a_longer_code_with_the_same_beginning_is_another_unit(
    unit: Unit, make_account: Any
) -> None:
    """`test1` is not above `test10`: the path ends each code with a slash."""
    neighbour = Unit.objects.create(
        name="测试十科", code="test10", kind="section", parent=unit.parent
    )
    record = samples.meeting(neighbour, status=Status.APPROVED)
    assert record not in Meeting.objects.visible_to(make_account(unit, "chief"))


@pytest.mark.parametrize("action", ["view", "add", "change", "approve"])
def test_without_the_permission_nothing_is_seen(
    action: str, units: dict[str, Unit], make_account: Any
) -> None:
    nobody = make_account(units["own"], "clerk")
    nobody.groups.clear()
    samples.meeting(units["own"], status=Status.APPROVED)
    assert not Meeting.objects.visible_to(nobody, action).exists()
    assert not Meeting.objects.visible_to(AnonymousUser(), action).exists()


def test_each_action_asks_for_its_own_permission(unit: Unit, clerk: Any, make_account: Any) -> None:
    record = samples.meeting(unit, status=Status.APPROVED)
    leader = make_account(unit, "leader")
    visible = Meeting.objects.visible_to
    assert record in visible(clerk, "change")
    assert record not in visible(clerk, "approve")
    assert record in visible(leader, "view")
    assert record not in visible(leader, "change")


def test_an_account_that_was_closed_sees_nothing(unit: Unit, clerk: Any) -> None:
    samples.meeting(unit, status=Status.APPROVED)
    clerk.is_active = False
    assert not Meeting.objects.visible_to(clerk).exists()


@pytest.mark.parametrize("status", Status)
def test_only_approved_records_count(status: Status, unit: Unit) -> None:
    record = samples.disclosure(unit, status=status)
    row = samples.posting(record)
    row.save()
    counts = status == Status.APPROVED
    assert type(record).objects.counted().filter(pk=record.pk).exists() == counts
    assert type(row).objects.counted().filter(pk=row.pk).exists() == counts


def test_a_record_of_another_system_is_found_by_its_number(unit: Unit) -> None:
    known = samples.meeting(unit, source="oa", external_number="A-7")
    samples.meeting(unit, source="other", external_number="A-7")
    assert Meeting.objects.external("oa", "A-7").get() == known
