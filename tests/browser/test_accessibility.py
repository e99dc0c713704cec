"""Every kind of page, wide and narrow: readable by all, usable by keys and by finger."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal import Portal

from .conftest import DESKTOP, Visit
from .keyboard import MANY, is_focused
from .rules import (
    BUTTONS,
    CONTROLS,
    frame_faults,
    overflow,
    small_targets,
    unseen_focus,
    violations,
)
from .steps import Worker, ask_for_report, figure_link
from .watch import sign_in

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PETITIONS = "/petitions/petition/"
DRILLS = "/schools/drill/"
#: Two lines as copied from a spreadsheet; in the second the level is none.
PASTED = "演练名称\t层级\t演练日期\n一次演练\t市级\t2023-05-06\n另一次演练\t区级\t2023-05-07"
#: Pages by name: who opens them, and where; a word in capitals is replaced by a found address. A
#: mark at the end: the form of the page is sent as it is (!), two rows are chosen for handling (+).
PAGES = {
    "login": ("", "/login/"),
    "home": ("fazhi", "/"),
    "list": ("fazhi", PETITIONS),
    "list of a figure": ("fazhi", "FIGURE"),
    "empty list": ("fazhi", f"{PETITIONS}?q=nothing-like-this"),
    "record": ("fazhi", "RECORD"),
    "record with parts": ("fazhi", "OPERATION"),
    "form with rows": ("fazhi", "OPERATIONedit/"),
    "find": ("luru", "FIND"),
    "bulk": ("fazhi", f"{PETITIONS}+"),
    "columns": ("fazhi", f"{PETITIONS}columns/"),
    "saved filters": ("fazhi", f"{PETITIONS}saved/?query=channel%3Dmailbox"),
    "review": ("kezhang", "/review/"),
    "drafts": ("luru", "/drafts/"),
    "search": ("fazhi", "/search/?q=培训"),
    "search without a hit": ("fazhi", "/search/?q=nothing-like-this"),
    "import": ("fazhi", f"{DRILLS}import/"),
    "paste": ("fazhi", f"{DRILLS}import/paste/"),
    "import preview": ("fazhi", "PREVIEW"),
    "imports": ("fazhi", "/imports/"),
    "export": ("fazhi", f"{PETITIONS}export/"),
    "history": ("fazhi", "RECORDhistory/"),
    "changes": ("guanli", "/history/"),
    "attachments": ("fazhi", "RECORDattachments/"),
    "print": ("fazhi", "RECORDprint/"),
    "reveal": ("fazhi", "RECORDreveal/"),
    "access log": ("shenji", "/privacy/access/"),
    "notifications": ("kezhang", "/notifications/"),
    "notification settings": ("kezhang", "/notifications/settings/"),
    "handover": ("guanli", "/handover/"),
    "step": ("fazhi", "RECORDdo/withdraw/"),
    "refused step": ("fazhi", "RECORDdo/withdraw/!"),
    "form": ("luru", f"{PETITIONS}new/"),
    "refused form": ("luru", f"{PETITIONS}new/!"),
    "figures": ("fazhi", "/reports/figures/2023/"),
    "reports": ("fazhi", "/reports/"),
    "report": ("fazhi", "/reports/2023/"),
    "section": ("fazhi", "/reports/2023/sections/duties/"),
    "settings": ("fazhi", "/reports/2023/settings/"),
    "build": ("fazhi", "BUILD"),
    "job": ("fazhi", "JOB"),
    "jobs": ("fazhi", "/jobs/"),
    "units": ("guanli", "/units/"),
    "staff": ("guanli", "/staff/"),
    "account": ("guanli", "/staff/new/"),
    "person": ("guanli", "PERSON"),
    "own account": ("luru", "/account/"),
    "password": ("luru", "/account/password/"),
    "second factor": ("luru", "/account/factor/"),
    "security log": ("shenji", "/security-log/"),
    "forbidden": ("luru", "/units/"),
    "not found": ("luru", "/no/such/page/"),
}


@dataclass(frozen=True)
class Places:
    """Addresses that the demo set and one compilation give."""

    addresses: dict[str, str]

    def resolve(self, path: str) -> str:
        for word, address in self.addresses.items():
            path = path.replace(word, address)
        return path.rstrip("!+")


def first_row(page: Page, listing: str) -> str:
    """Address of the first record of a list, without its place in that list."""
    page.goto(listing)
    address = page.locator("tbody tr th a").first.get_attribute("href") or ""
    return address.partition("?")[0]


def preview(page: Page) -> str:
    """Paste two rows, one of them wrong, and give the address of their check."""
    page.goto(f"{DRILLS}import/paste/")
    page.get_by_label("粘贴的内容").fill(PASTED)
    page.get_by_role("button", name="核对").click()
    page.wait_for_url("**/imports/*/")
    return page.url.partition("?")[0]


def found_without_scripts(chromium: Browser, portal: Portal) -> str:
    """Press 查找 beside a field of the form and give the address of the search page."""
    state = sign_in(chromium, portal.url, "luru")
    context = chromium.new_context(
        base_url=portal.url, storage_state=state, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{PETITIONS}new/")
    page.get_by_role("button", name="查找").first.click()
    address = page.url
    context.close()
    return address


def person(chromium: Browser, portal: Portal) -> str:
    """Address of the first person of the staff list."""
    state = sign_in(chromium, portal.url, "guanli")
    context = chromium.new_context(base_url=portal.url, storage_state=state)
    address = first_row(context.new_page(), "/staff/")
    context.close()
    return address


@pytest.fixture(scope="module")
def places(chromium: Browser, portal: Portal, sessions: dict[tuple[str, str], object]) -> Places:
    """Find a figure's list, a record, a record with parts; compile the report once."""
    state = sessions[portal.url, "fazhi"] = sign_in(chromium, portal.url, "fazhi")
    context = chromium.new_context(base_url=portal.url, storage_state=state)
    page = context.new_page()
    found = {"FIGURE": figure_link(page, "petitions.xinfang", 2023).get_attribute("href") or ""}
    found["RECORD"] = first_row(page, found["FIGURE"])
    found["OPERATION"] = first_row(page, "/enforcement/jointoperation/")
    found["PREVIEW"] = preview(page)
    worker = Worker(portal)
    worker.start()
    found["JOB"] = ask_for_report(page).removeprefix(portal.url)
    build = page.get_by_role("link", name="查看文稿与指标快照")
    expect(build).to_be_visible(timeout=60_000)
    found["BUILD"] = build.get_attribute("href") or ""
    worker.stop()
    context.close()
    found["FIND"] = found_without_scripts(chromium, portal)
    found["PERSON"] = person(chromium, portal)
    return Places(found)


