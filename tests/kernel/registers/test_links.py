"""What a record's many-to-many fields named in a state that somebody once opened."""

import threading
from typing import Any

import pghistory
import pytest
from django.db import connection, transaction

from enforcement.models import JointOperation
from kernel.records.services import save_record
from kernel.registers.links import linked, row_at
from organization.models import Agency, StaffAccount


@pytest.fixture
def others(own_database: str) -> list[Agency]:
    """Departments that no record names yet; every change is a transaction of its own."""
    return [Agency.objects.create(name=f"测试协同部门{number}") for number in range(3)]


@pytest.fixture
def operation(own_database: str) -> JointOperation:
    found = JointOperation.objects.filter(agencies__isnull=False).first()
    assert found is not None
    return found


@pytest.fixture
def states(operation: JointOperation, others: list[Agency]) -> dict[int, set[int]]:
    """Keys of its departments by version, after some were added, removed and added again."""
    first, second, third = others
    states = {operation.version: linked(operation, "agencies")}
    for wanted in ([first, second], [third], [], [first], [first], [second, first]):
        save(operation, wanted)
        states[operation.version] = {agency.pk for agency in wanted}
    return states


def save(record: Any, agencies: list[Agency]) -> None:
    """One change as the entry page makes it: the record, then its links."""
    by = StaffAccount.objects.get(username="luru")
    with transaction.atomic():
        save_record(record, by=by, reason="核对")
        record.agencies.set(agencies)


def then(record: Any, version: int) -> set[int]:
    return linked(row_at(type(record), record.pk, version), "agencies")


def test_every_state_of_the_links_is_known(
    operation: JointOperation, states: dict[int, set[int]]
) -> None:
    assert {version: then(operation, version) for version in states} == states
    assert len(set(map(frozenset, states.values()))) > 4


def test_whoever_waited_for_the_record_began_earlier_and_still_came_later(
    operation: JointOperation, others: list[Agency]
) -> None:
    """As an import does: its transaction begins long before it comes to the record."""
    before, opened = linked(operation, "agencies"), operation.version

    def meanwhile() -> None:
        try:
            save(JointOperation.objects.get(pk=operation.pk), others[:1])
        finally:
            connection.close()

    with transaction.atomic(), pghistory.context(reason="导入"):
        StaffAccount.objects.count()  # the transaction has begun
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        save(operation, others[1:])
    assert operation.version == opened + 2
    assert then(operation, opened) == before
    assert then(operation, opened + 1) == {others[0].pk}
    assert then(operation, opened + 2) == {agency.pk for agency in others[1:]}


def test_two_errands_in_one_transaction_are_told_apart(
    operation: JointOperation, others: list[Agency]
) -> None:
    opened = operation.version
    with transaction.atomic():
        for number, agency in enumerate(others):
            with pghistory.context(reason=f"第{number}件事"):
                save(operation, [agency])
    found = [then(operation, opened + number) for number in (1, 2, 3)]
    assert found == [{agency.pk} for agency in others]


def test_other_records_links_are_left_alone(
    operation: JointOperation, others: list[Agency]
) -> None:
    neighbour = JointOperation.objects.exclude(pk=operation.pk).first()
    assert neighbour is not None
    before, opened = linked(operation, "agencies"), operation.version
    with transaction.atomic(), pghistory.context(reason="成批修改"):
        save(operation, others[:1])
        save(neighbour, others)
    assert then(operation, opened) == before


def test_a_state_that_was_not_kept_is_no_row(operation: JointOperation) -> None:
    assert row_at(JointOperation, operation.pk, operation.version + 9) is None


def test_the_history_of_links_costs_the_same_however_long(
    states: dict[int, set[int]], operation: JointOperation, django_assert_max_num_queries: Any
) -> None:
    # The state, the later changes, the present links, their history and the rows' names.
    for version in states:
        with django_assert_max_num_queries(5):
            then(operation, version)


def test_a_row_of_that_time_changes_nothing(
    states: dict[int, set[int]], operation: JointOperation
) -> None:
    then(operation, min(states))
    fresh = JointOperation.objects.get(pk=operation.pk)
    assert linked(fresh, "agencies") == states[max(states)]
