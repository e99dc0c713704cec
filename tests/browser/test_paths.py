"""The ways people go through the portal: from a figure to its records, from entry to a figure."""

import re

import pytest
from playwright.sync_api import Page, expect

from .keyboard import is_focused, press_on, tab_to, type_into
from .steps import (
    FIELD_ORDER,
    PETITION,
    enter_petition,
    figure,
    figure_link,
    fill,
    status,
    take_step,
)
from .watch import fill_login

pytestmark = pytest.mark.browser

SUNSHINE = "petitions.xinfang"
#: Petitions are entered for a year that no other test reads.
YEAR = 2025


def test_a_figure_leads_to_its_records_and_their_history(visit):
    page = visit("fazhi")
    page.goto("/")
    page.get_by_role("link", name="指标一览").first.click()
    figure_link(page, SUNSHINE, 2023).click()
    expect(page.locator("tbody tr")).to_have_count(29)
    note = page.get_by_label("指标来源")
    expect(note).to_contain_text("阳光信访件")
    expect(note).to_contain_text("29件")
    page.locator("tbody tr td:not(.pick)").first.click()
    expect(page.locator("h1")).to_contain_text("阳光信访")
    page.get_by_role("link", name="修改历史").click()
    expect(page.locator("h1")).to_contain_text("修改历史")
    expect(page.locator("main section h2").last).to_contain_text("新建")


def test_a_changed_filter_is_no_longer_the_figure(visit):
    page = visit("fazhi")
    figure_link(page, SUNSHINE, 2023).click()
    page.get_by_role("link", name="移除此条件").first.click()
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.get_by_label("指标来源")).to_have_count(0)


def begin_petition(page: Page) -> None:
    """Reach the empty form by keys: over the skip link and 新建; it begins in a field."""
    page.goto("/petitions/petition/")
    page.keyboard.press("Tab")
    assert is_focused(page, ".skip")
    page.keyboard.press("Enter")
    assert is_focused(page, "#main")
    press_on(page, "a[href$='/new/']")
    page.wait_for_url("**/petitions/petition/new/")
    expect(page.locator("#id_channel")).to_be_focused()


def test_a_record_is_entered_by_keyboard_and_errors_lead_to_their_fields(visit):
    page = visit("luru")
    begin_petition(page)
    type_into(page, "subject", PETITION["subject"])
    press_on(page, "button[value=submit]")
    expect(page.locator("[data-focus]")).to_be_focused()
    tab_to(page, "[data-focus] a[href='#id_number']")
    page.keyboard.press("Enter")
    assert is_focused(page, "#id_number")
    expect(page.locator("#id_subject")).to_have_value(PETITION["subject"])


def fill_by_keys(page: Page, values: dict[str, str]) -> None:
    for name in FIELD_ORDER:
        if name in values:
            type_into(page, name, values[name])


def test_a_draft_is_saved_and_submitted_by_keyboard_but_not_approved_by_its_clerk(visit):
    page = visit("luru")
    begin_petition(page)
    fill_by_keys(page, PETITION | {"number": "XF-KEYS-2"})
    # Not one of the saves that leaving a field starts, which say the same.
    with page.expect_response(lambda answer: "action=draft" in (answer.request.post_data or "")):
        press_on(page, "button[value=draft]")
    expect(page.locator("[data-dirty]")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.get_by_text("保存的草稿")).to_be_visible()
    press_on(page, ".form-foot button[value=submit]")
    page.wait_for_url(re.compile(r"/petitions/petition/\d+/$"))
    record = page.url
    expect(status(page)).to_have_text("待审核")
    expect(page.locator(".todo")).to_contain_text("您没有“审核通过”的权限")
    page.goto(f"{record}do/approve/")
    page.wait_for_url(record)
    expect(page.get_by_text("请联系科室负责人").first).to_be_visible()
    expect(status(page)).to_have_text("待审核")


def test_a_day_typed_without_a_pause_is_understood(visit):
    page = visit("luru")
    page.goto("/petitions/petition/new/")
    page.locator("#id_received_on").focus()
    page.keyboard.type("20250310")
    page.keyboard.press("Tab")
    expect(page.locator("#id_received_on")).to_have_value("2025-03-10")


def test_only_an_approved_record_counts_and_only_until_it_is_withdrawn(visit):
    clerk, chief = visit("luru"), visit("kezhang")
    before = figure(chief, SUNSHINE, YEAR)
    record = enter_petition(clerk, "XF-COUNT-1")
    assert figure(chief, SUNSHINE, YEAR) == before
    chief.goto(record)
    take_step(chief, "审核通过")
    expect(status(chief)).to_have_text("已审核")
    assert figure(chief, SUNSHINE, YEAR) == before + 1
    chief.goto(record)
    take_step(chief, "撤销", "与另一件重复登记")
    expect(status(chief)).to_have_text("已撤销")
    assert figure(chief, SUNSHINE, YEAR) == before


def test_a_record_goes_back_only_with_a_reason_which_its_clerk_reads(visit):
    clerk, chief = visit("luru"), visit("kezhang")
    record = enter_petition(clerk, "XF-BACK-1")
    chief.goto(record)
    take_step(chief, "退回修改")
    expect(chief.get_by_role("alert")).to_contain_text("须填写理由")
    expect(chief.locator("[data-focus]")).to_be_focused()
    chief.locator("#id_reason").fill("请补充诉求人要求退费的金额")
    chief.get_by_role("button", name="退回修改").click()
    chief.wait_for_url(record)
    clerk.goto(record)
    expect(status(clerk)).to_have_text("已退回")
    expect(clerk.locator(".timeline")).to_contain_text("请补充诉求人要求退费的金额")


def test_a_draft_is_nobody_elses_business(visit):
    clerk = visit("luru")
    clerk.goto("/petitions/petition/new/")
    fill(clerk, PETITION | {"number": "XF-DRAFT-1"})
    clerk.get_by_role("button", name="保存草稿").click()
    clerk.wait_for_url("**?draft=*")
    page = visit("fazhi")
    response = page.goto(clerk.url)
    assert response is not None
    assert response.status == 404
    expect(page.locator("h1")).to_have_text("找不到这一页")


def test_a_page_beyond_the_role_says_so(visit):
    page = visit("luru")
    response = page.goto("/units/")
    assert response is not None
    assert response.status == 403
    expect(page.locator("h1")).to_have_text("没有权限")
    page.get_by_role("link", name="回到首页").click()
    expect(page.locator("h1")).to_contain_text("您好")


def test_after_logout_an_address_leads_over_the_login_and_back(visit):
    page = visit()
    page.goto("/login/")
    fill_login(page, "shenji", "wrong-password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("用户名")).to_have_value("shenji")
    fill_login(page, "shenji")
    page.locator("summary", has_text="账号菜单").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/")
    wanted = "/petitions/petition/?channel=mailbox"
    page.goto(wanted)
    assert "/login/?next=" in page.url
    fill_login(page, "shenji")
    page.wait_for_url(f"**{wanted}")
    expect(page.locator(".chips")).to_contain_text("市长信箱")
