"""A table that has been read once, as bytes: an import is checked first and applied later.

One JSON line for the head and one for each row, so that a long table never stands in memory twice.
"""

import json
from collections.abc import Iterator

from .table import SHARED_LENGTH, BadCell, Table

MARK = b"\x00table\x00"
"""No file and no pasted text begins so: none may hold an empty character."""
Cell = str | list[str]


def pack(table: Table) -> bytes:
    """The bytes of a table; cells without a usable value keep their reason."""
    head = {"header": table.header, "numbers": table.numbers, "notes": table.notes}
    lines = [json.dumps(head), *(json.dumps([_cell(v) for v in row]) for row in table.rows)]
    return MARK + "\n".join(lines).encode()


def is_packed(data: bytes) -> bool:
    return data.startswith(MARK)


def unpack(data: bytes) -> Table:
    """The table again; equal short texts share one object, as in a table freshly read."""
    lines = _lines(data)
    head = json.loads(next(lines))
    known: dict[str, str] = {}
    rows = [[_value(cell, known) for cell in json.loads(line)] for line in lines]
    return Table(head["header"], rows, head["numbers"], head["notes"])


def _lines(data: bytes) -> Iterator[bytes]:
    start = len(MARK)
    while start <= len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end + 1


def _cell(value: str) -> Cell:
    return [str(value)] if isinstance(value, BadCell) else value


def _value(cell: Cell, known: dict[str, str]) -> str:
    if isinstance(cell, list):
        return BadCell(cell[0])
    return cell if len(cell) > SHARED_LENGTH else known.setdefault(cell, cell)
