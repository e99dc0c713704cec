"""The rows that could not be imported, as they came, with what is wrong in the last column."""

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from kernel.registers.register import registry

from .checking import Checker
from .exporting.xlsx import Sheet, width_of, write_xlsx
from .importing import read_batch
from .models import ImportBatch
from .plan import ERROR
from .reading import Table

MESSAGE = "错误说明"
SPOOLED = 8 * 1024 * 1024


def error_file(batch: ImportBatch) -> IO[bytes]:
    """An open xlsx file. Raises `Refusal` when the uploaded file is gone."""
    table = read_batch(batch)
    target: Any = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 (the response closes it)
    header = [head for head in table.header if head != MESSAGE]
    sheet = Sheet(
        "有误的行",
        [*header, MESSAGE],
        _bad_rows(batch, table),
        [*(width_of(head) for head in header), 80],
        alarm_column=len(header),
    )
    write_xlsx(target, [sheet])
    target.seek(0)
    return target


def _bad_rows(batch: ImportBatch, table: Table) -> Iterator[list[str]]:
    """Checked anew, so that each row carries every one of its errors."""
    keep = [i for i, head in enumerate(table.header) if head != MESSAGE]
    checker = Checker(registry.get(batch.register), batch.requested_by, batch.columns)
    for chunk in checker.chunks(table):
        for plan in chunk:
            if plan.kind == ERROR:
                row = [plan.raw[i] if i < len(plan.raw) else "" for i in keep]
                yield [*row, "\n".join(_words(error) for error in plan.errors)]


def _words(error: Any) -> str:
    return f"{error.label}：{error.message}" if error.label else str(error.message)
