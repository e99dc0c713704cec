"""Sessions: seen by their owner, ended at will, by a new password, by idleness and by age."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from organization.accounts import services, sessions
from organization.accounts.network import device_words
from organization.models import SecurityEvent, UserSession
from organization.tasks import forget_expired_sessions
from tests.contract.pages import html

from .conftest import OTHER, PASSWORD, is_signed_in, sign_in

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/petitions/petition/?page=2"}


@pytest.fixture
def two(person: object, client: Client) -> tuple[Client, Client]:
    """The same person in two browsers."""
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere, HTTP_USER_AGENT=EDGE, REMOTE_ADDR="10.9.8.7")
    return client, elsewhere


def test_the_list_names_browser_and_address(two):
    here, _ = two
    text = html(here.get("/account/"))
    assert "Edge（Windows 电脑）" in text
    assert "10.9.8.7" in text


def test_one_session_is_ended_at_once(two, person):
    here, elsewhere = two
    row = UserSession.objects.get(account=person, ip="10.9.8.7")
    assert here.post(f"/account/sessions/{row.pk}/end/").status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_all_other_sessions_are_ended_at_once(two):
    here, elsewhere = two
    here.post("/account/sessions/end/")
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_nobody_ends_the_session_of_another(two, login, clerk, person):
    row = UserSession.objects.filter(account=person).first()
    assert login(clerk).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert is_signed_in(two[1])


def test_ending_needs_a_click_not_a_link(two):
    assert two[0].get("/account/sessions/end/").status_code == 405


def test_the_security_administrator_ends_all_sessions(two, login, security, person):
    data = {"reason": "疑似被他人使用"}
    login(security).post(f"/staff/{person.pk}/end-sessions/", data)
    assert not any(map(is_signed_in, two))
    assert SecurityEvent.objects.filter(subject=person, kind="session_ended").exists()


def test_a_new_password_ends_the_others_and_keeps_this_one(two):
    here, elsewhere = two
    old = here.cookies["sessionid"].value
    data = {"old_password": PASSWORD, "new_password": OTHER, "repeated": OTHER}
    assert here.post("/account/password/", data)["Location"] == "/account/"
    key = elsewhere.cookies["sessionid"].value
    assert not Session.objects.filter(session_key=key).exists()
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert here.cookies["sessionid"].value != old
    assert html(here.get("/account/")).count("本机") == 1


def test_signing_out_takes_the_session_off_the_list(two, person):
    two[0].post("/logout/")
    assert sessions.live(person).count() == 1


def test_ended_and_expired_sessions_are_not_listed(two, person):
    Session.objects.filter(session_key=two[1].cookies["sessionid"].value).delete()
    assert sessions.live(person).count() == 1


# --- Time-outs ----------------------------------------------------------------------------------


def test_an_idle_session_ends_and_leads_back(person, client, time_machine):
    sign_in(client)
    time_machine(minutes=31)
    response = client.get("/jobs/?page=1")
    assert response["Location"] == "/login/?next=/jobs/%3Fpage%3D1"
    assert "登录已超时" in html(client.get(response["Location"]))
    assert not is_signed_in(client)
    assert SecurityEvent.objects.filter(subject=person, kind="session_expired").exists()


def test_a_session_in_use_goes_on(person, client, time_machine):
    sign_in(client)
    for _ in range(4):
        time_machine(minutes=20)
        assert is_signed_in(client)


def test_a_session_in_use_ends_after_eight_hours(person, client, time_machine):
    sign_in(client)
    for _ in range(23):
        time_machine(minutes=20)
        assert is_signed_in(client)
    time_machine(minutes=21)
    assert not is_signed_in(client)


def test_saving_a_draft_counts_as_use_and_watching_does_not(person, client, time_machine):
    sign_in(client)
    time_machine(minutes=20)
    client.get("/jobs/", headers={"X-Passive": "1"})
    time_machine(minutes=11)
    assert not is_signed_in(client)
    sign_in(client)
    time_machine(minutes=20)
    client.post("/no/such/page/")
    time_machine(minutes=11)
    assert is_signed_in(client)


def test_a_form_sent_too_late_leads_back_to_its_page(person, client, time_machine):
    sign_in(client)
    time_machine(minutes=31)
    form = "http://testserver/petitions/petition/new/"
    response = client.post("/petitions/petition/new/", headers={"Referer": form})
    assert response["Location"] == "/login/?next=/petitions/petition/new/"


def test_the_way_back_never_leads_to_another_site(person, client, time_machine):
    sign_in(client)
    time_machine(minutes=31)
    response = client.post("/jobs/", headers={"Referer": "https://example.org/x"})
    assert response["Location"] == "/login/?next=/"


def test_a_fragment_opens_the_login_as_a_page(person, client):
    response = client.get("/petitions/petition/", headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/login/?next=/petitions/petition/%3Fpage%3D2"
    assert response.content == b""


def test_a_session_is_written_once_a_minute(person, client, time_machine):
    sign_in(client)
    html(client.get("/account/"))

    def seen() -> object:
        return UserSession.objects.get(account=person).seen_at

    first = seen()
    time_machine(seconds=50)
    html(client.get("/account/"))
    assert seen() == first
    time_machine(seconds=15)
    html(client.get("/account/"))
    assert seen() > first


def test_guarding_costs_no_query(person, client, django_assert_num_queries):
    """Session and person are loaded for every page anyway; nothing is added to them."""
    sign_in(client)
    with django_assert_num_queries(2):
        client.get("/account/sessions/end/")
    with django_assert_num_queries(0):
        Client().get("/health/live")


# --- Must change the password -------------------------------------------------------------------


def test_whoever_must_change_the_password_goes_nowhere_else(person, security, client):
    sign_in(client)
    services.require_new_password(person, by=security, reason="弱口令")
    for path in ("/", "/jobs/", "/account/"):
        assert client.get(path)["Location"] == "/account/password/"
    data = {"old_password": PASSWORD, "new_password": OTHER, "repeated": OTHER}
    client.post("/account/password/", data)
    html(client.get("/"))


def test_an_old_password_must_be_changed_where_the_setting_says_so(
    person, client, settings, time_machine
):
    data = {"old_password": PASSWORD, "new_password": OTHER, "repeated": OTHER}
    sign_in(client)
    client.post("/account/password/", data)
    time_machine(days=181)
    sign_in(client, password=OTHER)
    html(client.get("/"))
    settings.PASSWORD_MAX_AGE_DAYS = 180
    assert client.get("/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Edge（Windows 电脑）"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0", "Firefox（Linux 电脑）"),
        ("Mozilla/5.0 (iPhone; CPU) MicroMessenger/8.0 Safari", "微信（iPhone）"),
        ("", "其他浏览器"),
        ("<script>alert(1)</script>", "其他浏览器"),
    ],
)
def test_browsers_are_told_in_words(agent, words):
    assert device_words(agent) == words


def test_a_strange_browser_name_does_no_harm(person, client):
    sign_in(client, HTTP_USER_AGENT="<script>alert(1)</script>" * 100)
    text = html(client.get("/account/"))
    assert not re.search("<script>alert", text)


def test_sessions_that_ran_out_are_removed_daily_with_their_lines(two, person):
    here, elsewhere = two
    key = elsewhere.cookies["sessionid"].value
    Session.objects.filter(session_key=key).update(expire_date="2020-01-01T00:00:00+08:00")
    assert forget_expired_sessions() == 1
    assert not Session.objects.filter(session_key=key).exists()
    assert not UserSession.objects.filter(session_key=key).exists()
    assert is_signed_in(here)
