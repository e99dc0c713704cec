"""What people may say about a record, to whom, and for how long they may take it back."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kernel.collaboration.comments import (
    conversation,
    edit_comment,
    post_comment,
    set_following,
    withdraw_comment,
)
from kernel.collaboration.models import Comment, Follow, Kind, Notification
from kernel.collaboration.text import as_html
from kernel.records.errors import Refused
from kernel.records.status import Status
from tests.kernel.samples import meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(unit, clerk):
    return meeting(unit, by=clerk, status=Status.SUBMITTED)


@pytest.fixture
def colleague(unit, make_account):
    account = make_account(unit, "clerk")
    account.display_name = "王芳菲"
    account.save()
    return account


def told(person: Any) -> list[tuple[str, int]]:
    return list(Notification.objects.filter(recipient=person).values_list("kind", "count"))


def test_a_comment_leaves_the_record_as_it_is(record, chief):
    before = (record.version, record.status, record.updated_at)
    post_comment(record, "请补充参会名单。", by=chief)
    record.refresh_from_db()
    assert (record.version, record.status, record.updated_at) == before
    ((comment, name),) = conversation(record).comments
    assert (comment.author_id, comment.text) == (chief.pk, "请补充参会名单。")
    assert name == str(chief)


@pytest.mark.parametrize("text", ["", "  \r\n ", "字" * 2001, "有\x00控制字符"])
def test_a_comment_that_cannot_be_kept_is_refused(record, chief, text):
    with pytest.raises(Refused):
        post_comment(record, text, by=chief)
    assert not conversation(record).comments


def test_two_thousand_characters_fit(record, chief):
    assert len(post_comment(record, "字" * 2000, by=chief).text) == 2000


def test_the_handler_hears_of_a_comment_and_its_author_does_not(record, clerk, chief):
    post_comment(record, "请补充。", by=chief)
    assert told(clerk) == [(Kind.COMMENTED, 1)]
    assert told(chief) == []


def test_repeats_add_up_on_one_unread_line(record, clerk, chief):
    for text in ("一", "二", "三"):
        post_comment(record, text, by=chief)
    (line,) = Notification.objects.filter(recipient=clerk)
    assert (line.count, line.repeats) == (3, "3 次评论")
    assert "三" in line.text
    Notification.objects.update(read_at=timezone.now())
    post_comment(record, "四", by=chief)
    assert Notification.objects.filter(recipient=clerk).count() == 2


# --- Correcting and taking back ------------------------------------------------------------------


def test_a_comment_is_corrected_by_its_author_within_15_minutes(record, clerk, chief):
    comment = post_comment(record, "请补冲。", by=chief)
    with pytest.raises(Refused):
        edit_comment(comment, record, "改", by=clerk)
    assert edit_comment(comment, record, "请补充。", by=chief).edited_at
    Comment.objects.update(created_at=timezone.now() - dt.timedelta(minutes=15, seconds=1))
    with pytest.raises(Refused, match="15 分钟"):
        edit_comment(comment, record, "又改", by=chief)
    assert conversation(record).comments[0][0].text == "请补充。"


def test_a_withdrawn_comment_is_kept_but_not_shown(record, clerk, chief, login):
    comment = post_comment(record, "写错地方了", by=chief)
    with pytest.raises(Refused):
        withdraw_comment(comment, by=clerk)
    first = withdraw_comment(comment, by=chief).withdrawn_at
    assert withdraw_comment(comment, by=chief).withdrawn_at == first
    assert Comment.objects.get().text == "写错地方了"
    page = login(clerk).get(f"/governance/meeting/{record.pk}/").content.decode()
    assert "已撤回" in page
    assert "写错地方了" not in page
    with pytest.raises(Refused):
        edit_comment(comment, record, "再写", by=chief)


# --- Text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ('"><img src=x onerror=1>', "&quot;&gt;&lt;img src=x onerror=1&gt;"),
    ],
)
def test_text_is_plain(text, html):
    assert as_html(text) == html


def test_web_addresses_become_links_and_the_chinese_around_them_does_not():
    html = as_html("见https://www.haian.gov.cn/a?b=1&c=2，请核对。")
    link = "https://www.haian.gov.cn/a?b=1&amp;c=2"
    assert f'href="{link}" rel="nofollow noopener noreferrer"' in html
    assert html.endswith("</a>，请核对。")


def test_a_hostile_address_cannot_leave_its_attribute():
    html = as_html('https://x.cn/"onmouseover="alert(1)')
    assert html.count('"') % 2 == 0
    assert "&quot;onmouseover" in html


# --- Mentions ------------------------------------------------------------------------------------


def test_the_longest_name_that_fits_is_meant(record, chief, colleague, unit, make_account):
    short = make_account(unit, "clerk")
    short.display_name = "王芳"
    short.save()
    post_comment(record, "@王芳菲请核对", by=chief)
    assert told(colleague) == [(Kind.MENTIONED, 1)]
    assert told(short) == []


@pytest.mark.parametrize("call", ["@王芳菲", "＠王芳菲"])
def test_who_is_mentioned_is_told_and_follows(record, chief, colleague, call):
    post_comment(record, f"请{call}看一下", by=chief)
    assert told(colleague) == [(Kind.MENTIONED, 1)]
    assert Follow.objects.get(user=colleague).active


def test_a_user_name_mentions_too_but_a_mail_address_does_not(record, chief, colleague):
    post_comment(record, f"抄送 abc@{colleague.username}", by=chief)
    assert told(colleague) == []
    post_comment(record, f"@{colleague.username} 请看", by=chief)
    assert told(colleague) == [(Kind.MENTIONED, 1)]


def test_namesakes_are_told_apart_by_their_unit(record, chief, colleague, reviewer):
    reviewer.display_name = colleague.display_name
    reviewer.save()
    with pytest.raises(Refused, match="请写明单位") as refused:
        post_comment(record, "@王芳菲请看", by=chief)
    assert f"@王芳菲（{colleague.unit}）" in str(refused.value)
    post_comment(record, f"@王芳菲（{colleague.unit}）请看", by=chief)
    assert told(colleague) == [(Kind.MENTIONED, 1)]
    assert told(reviewer) == []


def test_who_may_not_see_the_record_is_not_mentioned(record, chief, other_unit, make_account):
    stranger = make_account(other_unit, "clerk")
    with pytest.raises(Refused, match="无权查看"):
        post_comment(record, f"@{stranger.display_name}", by=chief)
    assert not conversation(record).comments
    assert told(stranger) == []


def test_a_closed_account_and_an_unknown_name_are_not_mentioned(record, chief, colleague):
    colleague.is_active = False
    colleague.save()
    for name in ("王芳菲", "查无此人"):
        with pytest.raises(Refused, match="没有找到"):
            post_comment(record, f"@{name}", by=chief)


def test_only_those_added_by_a_correction_are_told(record, chief, clerk, colleague):
    comment = post_comment(record, f"@{clerk.username} 请看", by=chief)
    Notification.objects.all().delete()
    edit_comment(comment, record, f"@{clerk.username} @王芳菲 请看", by=chief)
    assert told(clerk) == []
    assert told(colleague) == [(Kind.MENTIONED, 1)]


def test_suggestions_are_colleagues_who_may_see(
    record, chief, colleague, other_unit, make_account, login
):
    hidden = make_account(other_unit, "clerk")
    hidden.display_name = "王看不见"
    hidden.save()
    page = login(chief).get(f"/governance/meeting/{record.pk}/mentions/?q=王").content.decode()
    assert 'data-text="王芳菲"' in page
    assert "王看不见" not in page


# --- Following -----------------------------------------------------------------------------------


def test_who_does_not_want_to_follow_is_left_in_peace(record, clerk, chief):
    set_following(record, clerk, active=False)
    post_comment(record, "请补充。", by=chief)
    assert told(clerk) == []


def test_who_follows_hears_of_comments(record, chief, clerk, colleague):
    set_following(record, colleague, active=True)
    post_comment(record, "请补充。", by=chief)
    assert told(colleague) == [(Kind.COMMENTED, 1)]


def test_the_choice_not_to_follow_outlives_a_mention(record, chief, colleague):
    set_following(record, colleague, active=False)
    post_comment(record, "@王芳菲 请看", by=chief)
    assert told(colleague) == [(Kind.MENTIONED, 1)]
    assert not Follow.objects.get(user=colleague).active
