"""Where other rooms of the kernel hang their pages, buttons and panels onto every register.

A room calls these from its `AppConfig.ready()`; the registers know none of them by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
