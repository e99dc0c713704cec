"""A file or a pasted block, read into a plain table of text: `read_file`, `read_paste`.

`pack` and `unpack` keep a table that was read between its check and its import.
"""

from .kept import is_packed, pack, unpack
from .source import read_file, read_paste
from .table import LISTS, LISTS_NAME, BadCell, Refusal, Table

__all__ = [
    "LISTS",
    "LISTS_NAME",
    "BadCell",
    "Refusal",
    "Table",
    "is_packed",
    "pack",
    "read_file",
    "read_paste",
    "unpack",
]
