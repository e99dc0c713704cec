"""A real browser on a real portal. Every page that a test opens must be free of complaints."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.portal import Portal

from .watch import Watch, sign_in

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESKTOP = {"width": 1440, "height": 900}

#: A test machine has no Chinese fonts of its own; without any, every word would be too narrow.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <alias binding="same">
    <family>Noto Sans CJK SC</family><prefer><family>FandolHei</family></prefer>
  </alias>
</fontconfig>"""

#: Opens a page: `visit("fazhi")` signed in, `visit()` as a stranger; more words go to the context.
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for a module, ended with it.

    While Playwright is open, Django takes the thread for an asynchronous one and refuses to
    touch the database, so the test database has to be there before and other modules come after.
    """
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(FONTS.format(folder=settings.FONT_DIR))
    # Date fields show their parts in the order of the system's language; keys must know it.
    environment = os.environ | {"LC_ALL": "C", "FONTCONFIG_FILE": str(fonts)}
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, env=environment)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sessions() -> dict[tuple[str, str], Any]:
    """Cookies by portal and user name: everybody signs in once for a module."""
    return {}


@pytest.fixture
def visit(
    chromium: Browser, portal: Portal, sessions: dict[tuple[str, str], Any]
) -> Iterator[Visit]:
    """Open pages of the module's portal and see at the end that none of them complained."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def new_page(user: str = "", **options: Any) -> Page:
        key = (portal.url, user)
        if user and key not in sessions:
            sessions[key] = sign_in(chromium, portal.url, user)
        options = {"base_url": portal.url, "locale": "zh-CN", "viewport": DESKTOP} | options
        context = chromium.new_context(storage_state=sessions.get(key), **options)
        context.set_default_timeout(20_000)
        opened.append((context, Watch(context)))
        return context.new_page()

    yield new_page
    faults = [fault for _, watch in opened for fault in watch.faults]
    for context, _ in opened:
        context.close()
    assert faults == []
