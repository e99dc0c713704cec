"""A checked table is kept as it was read, and imported without reading its file again."""

import pytest

from kernel.exchange.importing import read_batch
from kernel.exchange.models import ImportBatch
from kernel.exchange.reading import BadCell, Refusal, Table, is_packed, pack, read_file, unpack
from kernel.exchange.reading.table import SHARED_LENGTH
from kernel.exchange.storing import load
from tests.kernel.exchange.conftest import HEADS
from tests.kernel.exchange.sheets import newest, upload, xlsx

FOLDER = "exchange/in"
ODD = ["甲", "", "二\n行", '引"号', "\u2028", "=1+1", "长" * (SHARED_LENGTH + 5), "\U0001f600"]


def test_a_table_comes_back_as_it_was():
    table = Table(["一", "二"], [ODD, ["乙", "丙"]], [2, 5], ["第二张工作表没有读取。"])
    assert is_packed(pack(table))
    assert unpack(pack(table)) == table


def test_a_cell_without_a_value_keeps_its_reason():
    (row,) = unpack(pack(Table(["一"], [[BadCell("公式没有结果。"), "甲"]], [2]))).rows
    assert isinstance(row[0], BadCell)
    assert row[0] == "公式没有结果。"
    assert not isinstance(row[1], BadCell)


def test_no_file_can_pass_for_a_kept_table():
    with pytest.raises(Refusal, match="NUL"):
        read_file("a.csv", pack(Table(["一"], [["甲"]], [2])))


def stored_files() -> set[str]:
    storage = ImportBatch.stored.field.storage
    return set(storage.listdir(FOLDER)[1]) if storage.exists(FOLDER) else set()


def test_after_the_check_the_table_stands_in_place_of_its_file(login, clerk, drills, drill_row):
    before = stored_files()
    upload(login(clerk), drills, xlsx(HEADS, [drill_row(1)]))
    batch = newest()
    assert is_packed(load(batch))
    assert read_batch(batch).header == HEADS
    assert {f"{FOLDER}/{name}" for name in stored_files() - before} == {batch.stored.name}
