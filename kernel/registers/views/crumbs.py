"""The path from the home page to a page of a register."""

from ..register import Register


def crumbs(register: Register, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way down to a page of this register."""
    return [("首页", "/"), (register.title, register.url("list")), *more]
