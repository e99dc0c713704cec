"""A newcomer's first day: invitation, first password, second factor, signing in with a code."""

import re
from base64 import b32decode

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from .conftest import Visit
from .rules import frame_faults, overflow, violations
from .watch import fill_login

pytestmark = pytest.mark.browser

CHOSEN = "Lianhua-Qiao-88"
PHONE = {"width": 390, "height": 844}


def code(secret: str, step: int = 0) -> str:
    """What the app shows, or will show `step` half minutes from now."""
    text = secret.replace(" ", "")
    key = b32decode(text + "=" * (-len(text) % 8))
    return f"{totp(key, drift=step):06d}"


def sound(page: Page) -> None:
    assert frame_faults(page) == []
    assert violations(page) == []
    assert overflow(page) == 0


def invite(visit: Visit, name: str) -> str:
    """Let the system administrator make an account; gives the invitation's link."""
    page = visit("guanli")
    page.goto("/staff/new/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("姓名").fill("林小满")
    page.get_by_label("所属单位").select_option(label="办公室")
    page.get_by_label("申请角色").select_option(label="录入员")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("header.head .badge")).to_have_text("待邀请")
    page.get_by_role("link", name="发出邀请").click()
    page.get_by_role("button", name="发出邀请").click()
    link = page.get_by_label("一次性链接", exact=True)
    expect(link).to_be_visible()
    sound(page)
    return link.input_value()


def choose_password(page: Page, link: str) -> None:
    page.goto(link)
    sound(page)
    page.get_by_label("新密码").fill(CHOSEN)
    page.get_by_label("再输一次").fill(CHOSEN)
    page.get_by_role("button", name="设置密码").click()
    page.wait_for_url("**/login/")
    expect(page.get_by_text("密码已设置")).to_be_visible()


def grant(visit: Visit, name: str) -> None:
    page = visit("anquan")
    page.goto(f"/staff/?q={name}")
    page.get_by_role("link", name="林小满").click()
    page.get_by_role("link", name="授予角色").click()
    expect(page.get_by_label("授予角色")).to_have_value("clerk")
    page.get_by_label("理由").fill("新录用")
    page.get_by_role("button", name="授予角色").click()
    expect(page.get_by_text("角色已授予")).to_be_visible()


def set_up_factor(page: Page) -> tuple[str, str]:
    """Turn the second factor on; gives the secret and one recovery code."""
    page.goto("/account/")
    sound(page)
    page.get_by_role("link", name="启用动态码").click()
    expect(page.locator("h1")).to_have_text("启用动态码")
    sound(page)
    secret = page.get_by_test_id("secret").inner_text()
    page.get_by_role("textbox", name="动态码").fill(code(secret))
    page.get_by_role("button", name="启用").click()
    expect(page.locator("h1")).to_have_text("恢复码")
    sound(page)
    return secret, page.locator(".codes code").first.inner_text()


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="账号菜单").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/")


def test_from_the_invitation_to_signing_in_with_a_code(visit):
    link = invite(visit, "linxiaoman")
    grant(visit, "linxiaoman")
    page = visit("", viewport=PHONE, has_touch=True, is_mobile=True)
    choose_password(page, link)
    fill_login(page, "linxiaoman", CHOSEN)
    page.wait_for_url(re.compile(r"/$"))
    secret, recovery = set_up_factor(page)
    for answer in (code(secret, 1), recovery):
        sign_out(page)
        fill_login(page, "linxiaoman", CHOSEN)
        expect(page.get_by_role("heading", name="第二步")).to_be_visible()
        sound(page)
        page.get_by_role("textbox", name="动态码").fill(answer)
        page.get_by_role("button", name="验证并登录").click()
        page.wait_for_url(re.compile(r"/$"))
    page.goto(link)
    expect(page.get_by_role("heading", name="链接已失效")).to_be_visible()


def test_a_password_can_be_shown_and_capitals_are_told(visit):
    page = visit("")
    page.goto("/login/")
    field = page.get_by_label("密码")
    field.fill("abc")
    page.get_by_role("button", name="显示").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="隐藏").click()
    expect(field).to_have_attribute("type", "password")
    field.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'A', modifierCapsLock: true}))"
    )
    expect(page.get_by_text("大写锁定已打开")).to_be_visible()


@pytest.mark.parametrize(
    ("user", "path"),
    [
        ("guanli", "/staff/"),
        ("guanli", "/staff/1/"),
        ("anquan", "/staff/1/"),
        ("anquan", "/staff/1/role/"),
        ("shenji", "/security-log/"),
        ("shenji", "/staff/1/"),
        ("luru", "/account/"),
        ("luru", "/account/password/"),
    ],
)
def test_pages_of_accounts_are_sound_wide_and_narrow(visit, user, path):
    for options in ({}, {"viewport": PHONE, "has_touch": True, "is_mobile": True}):
        page = visit(user, **options)
        page.goto(path)
        sound(page)


def test_a_refused_sign_in_takes_the_focus(visit):
    page = visit("")
    page.goto("/login/?next=/jobs/")
    fill_login(page, "luru", "wrong-password")
    expect(page.locator("[data-focus]")).to_be_focused()
    fill_login(page, "luru")
    page.wait_for_url("**/jobs/")
