"""The files of a record, as its pages show them: one query, however many versions there are."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from kernel.records.status import Status
from kernel.registers.columns import format_value
from kernel.registers.register import Register

from . import checks
from .models import Attachment
from .names import size_text

DIGEST_SHOWN = 16
"""So many digits of the digest are enough to compare a printed list with a file."""


@dataclass
class Item:
    """One version with its addresses."""

    attachment: Attachment
    url: str
    open_url: str | None
    preview_url: str | None
    withdraw_url: str | None
    version_url: str | None
    size: str
    older: "list[Item]" = field(default_factory=list)


def may_change(register: Register, record: Any, user: Any) -> bool:
    """Whether the person may add files: who may change the record, unless it is withdrawn."""
    owner = record.owner_record()
    model = register.model._meta
    return (
        user.has_perm(f"{model.app_label}.change_{model.model_name}")
        and user.may_write(owner.unit_id)
        and owner.status != Status.WITHDRAWN
    )


def sees_withdrawn(user: Any, *, may_upload: bool) -> bool:
    """A file is taken down because it should not be seen: only its keepers and auditors do."""
    return may_upload or bool(user.has_perm("records.view_history"))


def panel(request: HttpRequest, register: Register, record: Any) -> dict[str, Any]:
    """Context of the panel on a record's page."""
    user: Any = request.user
    may_upload = may_change(register, record, user)
    items, withdrawn = _items(register, record, may_upload=may_upload)
    return {
        "template": "attachments/panel.html",
        "anchor": "attachments",
        "label": "附件",
        "total": len(items),
        "items": items,
        "withdrawn": withdrawn if sees_withdrawn(user, may_upload=may_upload) else [],
        "may_upload": may_upload,
        "upload_url": register.url("attachments", record.pk),
        "accept": checks.accept_attribute(),
        "rule": checks.rule_text(),
        "max_bytes": checks.max_bytes(),
        "too_large": checks.too_large("文件名"),
    }


def _items(register: Register, record: Any, *, may_upload: bool) -> tuple[list[Item], list[Item]]:
    """Current versions in the order of their first upload, each with its older ones; withdrawn."""
    kept = (
        Attachment.objects.of(record)
        .select_related("uploaded_by", "withdrawn_by")
        .order_by("uploaded_at", "pk")
    )
    current: dict[Any, list[Item]] = {}
    withdrawn = []
    for attachment in kept:
        item = _item(register, record, attachment, may_upload=may_upload)
        if attachment.withdrawn_at:
            withdrawn.append(item)
        else:
            current.setdefault(attachment.series, []).append(item)
    items = []
    for versions in current.values():
        *older, newest = sorted(versions, key=lambda item: item.attachment.number)
        newest.older = older[::-1]
        items.append(newest)
    return items, withdrawn


def _item(register: Register, record: Any, attachment: Attachment, *, may_upload: bool) -> Item:
    url = register.url("attachment", record.pk, attachment.pk)
    changes = may_upload and not attachment.withdrawn_at
    return Item(
        attachment=attachment,
        url=url,
        open_url=f"{url}?inline=1" if attachment.type.inline else None,
        preview_url=f"{url}preview/" if attachment.has_preview else None,
        withdraw_url=f"{url}withdraw/" if changes else None,
        version_url=f"{register.url('attachments', record.pk)}?version_of={attachment.pk}"
        if changes
        else None,
        size=size_text(attachment.size),
    )


def printed(request: HttpRequest, register: Register, record: Any) -> dict[str, Any] | None:
    """The list of files for the record on paper; nothing when there are none."""
    items, _ = _items(register, record, may_upload=False)
    if not items:
        return None
    labels = ("文件名", "说明", "版本", "大小", "上传人", "上传时间", "SHA-256（前 16 位）")
    return {
        "label": "附件清单",
        "columns": [{"label": label, "align": "start"} for label in labels],
        "rows": [[(text, "start") for text in _line(item)] for item in items],
        "total": len(items),
    }


def _line(item: Item) -> list[str]:
    file = item.attachment
    return [
        file.name,
        file.caption or "—",
        f"第 {file.number} 版",
        item.size,
        str(file.uploaded_by),
        format_value(file.uploaded_at),
        file.sha256[:DIGEST_SHOWN],
    ]
