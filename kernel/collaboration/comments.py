"""The only ways in which a comment is written, corrected and withdrawn."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, JSONField, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from kernel.records.errors import Refused
from kernel.registers.register import registry

from .audience import followers, handler_id, keep_visible, units_of
from .mentions import people_in
from .models import EDIT_WITHIN, LONGEST_COMMENT, Comment, Follow, Kind, key_of
from .notify import Notice, deliver, mail_title

EXCERPT = 80
COLUMNS = ("is_comment", "pk", "person", "name", "at", "edited", "withdrawn", "words", "calls")


@dataclass
class Said:
    """What hangs on a record: its comments, oldest first, and people's choices to follow it."""

    comments: list[tuple[Comment, str]] = field(default_factory=list)
    """Each with its author's name."""
    choices: dict[int, tuple[bool, str]] = field(default_factory=dict)
    """Whether the person (by key) follows, and the name."""


def conversation(record: Any) -> Said:
    """All comments and choices of the record in one query, whatever their number."""
    never = Value(None, DateTimeField())
    comments = Comment.about(record).annotate(
        is_comment=Value(True),
        person=F("author"),
        name=_name("author"),
        at=F("created_at"),
        edited=F("edited_at"),
        withdrawn=F("withdrawn_at"),
        words=F("text"),
        calls=F("mentions"),
    )
    choices = (
        Follow.about(record)
        .filter(user__is_active=True)
        .annotate(
            is_comment=Value(False),
            person=F("user"),
            name=_name("user"),
            at=F("since"),
            edited=never,
            withdrawn=never,
            words=Case(When(active=True, then=Value("1")), default=Value("")),
            calls=Value({}, JSONField()),
        )
    )
    both = comments.values_list(*COLUMNS).union(choices.values_list(*COLUMNS), all=True)
    said = Said()
    for is_comment, pk, person, name, at, edited, withdrawn, words, calls in sorted(both, key=_age):
        if not is_comment:
            said.choices[person] = (bool(words), name)
            continue
        comment = Comment(**key_of(record), pk=pk, author_id=person, text=words, mentions=calls)
        comment.created_at, comment.edited_at, comment.withdrawn_at = at, edited, withdrawn
        said.comments.append((comment, name))
    return said


def _age(row: Any) -> tuple[Any, int]:
    return row[4], row[1]


def _name(person: str) -> Coalesce:
    """How the person is called, as `str()` of the account would say it."""
    shown = NullIf(f"{person}__display_name", Value(""))
    return Coalesce(shown, f"{person}__username", output_field=TextField())


@transaction.atomic
def post_comment(record: Any, text: str, *, by: Any) -> Comment:
    """Add a comment; whoever is mentioned and whoever follows the record is told.

    Raises `Refused` for an empty or too long text and for a mention that cannot be served.
    """
    text = _checked(text)
    called = people_in(text, record)
    comment: Comment = Comment.objects.create(
        **key_of(record), author=by, text=text, mentions=_keys(called)
    )
    _join(record, [by, *called.values()])
    others = followers(type(record), [record])[record.pk]
    deliver(_notices(record, comment, set(comment.mentions.values()), others))
    return comment


@transaction.atomic
def edit_comment(comment: Comment, record: Any, text: str, *, by: Any) -> Comment:
    """Correct one's own comment within 15 minutes; only people newly mentioned are told."""
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if not comment.editable_by(by):
        minutes = int(EDIT_WITHIN.total_seconds() // 60)
        raise Refused(
            f"只能在发表后 {minutes} 分钟内修改自己的评论；已超过时限的可以撤回后重新发表。"
        )
    text = _checked(text)
    called = people_in(text, record)
    added = set(_keys(called).values()) - set(comment.mentions.values())
    comment.text, comment.mentions, comment.edited_at = text, _keys(called), timezone.now()
    comment.save(update_fields=["text", "mentions", "edited_at"])
    _join(record, list(called.values()))
    deliver(_notices(record, comment, added, frozenset()))
    return comment


@transaction.atomic
def withdraw_comment(comment: Comment, *, by: Any) -> Comment:
    """Take back one's own comment; the line stays as “已撤回”. A second time changes nothing."""
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if comment.author_id != by.pk:
        raise Refused("只能撤回自己的评论。")
    if comment.withdrawn_at is None:
        comment.withdrawn_at = timezone.now()
        comment.save(update_fields=["withdrawn_at"])
    return comment


def set_following(record: Any, user: Any, *, active: bool) -> None:
    """Follow the record or stop following it."""
    Follow.objects.update_or_create(**key_of(record), user=user, defaults={"active": active})


def _keys(called: dict[str, Any]) -> dict[str, int]:
    return {words: person.pk for words, person in called.items()}


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("评论内容为空，请写明要说的事。")
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"评论有 {len(text)} 字，超过 {LONGEST_COMMENT} 字，请分成几条发表。")
    if "\x00" in text:
        raise Refused("评论中含有无法保存的控制字符，请删去后再发表。")
    return text


def _join(record: Any, people: list[Any]) -> None:
    """Who takes part in the conversation follows the record, unless they chose not to."""
    Follow.objects.bulk_create(
        [
            Follow(**key_of(record), user=person)
            for person in people
            if person.pk != handler_id(record)
        ],
        ignore_conflicts=True,
    )


def _notices(
    record: Any, comment: Comment, called: set[int], others: frozenset[int]
) -> list[Notice]:
    register = registry.for_model(type(record))
    wanted = (called | others) - {comment.author_id}
    excerpt = comment.text[:EXCERPT] + ("……" if len(comment.text) > EXCERPT else "")
    return [
        Notice(
            to=person,
            kind=Kind.MENTIONED if person.pk in called else Kind.COMMENTED,
            text=_words(register, record, comment, person.pk in called, excerpt),
            url=f"{register.url('detail', record.pk)}#comments",
            mail_title=mail_title(register, record),
            record=record,
        )
        for person, _ in keep_visible(type(record), {record.pk: wanted}, units_of([record]))
    ]


def _words(register: Any, record: Any, comment: Comment, called: bool, excerpt: str) -> str:
    verb = "在评论中提到了您：" if called else "发表了评论："
    return f"{comment.author}{verb}{register.title}“{record}”——{excerpt}"
