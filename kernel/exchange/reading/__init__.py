"""A file or a pasted block, read into a plain table of text: `read_file`, `read_paste`."""

from .source import read_file, read_paste
from .table import BadCell, Refusal, Table

__all__ = ["BadCell", "Refusal", "Table", "read_file", "read_paste"]
