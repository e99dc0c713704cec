"""A masked phone number is opened for a reason, by keyboard, and the auditor sees who did it."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MASKED, FULL = re.compile(r"^1\d\d\*{4}\d{4}"), re.compile(r"^1\d{10}$")


def open_petition_with_phone(page: Page) -> str:
    """The first listed petition that has something to reveal."""
    page.goto("/petitions/petition/?outcome=accepted")
    links = page.locator("tbody th a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for link in links:
        page.goto(link)
        if page.get_by_role("link", name="查看完整信息").count():
            return page.url.partition("?")[0]
    raise AssertionError("no petition of the demo set has personal data")


def phone(page: Page):
    fact = page.locator(".fact", has=page.locator("dt", has_text=re.compile("^联系电话$")))
    return fact.locator("dd")


def test_a_masked_field_is_revealed_with_a_reason_and_recorded(visit):
    page = visit("fazhi")
    address = open_petition_with_phone(page)
    expect(phone(page)).to_have_text(MASKED)

    page.get_by_role("link", name="查看完整信息").press("Enter")
    page.get_by_role("button", name="显示").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择查看事由")
    page.get_by_label("查看事由").select_option(label="联系本人")
    page.get_by_label("具体说明").fill("浏览器测试：回访办理结果")
    page.get_by_role("button", name="显示").click()

    page.wait_for_url(address)
    expect(phone(page)).to_have_text(FULL)
    expect(page.get_by_text("显示至")).to_be_visible()

    # Still masked in the list and in the history, and for everybody else.
    number = phone(page).inner_text()
    for place in ("history/", "../"):
        page.goto(address + place)
        expect(page.locator("main")).not_to_contain_text(number)
    leader = visit("juling")
    leader.goto(address)
    expect(phone(leader)).to_have_text(MASKED)
    expect(leader.get_by_role("link", name="查看完整信息")).to_have_count(0)

    auditor = visit("shenji")
    auditor.goto("/privacy/access/")
    row = auditor.locator("tbody tr", has_text="浏览器测试：回访办理结果")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("联系电话")


def test_an_edit_form_shows_the_mask_and_keeps_the_number(visit):
    page = visit("fazhi")
    address = open_petition_with_phone(page)
    masked = " ".join(phone(page).inner_text().split())
    page.goto(address + "edit/")
    field = page.get_by_label("联系电话")
    expect(field).to_have_value("")
    assert masked.startswith(field.get_attribute("placeholder") or "?")
    expect(page.locator("#id_phone_helptext")).to_contain_text("留空则不变")
    page.get_by_label("修改原因").fill("浏览器测试")
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/petitions/petition/\d+/$"))
    expect(phone(page)).to_have_text(re.compile(re.escape(masked)))
