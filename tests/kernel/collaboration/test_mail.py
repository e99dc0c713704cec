"""Mails go out over a real connection, once each, and none is lost while the server is away."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from haian_lawgov import env_kinds
from kernel.collaboration import mail, notify
from kernel.collaboration.inbox import choose, mark_read
from kernel.collaboration.models import Delivery, Kind, Notification
from kernel.collaboration.notify import next_digest
from kernel.records.services import advance
from kernel.records.status import Status
from kernel.registers.register import registry
from tests.contract.pages import sample
from tests.kernel.samples import meeting
from tests.portal import free_port, wait_for

from .smtp import MailServer

pytestmark = pytest.mark.django_db
SHANGHAI = timezone.get_default_timezone()


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with MailServer() as running:
        configure(settings, running.port)
        yield running


def configure(settings: Any, port: int) -> None:
    settings.MAIL_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
    settings.SITE_URL = "https://fz.example.cn"


@pytest.fixture
def clerk(clerk):
    clerk.email = "clerk@example.cn"
    clerk.save()
    return clerk


def send_back(unit: Any, clerk: Any, chief: Any, **fields: Any) -> Any:
    record = meeting(unit, by=clerk, status=Status.SUBMITTED, handler=clerk, **fields)
    return advance(record, "return", by=chief, reason="缺少王小明的签到表")


def line_of(person: Any) -> Notification:
    return Notification.objects.get(recipient=person)


def test_an_instant_mail_goes_out_once_and_carries_no_contents(server, unit, clerk, chief):
    record = send_back(unit, clerk, chief)
    assert mail.send_due() == 1
    assert mail.send_due() == 0
    (text,) = server.texts()
    assert str(record) in text
    assert "被退回" in text
    assert "https://fz.example.cn/notifications/" in text
    for secret in ("王小明", "签到表", str(chief), clerk.display_name):
        assert secret not in text
    assert server.mails[0]["to"] == "clerk@example.cn"
    assert line_of(clerk).mailed_at


def test_a_record_whose_name_may_hold_personal_data_is_not_named(db):
    personal = [r for r in registry if (r.masked or r.personal) and not r.is_part]
    assert personal
    for register in personal:
        assert notify.mail_title(register, sample(register)) == ""


def test_a_number_in_the_name_keeps_the_name_out_of_the_mail(unit):
    register = registry.get("governance.meeting")
    assert notify.mail_title(register, meeting(unit, title="例会"))
    assert notify.mail_title(register, meeting(unit, title="约谈13812345678")) == ""


def test_without_a_server_nothing_waits_for_one(settings, unit, clerk, chief):
    settings.MAIL_ON = False
    send_back(unit, clerk, chief)
    assert line_of(clerk).mail_at is None
    settings.MAIL_ON = True
    assert mail.send_due() == 0


def test_who_has_no_address_gets_no_mail(server, unit, clerk, chief):
    clerk.email = ""
    clerk.save()
    send_back(unit, clerk, chief)
    assert line_of(clerk).mail_at is None


def test_while_the_server_is_away_mails_wait_with_growing_pauses(settings, unit, clerk, chief):
    port = free_port()
    configure(settings, port)
    send_back(unit, clerk, chief)
    pauses = []
    for _ in range(3):
        assert mail.send_due() == 0
        line = line_of(clerk)
        pauses.append(round((line.mail_at - timezone.now()).total_seconds() / 60))
        assert line.mailed_at is None
        Notification.objects.update(mail_at=timezone.now())
    assert pauses == [1, 2, 4]
    with MailServer(port) as server:
        assert mail.send_due() == 1
        assert len(server.mails) == 1
    assert line_of(clerk).mailed_at


def test_one_refused_address_does_not_hold_up_the_others(server, unit, clerk, chief, make_account):
    wrong = make_account(unit, "clerk")
    wrong.email = "gone@example.cn"
    wrong.save()
    server.refused = {"gone@example.cn"}
    send_back(unit, wrong, chief)
    send_back(unit, clerk, chief)
    assert mail.send_due() == 1
    assert line_of(clerk).mailed_at
    assert line_of(wrong).mail_tries == 1


def test_what_has_been_read_is_not_mailed(server, unit, clerk, chief):
    send_back(unit, clerk, chief)
    mark_read(Notification.objects.filter(recipient=clerk))
    assert mail.send_due() == 0


def test_a_leaver_gets_no_mail(server, unit, clerk, chief):
    send_back(unit, clerk, chief)
    clerk.is_active = False
    clerk.save()
    assert mail.send_due() == 0


def test_all_that_is_due_for_one_person_is_one_mail(server, unit, clerk, chief):
    for _ in range(3):
        send_back(unit, clerk, chief)
    assert mail.send_due() == 1
    (text,) = server.texts()
    assert "您有 3 条" in text
    assert text.count("【被退回】") == 3


@pytest.mark.parametrize(
    ("now", "then"), [((7, 59), (10, 8)), ((8, 0), (11, 8)), ((17, 30), (11, 8))]
)
def test_the_digest_comes_at_eight_of_the_bureaus_time(now, then):
    at = dt.datetime(2026, 3, 10, *now, tzinfo=SHANGHAI)
    assert next_digest(at) == dt.datetime(2026, 3, then[0], then[1], tzinfo=SHANGHAI)


def test_the_digest_waits_for_its_hour_and_then_is_one_mail(server, unit, clerk, chief):
    choose(clerk, {Kind.RETURNED: Delivery.DIGEST})
    send_back(unit, clerk, chief)
    send_back(unit, clerk, chief)
    assert mail.send_due() == 0
    hours = {
        timezone.localtime(line.mail_at).hour
        for line in Notification.objects.filter(recipient=clerk)
    }
    assert hours == {8}
    Notification.objects.update(mail_at=timezone.now())
    assert mail.send_due() == 1


def test_news_that_is_a_week_old_is_left_to_the_inbox(server, unit, clerk, chief):
    send_back(unit, clerk, chief)
    Notification.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    assert mail.send_due() == 0


@pytest.mark.parametrize(
    ("text", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.cn", 25, False, False),
        ("smtp+tls://fz:p%40ss@mail.example.cn", 587, True, False),
        ("smtps://fz:p%40ss@mail.example.cn:2465", 2465, False, True),
    ],
)
def test_the_servers_address_says_how_to_reach_it(text, port, tls, ssl):
    found = env_kinds.mail_server(text)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.cn", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    assert found["EMAIL_HOST_PASSWORD"] in ("", "p@ss")


@pytest.mark.parametrize("text", ["mail.example.cn", "http://mail.example.cn", "smtp://:25"])
def test_an_address_that_names_no_server_is_refused(text):
    with pytest.raises(env_kinds.InvalidValue):
        env_kinds.mail_server(text)


@pytest.mark.slow
def test_the_worker_sends_what_is_due_without_being_asked(make_portal):
    with MailServer() as server:
        portal = make_portal(EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        made = portal.manage("shell", "-c", MAKE_A_NOTICE)
        assert made.returncode == 0, made.stderr
        portal.start_worker()
        wait_for(lambda: server.mails, "mail from the worker's beat", seconds=90)
        assert "后台任务" in server.texts()[0]


MAKE_A_NOTICE = """
from kernel.collaboration.models import Kind
from kernel.collaboration.notify import Notice, deliver
from organization.models import StaffAccount
clerk = StaffAccount.objects.get(username="luru")
clerk.email = "clerk@example.cn"
clerk.save()
deliver([Notice(to=clerk, kind=Kind.JOB, text="任务", url="/", mail_title="一项后台任务")])
"""
