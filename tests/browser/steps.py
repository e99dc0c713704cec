"""What people do on the pages, in their words."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.portal import Portal

#: Enough of an accepted petition of 2025, by form field.
PETITION = {
    "channel": "阳光信访",
    "level": "国家级",
    "received_on": "2025-03-05",
    "subject": "反映某培训机构退费问题",
    "content": "诉求人反映培训机构停课后未按合同退费。",
    "category": "校外培训",
    "purpose": "申诉求决",
    "outcome": "受理",
    "accepted_on": "2025-03-10",
    "handling_unit": "校外培训监管科",
    "due_on": "2025-05-09",
}
#: Order of the fields on the form, which is the order in which the Tab key meets them.
FIELD_ORDER = ["channel", "level", "number", *list(PETITION)[2:]]


def fill(page: Page, values: dict[str, str]) -> None:
    """Fill fields by name; choices by their label."""
    for name, value in values.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def enter_petition(page: Page, number: str, button: str = "提交审核") -> str:
    """Enter a petition, submit it and give its address."""
    page.goto("/petitions/petition/new/")
    fill(page, PETITION | {"number": number})
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r"/petitions/petition/\d+/$"))
    return page.url


def take_step(page: Page, label: str, reason: str = "") -> None:
    """Take one of the open steps of the record on the page."""
    page.get_by_role("link", name=label, exact=True).click()
    page.locator("#id_reason").fill(reason)
    page.get_by_role("button", name=label, exact=True).click()


def status(page: Page) -> Locator:
    """The state shown beside the heading."""
    return page.locator("header.head .badge")


def figure_link(page: Page, key: str, year: int) -> Locator:
    """The value of a figure on the page of all figures."""
    page.goto(f"/reports/figures/{year}/")
    row = page.locator("tr", has=page.get_by_text(key, exact=True))
    return row.locator("a.value")


def figure(page: Page, key: str, year: int) -> int:
    found = re.match(r"\d+", figure_link(page, key, year).inner_text())
    assert found is not None
    return int(found.group())


def ask_for_report(page: Page, layout: str = "红头公文版", *, appendix: bool = True) -> str:
    """Click 编制报告 on the report of 2023 and give the address of the job."""
    page.goto("/reports/2023/")
    choice = page.get_by_label("版式")
    choice.select_option(choice.locator("option", has_text=layout).get_attribute("value"))
    page.get_by_label("附指标明细表").set_checked(appendix)
    page.get_by_role("button", name="编制报告").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/$"))
    return page.url


def compile_report(page: Page) -> None:
    """Have the report compiled and wait until the page shows the end."""
    ask_for_report(page)
    expect(page.locator("#job-refresh")).to_have_count(0, timeout=60_000)


def download(page: Page) -> bytes:
    """The PDF behind the job page's link, fetched with the person's own cookies."""
    address = page.get_by_role("link", name="打开 PDF").get_attribute("href")
    answer = page.request.get(address or "")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


class Worker:
    """The portal's worker, started when a test wants it and gone after that test."""

    def __init__(self, portal: Portal):
        self.portal = portal
        self.running = False

    def start(self) -> None:
        self.portal.start_worker()
        self.running = True

    def stop(self) -> None:
        if self.running:
            self.portal.kill("worker")
