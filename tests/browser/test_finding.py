"""Finding records with the mouse, with the keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
LIST = "/petitions/petition/"


@pytest.fixture
def page(visit) -> Page:
    return visit("fazhi")


def test_the_filter_works_while_typing_and_keeps_the_focus(page):
    page.goto(LIST)
    word = page.locator("#id_q")
    word.press_sequentially("退费", delay=30)
    expect(page.locator(".chips")).to_contain_text("退费")
    expect(page).to_have_url(re.compile(r"\?q=%E9%80%80%E8%B4%B9$"))
    expect(word).to_be_focused()
    page.get_by_label("渠道").select_option(label="12345热线")
    expect(page.locator(".chips")).to_contain_text("12345热线")
    page.get_by_role("link", name="标题").click()
    expect(page).to_have_url(re.compile("channel=hotline.*sort=subject"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("sort="))
    expect(page.locator(".chips")).to_contain_text("12345热线")


def test_from_record_to_record_and_back_to_the_list(page):
    page.goto(f"{LIST}?channel=hotline&sort=number")
    first, second = page.locator("tbody th a").all_inner_texts()[:2]
    page.locator("tbody tr").first.locator("td").nth(2).click()
    expect(page.locator("h1")).to_contain_text(first)
    page.get_by_role("link", name="下一条").click()
    expect(page.locator("h1")).to_contain_text(second)
    page.get_by_role("link", name="上一条").click()
    expect(page.locator("h1")).to_contain_text(first)
    page.get_by_role("link", name="返回列表").click()
    expect(page.locator(".chips")).to_contain_text("12345热线")


def test_initials_find_from_every_page(page):
    page.goto("/")
    page.get_by_label("全局搜索").press_sequentially("mdxx", delay=30)
    suggestion = page.locator("#suggestions mark").first
    expect(suggestion).to_have_text("明德小学")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("搜索：mdxx")
    expect(page.locator("main mark").first).to_have_text("明德小学")


def test_ticked_rows_are_handled_together(page):
    page.goto(f"{LIST}?channel=hotline")
    boxes = page.locator("[data-pick]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.locator("[data-selected]")).to_have_text("已选 2 条")
    page.get_by_role("button", name="批量办理所选").click()
    expect(page.locator("#bulk-what")).to_contain_text("2 条")


def test_columns_and_filters_are_kept_without_scripts(visit):
    page = visit("kezhang", java_script_enabled=False)
    page.goto(f"{LIST}?status=approved")
    page.get_by_role("link", name="列设置").click()
    page.get_by_label("涉及人数").check()
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile("status=approved"))
    expect(page.locator("form.filters")).to_be_visible()
    page.goto(f"{LIST}saved/?query=status%3Dapproved")
    page.get_by_label("名称").fill("已审核")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".chips")).to_contain_text("已审核")


def test_paper_gets_tables_and_not_the_cards_of_a_phone(page):
    # A sheet of A4 is as narrow as a phone's screen to a media query.
    page.set_viewport_size({"width": 673, "height": 980})
    page.goto(LIST)
    row = page.locator("tbody tr").first
    expect(row).not_to_have_css("display", "table-row")
    page.emulate_media(media="print")
    expect(row).to_have_css("display", "table-row")


def test_a_phone_has_no_reason_to_zoom_into_a_field(visit):
    page = visit("fazhi", viewport={"width": 390, "height": 844})
    page.goto("/schools/drill/new/")
    sizes = page.locator("main :is(input, select, textarea)").evaluate_all(
        "fields => fields.map(field => parseFloat(getComputedStyle(field).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 16
