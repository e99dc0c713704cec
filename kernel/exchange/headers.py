"""Which column of a sheet fills which field: by tolerant names, and by what a person chose."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from .fields import ID, RECORD_NUMBER, RECORD_VERSION, VERSION, SheetColumn

BRACKETED = re.compile(r"[（(【\[].*?[）)】\]]")
FORMER_NAMES = {ID: ("id", "编号（记录号）"), VERSION: ("版本号",)}


def folded(head: str) -> str:
    """The head without width, spaces, line breaks, stars and colons."""
    text = unicodedata.normalize("NFKC", head).casefold()
    return re.sub(r"[\s*:：、_]", "", text)


def bare(head: str) -> str:
    """The folded head without what stands in brackets: 金额（元） → 金额."""
    return folded(BRACKETED.sub("", unicodedata.normalize("NFKC", head)))


def map_headers(
    header: Sequence[str], columns: Sequence[SheetColumn], remembered: Mapping[str, str]
) -> dict[int, str]:
    """Field name by index of the column; columns that fill nothing are absent.

    `remembered` (folded head → field, `""` for ignore) wins over names.
    """
    known = _known(columns)
    fields: dict[int, str] = {}
    for index, head in enumerate(header):
        text = folded(head)
        name = remembered.get(text, known.get(text) or known.get(bare(head)))
        if name and name not in fields.values():
            fields[index] = name
    return fields


def _known(columns: Sequence[SheetColumn]) -> dict[str, str]:
    """Field by every spelling of its head; exact labels win over bare ones."""
    found: dict[str, str] = {folded(RECORD_NUMBER): ID, folded(RECORD_VERSION): VERSION}
    for name, labels in FORMER_NAMES.items():
        found |= {folded(label): name for label in labels}
    for column in columns:
        found[folded(column.label)] = column.name
    for column in columns:
        found.setdefault(bare(column.label), column.name)
        found.setdefault(folded(column.name), column.name)
    return found