def open_page(visit: Visit, places: Places, name: str, **options: object) -> Page:
    """Open one of the pages and do what its mark says; only the last two may be missing."""
    user, path = PAGES[name]
    page = visit(user, **options)
    answer = page.goto(places.resolve(path))
    assert answer is not None
    assert answer.ok == (name not in ("forbidden", "not found"))
    if path.endswith("+"):
        for number in range(2):
            page.locator("[data-pick]").nth(number).check()
        page.get_by_role("button", name="批量办理所选").click()
        page.wait_for_selector("#bulk-what")
    if path.endswith("!"):
        page.locator("main .form-foot button[type=submit]").first.click()
        page.wait_for_selector("[role=alert]")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_wide_page_is_accessible(visit, places, name):
    page = open_page(visit, places, name, viewport=DESKTOP)
    assert frame_faults(page) == []
    assert violations(page) == []
    assert overflow(page) == 0
    assert small_targets(page, CONTROLS, 24) == []
    assert unseen_focus(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(visit, places, name):
    page = open_page(visit, places, name, viewport=PHONE, has_touch=True, is_mobile=True)
    assert violations(page) == []
    assert overflow(page) == 0
    assert small_targets(page, CONTROLS, 24) == []
    assert small_targets(page, BUTTONS, 44) == []


@pytest.mark.parametrize("name", ["home", "list", "form with rows", "report", "not found"])
def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(visit, places, name):
    page = open_page(visit, places, name)
    page.keyboard.press("Tab")
    assert is_focused(page, ".skip")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#main') !== null")


def test_a_new_form_begins_in_a_field_and_the_skip_link_is_before_it(visit, places):
    page = open_page(visit, places, "form")
    expect(page.locator("#id_channel")).to_be_focused()
    for _ in range(MANY):
        if is_focused(page, ".skip"):
            break
        page.keyboard.press("Shift+Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()


def test_the_navigation_of_a_phone_opens_and_closes_by_keys(visit):
    page = visit("fazhi", viewport=PHONE)
    page.goto("/")
    navigation = page.locator("#nav")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="打开导航").press("Enter")
    expect(navigation).to_be_visible()
    page.keyboard.press("Escape")
    expect(navigation).to_be_hidden()
    expect(page.get_by_role("button", name="打开导航")).to_be_focused()


def test_a_page_may_be_enlarged_and_read_without_motion(visit):
    page = visit("fazhi", viewport={"width": 720, "height": 450}, reduced_motion="reduce")
    page.goto(PETITIONS)
    assert "user-scalable" not in (
        page.locator("meta[name=viewport]").get_attribute("content") or ""
    )
    assert overflow(page) == 0
    moving = """() => [...document.querySelectorAll("*")].filter((e) =>
      parseFloat(getComputedStyle(e).animationDuration) > 0.01
      || parseFloat(getComputedStyle(e).transitionDuration) > 0.01).length"""
    assert page.evaluate(moving) == 0


#: One page with every fault that the measures above are there to find.
FAULTY = """<!DOCTYPE html><html><head><title>·</title>
<style>a { outline: none !important; display: block; width: 20px; height: 20px }
div { width: 3000px }</style></head>
<body><a href="#x">x</a><h1>a</h1><h1>b</h1><div><img src="data:,"></div></body></html>"""


def test_the_measures_find_planted_faults(chromium):
    page = chromium.new_page()
    page.set_content(FAULTY)
    assert frame_faults(page) == ["2 main headings", "language", "title"]
    assert any(fault.startswith("image-alt") for fault in violations(page))
    assert overflow(page) > 1000
    assert len(small_targets(page, CONTROLS, 24)) == 1
    assert len(unseen_focus(page)) == 1
    page.close()
