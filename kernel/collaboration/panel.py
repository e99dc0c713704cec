"""The panel below a record's facts: what people said about it, and who follows it."""

from typing import Any

from django.http import HttpRequest

from kernel.registers.register import Register

from .audience import handler_id
from .comments import Said, conversation
from .models import LONGEST_COMMENT, Comment
from .text import as_html

SHOWN = 50


def comments(request: HttpRequest, register: Register, record: Any) -> dict[str, Any]:
    """Context of the panel. The rows of a record share the conversation on the record."""
    owner = record.owner_record()
    said = conversation(owner)
    return {
        "template": "collaboration/panel_comments.html",
        "comments": lines(register, record, said, request.user)[-SHOWN:],
        "total": len(said.comments),
        "all_url": register.url("comments", record.pk) if len(said.comments) > SHOWN else None,
        "of_owner": owner if register.is_part else None,
        **box(register, record),
        **following(register, record, said, request.user),
    }


def box(register: Register, record: Any) -> dict[str, Any]:
    """What the entry field needs."""
    return {
        "post_url": register.url("comments", record.pk),
        "mentions_url": register.url("mentions", record.pk),
        "longest": LONGEST_COMMENT,
    }


def following(register: Register, record: Any, said: Said, user: Any) -> dict[str, Any]:
    """Whether this person follows the record, and who else chose to."""
    handles = handler_id(record.owner_record()) == user.pk
    return {
        "follow_url": register.url("follow", record.pk),
        "following": said.choices.get(user.pk, (handles, ""))[0],
        "followers": [name for active, name in said.choices.values() if active],
    }


def lines(register: Register, record: Any, said: Said, user: Any) -> list[dict[str, Any]]:
    """The comments as the page shows them."""
    return [_line(register, record.pk, comment, name, user) for comment, name in said.comments]


def _line(register: Register, pk: int, comment: Comment, name: str, user: Any) -> dict[str, Any]:
    editable, mine = comment.editable_by(user), comment.withdrawable_by(user)
    return {
        "comment": comment,
        "author": name,
        "html": as_html(comment.text, comment.mentions),
        "edit_url": register.url("comment-edit", pk, comment.pk) if editable else None,
        "withdraw_url": register.url("comment-withdraw", pk, comment.pk) if mine else None,
    }
