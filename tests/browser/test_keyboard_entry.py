"""A month of hotline tickets, entered without the mouse."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from .keyboard import is_focused

pytestmark = pytest.mark.browser

NEW = "/petitions/petition/new/"
TICKETS = 30
#: After so many alike, the choices stand in the form already.
ALIKE = 3
SECONDS = 120


def at(page: Page, name: str) -> None:
    page.wait_for_function("id => document.activeElement.id === id", arg=f"id_{name}")


def write(page: Page, name: str, text: str, leave: str = "Enter") -> None:
    """Type into the field that has the focus, then go on to the next."""
    at(page, name)
    if text:
        page.keyboard.insert_text(text)
    page.keyboard.press(leave)


def pick(page: Page, name: str, key: str) -> None:
    """Choose in a drop-down by its first sign or an arrow key."""
    at(page, name)
    page.keyboard.press(key)
    page.keyboard.press("Enter")


def enter_ticket(page: Page, number: str, *, preset: bool) -> None:
    if not preset:
        pick(page, "channel", "1")
        pick(page, "level", "ArrowDown")
    write(page, "number", number)
    write(page, "received_on", "２０２５．３．５")
    write(page, "subject", "咨询课后服务安排")
    write(page, "content", "来电人咨询学校课后服务的时间和收费。", "Tab")
    for name in ("category", "purpose"):
        if preset:
            write(page, name, "")
        else:
            pick(page, name, "ArrowDown")
    write(page, "school", "mdxx")
    write(page, "inspection_subject", "")
    write(page, "petitioner", "来电人")
    write(page, "people", "")
    write(page, "phone", "154 0000 1234", "Control+Enter")
    expect(page.locator("main")).to_contain_text(f"已保存：12345热线 {number}")


def test_thirty_tickets_are_entered_without_the_mouse(visit):
    page = visit("luru")
    page.goto(NEW)
    began = time.monotonic()
    for i in range(TICKETS):
        enter_ticket(page, f"GD-KEYS-{i:02d}", preset=i >= ALIKE)
    took = time.monotonic() - began
    print(f"{TICKETS} tickets by keyboard: {took:.1f} s")
    assert took < SECONDS
    page.goto("/petitions/petition/?q=GD-KEYS-")
    expect(page.locator("main")).to_contain_text(f"{TICKETS} 条")
    page.locator("tbody tr th a").first.press("Enter")
    expect(page.locator("main")).to_contain_text("明德小学")
    expect(page.locator("main")).to_contain_text("2025-03-05")


def test_keys_of_an_input_method_are_left_alone(visit):
    page = visit("luru")
    page.goto(NEW)
    page.locator("#id_subject").focus()
    page.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent(
        "keydown", {key: "Enter", bubbles: true, isComposing: true}))""")
    assert is_focused(page, "#id_subject")
    page.keyboard.press("Enter")
    assert is_focused(page, "#id_content")


def test_the_last_field_leads_to_the_button(visit):
    page = visit("luru")
    page.goto(NEW)
    page.locator("#id_handling_unit").focus()
    page.keyboard.press("Enter")
    assert is_focused(page, ".form-foot button[value=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请填写")


def test_escape_asks_before_it_leaves_a_changed_form(visit):
    page = visit("luru")
    page.goto("/petitions/petition/")
    page.goto(NEW)
    page.locator("#id_subject").focus()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/petitions/petition/$"))


def test_help_and_search_are_one_key_away(visit):
    page = visit("luru")
    page.goto("/petitions/petition/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_contain_text("Ctrl + Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    assert is_focused(page, "input[type=search]")


def test_the_form_says_what_it_understood_and_shows_what_is_asked_for(visit):
    page = visit("luru")
    page.goto(NEW)
    expect(page.locator("#field-accepted_on")).to_be_hidden()
    page.locator("#id_outcome").select_option("accepted")
    page.locator("#id_accepted_on").fill("2025年3月10日")
    page.keyboard.press("Enter")
    expect(page.locator("#id_accepted_on")).to_have_value("2025-03-10")
    expect(page.locator("#field-accepted_on [data-echo]")).to_have_text("2025年3月10日（星期一）")
    page.locator("#id_phone").fill("1541234567")
    page.keyboard.press("Enter")
    expect(page.locator("#field-phone")).to_contain_text("共10位，手机号码应为11位")
    page.locator("#id_school").fill("mdxx")
    first = page.locator("#field-school [role=option]").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#id_school")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#id_school")).to_have_attribute("aria-expanded", "false")


def test_a_school_is_found_without_scripts(visit):
    page = visit("luru", java_script_enabled=False)
    page.goto(NEW)
    page.locator("#id_subject").fill("反映学校食堂问题")
    page.locator("#id_school").fill("明德小学")
    page.locator("#field-school").get_by_role("button", name="查找").click()
    expect(page.locator("h1")).to_have_text("查找涉及学校")
    page.get_by_role("button", name="明德小学").first.click()
    expect(page.locator("#id_subject")).to_have_value("反映学校食堂问题")
    expect(page.locator("#id_school")).to_have_value(re.compile("明德小学"))
