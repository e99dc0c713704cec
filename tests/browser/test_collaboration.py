"""A record is returned and approved, and the people concerned hear of it from each other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP
from .rules import (
    BUTTONS,
    CONTROLS,
    frame_faults,
    overflow,
    small_targets,
    unseen_focus,
    violations,
)
from .steps import enter_petition, status, take_step

pytestmark = pytest.mark.browser


def open_news(page: Page, words: str) -> None:
    """Over the bell to the unread line with these words, and on to what it is about."""
    page.goto("/")
    page.get_by_role("link", name="条未读").click()
    page.locator(".notice--new", has_text=words).locator(".notice__text").first.click()


def unread(page: Page) -> int:
    page.goto("/notifications/")
    count = page.locator(".bell__count")
    return int(count.inner_text()) if count.count() else 0


def test_a_returned_record_finds_its_clerk_and_the_answer_its_chief(visit):
    clerk, chief = visit("luru"), visit("kezhang")
    name = chief_name(chief)
    record = enter_petition(clerk, "XF-BELL-1")
    open_news(chief, "待我审核")
    assert chief.url == record
    take_step(chief, "退回修改", "请补充退费金额")
    chief.wait_for_url(record)
    before = unread(clerk)
    open_news(clerk, "请补充退费金额")
    assert clerk.url == record
    expect(status(clerk)).to_have_text("已退回")
    assert unread(clerk) == before - 1
    answer(clerk, record, name)
    open_news(chief, "在评论中提到了您")
    assert chief.url == f"{record}#comments"
    expect(chief.locator(".comment .mention")).to_have_text(f"@{name}")
    clerk.goto(record)
    take_step(clerk, "提交审核")
    chief.goto(record)
    take_step(chief, "审核通过")
    open_news(clerk, "审核通过了")
    expect(status(clerk)).to_have_text("已审核")


def chief_name(page: Page) -> str:
    page.goto("/")
    return page.locator(".account__who > span").first.inner_text()


def answer(page: Page, record: str, name: str) -> None:
    """Write a comment and pick the colleague from the list by keyboard."""
    page.goto(record)
    field = page.get_by_label("发表评论")
    field.press_sequentially(f"金额见附件，@{name[:1]}")
    expect(page.get_by_role("option", name=name)).to_be_visible()
    for _ in range(8):
        chosen = page.locator('[role="option"][aria-selected="true"]')
        if name in chosen.inner_text():
            break
        field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"金额见附件，@{name} ")
    page.get_by_role("button", name="发表", exact=True).click()
    expect(page.locator(".comment")).to_have_count(1)


def preview(page: Page) -> None:
    """Choose two colleagues and see what would move."""
    page.goto("/handover/")
    for name, index in (("移交人", 1), ("接收人", 2)):
        page.get_by_label(name).select_option(index=index)
    page.get_by_role("button", name="预览移交内容").click()
    expect(page.get_by_role("heading", name="的内容")).to_be_visible()


def commented(page: Page) -> None:
    page.goto("/governance/normativedocument/")
    page.locator("tbody th a").first.click()
    page.get_by_label("发表评论").fill("见 https://www.example.cn/a")
    page.get_by_role("button", name="发表", exact=True).click()
    expect(page.locator(".comment").first).to_be_visible()


def visited(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


PAGES = {
    "inbox": ("luru", visited("/notifications/")),
    "settings": ("luru", visited("/notifications/settings/")),
    "handover": ("kezhang", preview),
    "comments": ("fazhi", commented),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_wide_page_is_accessible(visit, name):
    user, open_it = PAGES[name]
    page = visit(user, viewport=DESKTOP)
    open_it(page)
    assert frame_faults(page) == []
    assert violations(page) == []
    assert overflow(page) == 0
    assert small_targets(page, CONTROLS, 24) == []
    assert unseen_focus(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(visit, name):
    user, open_it = PAGES[name]
    page = visit(user, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    open_it(page)
    assert violations(page) == []
    assert overflow(page) == 0
    assert small_targets(page, CONTROLS, 24) == []
    assert small_targets(page, BUTTONS, 44) == []


def test_a_comment_needs_no_scripts(visit):
    page = visit("fazhi", java_script_enabled=False)
    commented(page)
    page.locator(".comment__tools a").last.click()
    page.locator("#comment-text").fill("更正：另见附件")
    page.get_by_role("button", name="保存修改").click()
    expect(page.locator(".comment").last).to_contain_text("更正：另见附件")
    page.locator(".comment__tools button").last.click()
    expect(page.locator(".comment").last).to_contain_text("已撤回")
