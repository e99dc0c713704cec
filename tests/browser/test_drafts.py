"""What was typed outlives the server, the login and the way back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.portal import Portal

from .conftest import DESKTOP
from .watch import fill_login, sign_in

pytestmark = pytest.mark.browser

FORM = "/petitions/petition/new/"
SUBJECT = "反映某培训机构不退预付费"


@pytest.fixture
def clerk(chromium: Browser, portal: Portal) -> Iterator[Page]:
    """A clerk's page whose requests may fail, for here they must."""
    state: Any = sign_in(chromium, portal.url, "luru")
    context: BrowserContext = chromium.new_context(
        base_url=portal.url, storage_state=state, viewport=DESKTOP, locale="zh-CN"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def state_of(page: Page) -> Any:
    return page.locator("[data-dirty]")


def type_subject(page: Page, text: str) -> None:
    page.locator("#id_subject").fill(text)


def test_a_draft_survives_the_death_of_the_server(clerk: Page, portal: Portal) -> None:
    clerk.goto(FORM)
    type_subject(clerk, SUBJECT)
    clerk.locator("#id_content").focus()  # leaving a field saves
    expect(state_of(clerk)).to_contain_text("草稿已保存")
    portal.kill("web")
    type_subject(clerk, f"{SUBJECT}一案")
    clerk.locator("#id_content").focus()
    expect(state_of(clerk)).to_contain_text("连接中断，输入已保存在本机")
    portal.start()
    # Saved again without a touch, within the page's own rhythm.
    expect(state_of(clerk)).to_contain_text("草稿已保存", timeout=25_000)
    clerk.goto("/drafts/")
    clerk.get_by_role("link", name=f"{SUBJECT}一案").first.click()
    expect(clerk.locator("#id_subject")).to_have_value(f"{SUBJECT}一案")
    expect(clerk.get_by_text("已恢复")).to_be_visible()


def test_typing_goes_on_after_the_login_has_ended(clerk: Page) -> None:
    clerk.goto(FORM)
    type_subject(clerk, SUBJECT)
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.locator("#id_content").focus()
    expect(state_of(clerk)).to_contain_text("登录已失效，输入已保存在本机")
    with clerk.expect_popup() as opened:
        clerk.get_by_role("link", name="重新登录").click()
    tab = opened.value
    fill_login(tab, "luru")
    tab.wait_for_url("**/")
    tab.close()
    expect(state_of(clerk)).to_contain_text("草稿已保存", timeout=25_000)
    # The page is whole again: it can be handed in, and names what is still missing.
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_role("alert")).to_contain_text("没有保存")
    expect(clerk.locator("#id_subject")).to_have_value(SUBJECT)


def test_a_submission_without_login_is_there_after_signing_in(clerk: Page) -> None:
    clerk.goto(FORM)
    type_subject(clerk, SUBJECT)
    clerk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.evaluate("document.querySelector('form[data-draft]').requestSubmit()")
    clerk.wait_for_url("**/login/**")
    fill_login(clerk, "luru")
    clerk.wait_for_url("**/petitions/petition/new/**")
    expect(clerk.locator("#id_subject")).to_have_value(SUBJECT)


def test_leaving_the_page_and_coming_back_loses_nothing(clerk: Page) -> None:
    clerk.goto(FORM)
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.locator("#id_subject").press_sequentially("还没有离开这一栏")
    clerk.goto("/")
    clerk.go_back()
    expect(clerk.locator("#id_subject")).to_have_value("还没有离开这一栏")


def test_without_scripts_a_draft_is_kept_by_its_button(chromium: Browser, portal: Portal) -> None:
    state: Any = sign_in(chromium, portal.url, "luru")
    context = chromium.new_context(
        base_url=portal.url, storage_state=state, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(FORM)
    page.locator("#id_subject").fill(SUBJECT)
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url("**?draft=*")
    expect(page.locator("#id_subject")).to_have_value(SUBJECT)
    page.get_by_role("button", name="放弃草稿").click()
    page.wait_for_url(f"**{FORM}")
    expect(page.locator("#id_subject")).to_have_value("")
    context.close()
