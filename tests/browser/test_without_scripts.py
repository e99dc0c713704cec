"""Every page works without JavaScript: scripts are comfort only."""

import pytest
from playwright.sync_api import Page, expect

from .steps import PETITION, ask_for_report, fill, status
from .watch import fill_login

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit) -> Page:
    """The clerk's browser with scripts switched off."""
    return visit("luru", java_script_enabled=False)


def test_people_sign_in(visit):
    page = visit(java_script_enabled=False)
    page.goto("/")
    fill_login(page, "kezhang")
    expect(page.locator("h1")).to_contain_text("您好")


def test_lists_are_filtered_and_paged(visit):
    page = visit("fazhi", java_script_enabled=False)
    page.goto("/petitions/petition/")
    page.get_by_label("渠道").select_option(label="12345热线")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chips")).to_contain_text("12345热线")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".pager")).to_contain_text("第 2 /")
    expect(page.locator(".chips")).to_contain_text("12345热线")
    page.locator("tbody tr th a").first.click()
    expect(page.locator("h1")).to_contain_text("12345热线")


def test_records_are_entered_and_refused_with_errors(page):
    page.goto("/petitions/petition/new/")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert")).to_contain_text("标题")
    fill(page, PETITION | {"number": "XF-PLAIN-1"})
    page.get_by_role("button", name="提交审核").click()
    expect(status(page)).to_have_text("待审核")


def test_a_waiting_job_offers_to_look_again(visit):
    page = visit("fazhi", java_script_enabled=False)
    job = ask_for_report(page, "公开版")
    page.get_by_role("link", name="刷新").click()
    assert page.url == job
    page.get_by_role("button", name="取消任务").click()
    expect(page.locator("#job .badge")).to_have_text("已取消")
