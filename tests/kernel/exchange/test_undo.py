"""Imports one after the other are taken back one after the other, the newest first."""

from typing import Any

import pytest

from kernel.exchange.models import ImportBatch
from kernel.exchange.undoing import CannotUndo, undo_batch
from kernel.records.services import advance
from kernel.records.status import Status
from schools.models import Drill
from tests.kernel.exchange.conftest import HEADS
from tests.kernel.exchange.sheets import confirm, newest, upload, xlsx

NAME = "导入演练1"


@pytest.fixture
def import_row(login: Any, clerk: Any, drills: Any, drill_row: Any) -> Any:
    """Import one row about the same drill each time."""
    client = login(clerk)

    def run(**changes: str) -> ImportBatch:
        upload(client, drills, xlsx(HEADS, [drill_row(1, **changes)]))
        confirm(client, newest(), reason="更正")
        return newest()

    return run


def people() -> int:
    return int(Drill.objects.get(name=NAME).participants)


def test_an_import_that_was_taken_back_is_nothing_built_on_an_earlier_one(
    import_row: Any, clerk: Any
) -> None:
    first = import_row(参演人数="10")
    second = import_row(参演人数="20")
    with pytest.raises(CannotUndo, match="导入后又有修改"):
        undo_batch(first.pk, by=clerk)
    undo_batch(second.pk, by=clerk)
    assert people() == 10
    undo_batch(first.pk, by=clerk)
    assert not Drill.objects.filter(name=NAME).exists()


def test_what_is_restored_is_the_state_before_imports_that_were_taken_back(
    import_row: Any, clerk: Any, chief: Any
) -> None:
    import_row(参演人数="10")
    advance(Drill.objects.get(name=NAME), "approve", by=chief)
    undo_batch(import_row(参演人数="20").pk, by=clerk)
    third = import_row(参演人数="30")
    undo_batch(third.pk, by=clerk)
    record = Drill.objects.get(name=NAME)
    assert (record.participants, record.status) == (10, Status.APPROVED)


def test_a_change_by_hand_after_an_undone_import_still_stands_in_the_way(
    import_row: Any, clerk: Any, chief: Any
) -> None:
    first = import_row(参演人数="10")
    undo_batch(import_row(参演人数="20").pk, by=clerk)
    advance(Drill.objects.get(name=NAME), "approve", by=chief)
    with pytest.raises(CannotUndo, match="导入后又有修改"):
        undo_batch(first.pk, by=clerk)
