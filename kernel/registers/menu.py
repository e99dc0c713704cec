"""The left navigation: one group per app, filled from the registers and a few named pages.

An app's config may set `menu_icon` and `menu_order` (default 50; equal ones keep their order).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.urls import reverse

from kernel.records.querysets import permission_name

from .register import registry


@dataclass(frozen=True)
class Page:
    """A menu entry for a page that no register gives.

    Shown to those with `permission`, or of whom `allowed` says yes.
    """

    app_label: str
    label: str
    url_name: str
    permission: str = ""
    allowed: Callable[[Any], bool] = lambda user: True

    def open_to(self, user: Any) -> bool:
        """Whether the person may open the page."""
        return self.allowed(user) and (not self.permission or user.has_perm(self.permission))


@dataclass
class Menu:
    """Entries beyond the registers, added by apps in `registers.py`."""

    pages: list[Page] = field(default_factory=list)

    def add(self, page: Page) -> None:
        self.pages.append(page)


menu = Menu()


def navigation(user: Any, path: str = "") -> list[dict[str, Any]]:
    """Groups of entries that `user` may open; the one holding `path` is marked current."""
    groups = []
    for config in sorted(apps.get_app_configs(), key=lambda app: getattr(app, "menu_order", 50)):
        items = _pages(config.label, user) + _registers(config.label, user)
        if items:
            groups.append(_group(config, items, path))
    return groups


def _group(config: Any, items: list[dict[str, Any]], path: str) -> dict[str, Any]:
    # The page nearest to the address: /reports/figures/ also lies below /reports/.
    nearest = max((i["url"] for i in items if path.startswith(i["url"])), key=len, default="")
    for item in items:
        item["current"] = item["url"] == nearest
    return {
        "slug": config.label,
        "label": config.verbose_name,
        "icon": getattr(config, "menu_icon", "folder"),
        "items": items,
        "current": any(item["current"] for item in items),
    }


def _pages(app_label: str, user: Any) -> list[dict[str, Any]]:
    return [
        {"label": page.label, "url": reverse(page.url_name)}
        for page in menu.pages
        if page.app_label == app_label and page.open_to(user)
    ]


def _registers(app_label: str, user: Any) -> list[dict[str, Any]]:
    return [
        {"label": register.title, "url": register.url("list"), "register": register}
        for register in registry
        if register.app_label == app_label
        and register.in_menu
        and user.has_perm(permission_name(register.model, "view"))
    ]
