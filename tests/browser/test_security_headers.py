"""What the real server says to a browser, and what it keeps to itself."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import APIRequestContext, APIResponse, expect

from tests.portal import Portal, database_url

from .steps import enter_petition
from .watch import Watch

pytestmark = pytest.mark.browser

PETITIONS = "/petitions/petition/"
#: Every kind of answer: (who asks, address, status).
ANSWERS = [
    ("", "/login/", 200),
    ("", PETITIONS, 302),
    ("", "/health/live", 200),
    ("luru", "/", 200),
    ("luru", PETITIONS, 200),
    ("luru", f"{PETITIONS}new/", 200),
    ("luru", "/reports/2023/", 200),
    ("luru", "/reports/figures/2023/", 200),
    ("luru", "/jobs/", 200),
    ("luru", "/units/", 403),
    ("luru", "/no/such/page/", 404),
    ("luru", "/logout/", 405),
]
#: Addresses that a stranger, a mistyping clerk or a scanner may send.
ODD = [
    f"{PETITIONS}?page=abc",
    f"{PETITIONS}?page=99999999999999999999",
    f"{PETITIONS}?page=-1&sort=--",
    f"{PETITIONS}?sort=unit__created_by__password",
    f"{PETITIONS}?since=31.02.2023&until=0000-00-00",
    f"{PETITIONS}?unit=99999999999999999999&school=-1",
    f"{PETITIONS}?q=%00",
    f"{PETITIONS}?q=%ED%A0%80",
    f"{PETITIONS}?q=%27%3B%20DROP%20TABLE%20petitions_petition%3B--",
    f"{PETITIONS}?figure=nothing%3A2023",
    f"{PETITIONS}?figure=petitions.xinfang%3A99999999999",
    f"{PETITIONS}99999999999999999999/",
    f"{PETITIONS}1/do/__class__/",
    f"{PETITIONS}new/?unit=99999999999999999999&received_on=x&school=%00",
    "/enforcement/patrolvisit/new/?operation=99999999999999999999",
    "/reports/figures/0/",
    "/reports/figures/99999999999999999999/",
    "/reports/99999999999999999999/",
    "/reports/2023/sections/__proto__/",
    "/reports/builds/99999999999999999999/pdf/",
    "/jobs/99999999999999999999/",
    "/login/?next=//elsewhere.example/",
]


def ask(visit, user: str) -> APIRequestContext:
    """Requests with the cookies of a person, without scripts and pages."""
    page = visit(user)
    return page.context.request


def is_safe(answer: APIResponse) -> bool:
    policy = answer.headers["content-security-policy"]
    return (
        "default-src 'self'" in policy
        and "object-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy
        and answer.headers["x-frame-options"] == "DENY"
        and answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["referrer-policy"] == "same-origin"
    )


@pytest.mark.parametrize(("user", "address", "status"), ANSWERS)
def test_every_kind_of_answer_carries_the_strict_policy(visit, user, address, status):
    answer = ask(visit, user).get(address, max_redirects=0)
    assert answer.status == status
    assert is_safe(answer)


def test_a_post_without_its_token_is_refused_in_words(visit):
    answer = ask(visit, "luru").post(f"{PETITIONS}new/", form={"subject": "x"})
    assert answer.status == 403
    assert is_safe(answer)
    assert "页面已过期" in answer.text()


def test_a_foreign_host_name_is_refused(visit):
    answer = ask(visit, "").get("/login/", headers={"Host": "elsewhere.example"})
    assert answer.status == 400
    assert "elsewhere" not in answer.text()
    assert "Traceback" not in answer.text()


def test_scripts_cannot_read_the_cookies(visit):
    page = visit("luru")
    page.goto("/")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert {"sessionid", "csrftoken"} <= set(cookies)
    assert all(cookies[name]["httpOnly"] for name in ("sessionid", "csrftoken"))
    assert all(cookie["sameSite"] == "Lax" for cookie in cookies.values())
    assert page.evaluate("document.cookie") == ""


def test_the_policy_stops_a_planted_script_and_the_watch_sees_it(chromium, portal):
    context = chromium.new_context(base_url=portal.url)
    watch = Watch(context)
    page = context.new_page()
    page.goto("/login/")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken over'";
      document.body.append(script);
      document.body.setAttribute("style", "color: red");
    }""")
    assert page.title() != "taken over"
    assert any("Content Security Policy" in fault for fault in watch.faults)
    context.close()


def test_typed_markup_stays_text(visit):
    page = visit("luru")
    record = enter_petition(page, "<b>XF</b><script>document.title='x'</script>")
    expect(page.locator("h1")).to_contain_text("<script>")
    page.goto(f"{record}history/")
    expect(page.locator("h1")).to_contain_text("<b>XF</b>")


def test_stored_files_have_no_address_of_their_own(visit, portal):
    folder = portal.folder / "media" / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret.pdf").write_bytes(b"%PDF-1.7 secret")
    request = ask(visit, "fazhi")
    for prefix in ("/media", "", "/static", "/static/..%2fmedia", "/reports/builds", "/.run/media"):
        answer = request.get(f"{prefix}/reports/secret.pdf")
        assert answer.status in (400, 404), prefix


@pytest.mark.parametrize("path", ["/static/..%2fmanage.py", "/static/%2e%2e/manage.py", "/.env"])
def test_program_files_are_not_served(visit, path):
    assert ask(visit, "").get(path).status in (400, 404)


@pytest.mark.parametrize("address", ODD)
def test_odd_input_is_answered_in_words(visit, address):
    answer = ask(visit, "fazhi").get(address)
    assert answer.status < 500
    assert not re.search("Traceback|psycopg|site-packages|SELECT", answer.text())
    assert is_safe(answer)


def test_no_login_leads_to_a_foreign_site(visit, portal):
    page = visit("luru")
    page.goto("/login/?next=https://elsewhere.example/")
    assert page.url == f"{portal.url}/"


@contextmanager
def broken_table(portal: Portal) -> Iterator[None]:
    """Take a table away under the running portal, as a botched restore would."""
    with psycopg.connect(database_url(portal.database), autocommit=True) as admin:
        admin.execute("ALTER TABLE petitions_petition RENAME TO petitions_away")
        try:
            yield
        finally:
            admin.execute("ALTER TABLE petitions_away RENAME TO petitions_petition")


def test_a_failure_of_the_program_shows_no_inside(visit, portal):
    request = ask(visit, "fazhi")
    with broken_table(portal):
        answer = request.get(PETITIONS)
    assert answer.status == 500
    assert is_safe(answer)
    assert "系统出错" in answer.text()
    assert not re.search("Traceback|petitions_petition|psycopg|SELECT", answer.text())
    assert request.get(PETITIONS).status == 200
