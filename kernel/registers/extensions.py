"""Where other rooms of the kernel hang their pages, buttons and panels onto every register.

A room calls these from its `AppConfig.ready()`; the registers know none of them by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from .register import Register

ListNote = Callable[[HttpRequest, Register, Any], dict[str, Any] | None]
list_notes: list[ListNote] = []
"""Functions that add a note above a list, e.g. which figure the shown rows make up."""

ListTool = Callable[[HttpRequest, Register], dict[str, Any] | None]
list_tools: list[ListTool] = []
"""Functions that add a button to a list's tool bar: `{"label", "icon", "url"}` or `None`."""

DetailTool = Callable[[HttpRequest, Register, Any], dict[str, Any] | None]
detail_tools: list[DetailTool] = []
"""Functions that add a button to a record's page: `{"label", "icon", "url"}` or `None`."""

DetailPanel = Callable[[HttpRequest, Register, Any], dict[str, Any] | None]
detail_panels: list[DetailPanel] = []
"""Functions that add a panel to a record's page: a context with its `template`, or `None`."""

FieldNote = Callable[[Register, str], Sequence[str]]
field_notes: list[FieldNote] = []
"""Functions that say what a form field is counted for (口径), one line for each figure."""


def notes_on(register: Register, name: str) -> list[str]:
    """All that the rooms say about one field of the register's form."""
    return [line for make in field_notes for line in make(register, name)]


EditWarning = Callable[[Register, Any], str | None]
edit_warnings: list[EditWarning] = []
"""Functions that warn above a record's form, e.g. that a signed report rests on it."""


@dataclass(frozen=True)
class RegisterPage:
    """One more page that every register has, at `/<app>/<model>/<tail>`.

    `view` is a `RegisterView`; the address is named `<app>-<model>-<role>`.
    """

    tail: str
    view: type[Any]
    role: str
    applies: Callable[[Register], bool] = lambda register: True


register_pages: list[RegisterPage] = []
"""Pages beyond the register's own; declared before the addresses are first resolved."""


@dataclass(frozen=True)
class HistorySource:
    """A tracked model whose rows belong to records of any register, e.g. their files.

    `of` gives the condition on its kept rows for one record.
    """

    model: type[Any]
    of: Callable[[Any], Q]


history_sources: list[HistorySource] = []
"""What other rooms keep of every record; shown with the record's own history."""

PrintTable = Callable[[HttpRequest, Register, Any], dict[str, Any] | None]
print_tables: list[PrintTable] = []
"""Functions that add a table to a record on paper: `label`, `columns`, `rows`, `total`."""
