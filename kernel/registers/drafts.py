"""Saving what was typed: needs nothing valid, refuses only what is no honest form any more."""

import json
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.http import Http404, QueryDict

from kernel.records.errors import Refused

from .columns import resolve_field
from .models import Draft
from .register import Register

MAX_BYTES = 400_000
"""Far above a form with a hundred rows; more is a pasted file, not a form."""
MAX_DRAFTS = 200
"""Per person."""
NOT_INPUT = {
    "csrfmiddlewaretoken",
    "action",
    "draft",
    "draft_revision",
    "window",
    "object_id",
    "conflict_base",
}
TITLE_LENGTH = 40


class OtherWindow(Refused):
    """Another window of the same person saved this draft meanwhile."""


def drafts_of(user: Any) -> QuerySet[Draft]:
    """The person's drafts, newest first, without the typed text."""
    return Draft.objects.filter(user=user).defer("data")


def parse_uuid(text: str | None) -> uuid.UUID | None:
    """The identity in an address or a form; `None` for anything that is none."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def find_draft(user: Any, register: Register, record: Any, number: str | None) -> Draft | None:
    """The draft that a form opens with.

    Raises Http404 for a draft of somebody else or of another form, as for any foreign thing.
    """
    own = Draft.objects.filter(user=user, register_key=register.key)
    if record is not None:
        return own.filter(object_id=record.pk).first()
    if number is None:
        return None
    known = parse_uuid(number)
    if known is None:
        raise Http404("没有这份草稿。")
    found = own.filter(uuid=known, object_id=None).first()
    if found is None and Draft.objects.filter(uuid=known).exists():
        raise Http404("没有这份草稿。")
    return found


def typed(post: QueryDict) -> dict[str, list[str]]:
    """The input of a form, without what belongs to the page; bounded in size."""
    # PostgreSQL stores no NUL; nobody types one.
    values = {
        name[:200]: [value.replace("\x00", "") for value in post.getlist(name)]
        for name in post
        if name not in NOT_INPUT and not name.startswith("merge-")
    }
    size = len(json.dumps(values, ensure_ascii=False).encode())
    if size > MAX_BYTES:
        raise Refused(
            f"草稿内容约 {size // 1000} KB，超过 {MAX_BYTES // 1000} KB 的上限，没有保存。"
            "请删减过长的文字，大段材料请作为附件上传。"
        )
    return values


def as_post(values: dict[str, list[str]]) -> QueryDict:
    """Stored input as form data."""
    data = QueryDict(mutable=True)
    for name, items in values.items():
        data.setlist(name, items)
    return data


def title_of(register: Register, values: dict[str, list[str]]) -> str:
    """The first plain text of the list's columns that was typed; never personal data."""
    hidden = {*register.masked, *register.personal}
    for column in register.bound_columns:
        field = resolve_field(register.model, column.path)
        free = isinstance(field, models.CharField | models.TextField) and not field.choices
        if free and "." not in column.path and column.path not in hidden:
            text = " ".join(values.get(column.path, [""])[0].split())
            if text:
                return text[:TITLE_LENGTH]
    return ""


@transaction.atomic
def save_draft(
    user: Any,
    register: Register,
    post: QueryDict,
    *,
    record: Any = None,
    window: str = "",
    revision: int | None = None,
    kept: bool = False,
) -> Draft:
    """Keep the input of a form; the same form saved again replaces it.

    `revision` is the one the page last knew: when another window saved a newer one, nothing is
    overwritten. Raises `Refused` with the reason, Http404 for the draft of somebody else.
    """
    values = typed(post)
    draft, is_new = _open(user, register, record, parse_uuid(post.get("draft")))
    stale = revision is not None and revision != draft.revision and window != draft.window
    if stale and not is_new:
        raise OtherWindow(
            "本表单已在另一个窗口中继续填写，本窗口的内容没有自动保存。请只保留一个窗口。"
        )
    draft.data = values
    draft.title = str(record)[:80] if record is not None else title_of(register, values)
    draft.window = window[:40]
    draft.kept = draft.kept or kept
    draft.revision = 1 if is_new else draft.revision + 1
    draft.save()
    return draft


def _open(
    user: Any, register: Register, record: Any, number: uuid.UUID | None
) -> tuple[Draft, bool]:
    """The row to write, locked: the record's own, or the one of this number, or a new one."""
    rows = Draft.objects.select_for_update().defer("data")
    key = {"user": user, "register_key": register.key}
    if record is not None:
        draft, is_new = rows.get_or_create(**key, object_id=record.pk)
    else:
        draft, is_new = rows.get_or_create(uuid=number or uuid.uuid4(), defaults=key)
    if draft.user_id != user.pk or draft.register_key != register.key:
        raise Http404("没有这份草稿。")
    if record is None and draft.object_id is not None:
        raise Http404("没有这份草稿。")
    if is_new and Draft.objects.filter(user=user).count() > MAX_DRAFTS:
        raise Refused(
            f"您已有 {MAX_DRAFTS} 份草稿，新的没有保存。请先在“我的草稿”里提交或放弃一部分。"
        )
    return draft, is_new


def drop_draft(user: Any, register: Register, record: Any, number: str | None) -> None:
    """Forget the input once the record it was meant for is saved."""
    own = Draft.objects.filter(user=user, register_key=register.key)
    if record is not None:
        own.filter(object_id=record.pk).delete()
    elif (known := parse_uuid(number)) is not None:
        own.filter(uuid=known, object_id=None).delete()
