"""Add a file to a record, add a version of it, take it out of force: the only ways to write one."""

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from kernel.records.errors import Refused
from kernel.records.services import lock, record_event
from kernel.records.status import Status
from kernel.registers.register import registry

from . import checks, previews, store
from .models import Attachment

EVENT_LABELS = {
    "attachment.added": "上传附件",
    "attachment.version": "上传附件新版本",
    "attachment.withdrawn": "撤下附件",
}


def add_attachment(
    record: models.Model,
    file: Any,
    *,
    by: Any,
    caption: str = "",
    version_of: Attachment | None = None,
) -> Attachment:
    """Check and keep a file; a second row for the same bytes is never made.

    Evidence may be added to an approved record without a new review: the figures do not rest on
    it, and the timeline shows when it came. Raises `Refused` with the reason in words.
    """
    checked = checks.check_file(file)
    sha256 = store.digest(file)
    _refuse_known(record, sha256, checked.name)  # before any byte is stored
    has_preview = _keep(file, checked, sha256)
    with transaction.atomic():
        owner = _lock_owner(record)
        _refuse_known(record, sha256, checked.name)
        series, number = _place(record, version_of)
        attachment = Attachment.objects.create(
            content_type=ContentType.objects.get_for_model(record),
            object_id=record.pk,
            series=series,
            number=number,
            file=store.address(sha256),
            name=checked.name,
            media_type=checked.type.media_type,
            size=checked.size,
            sha256=sha256,
            has_preview=has_preview,
            caption=caption.strip()[:100] or (version_of.caption if version_of else ""),
            uploaded_by=by,
        )
        kind = "attachment.version" if version_of else "attachment.added"
        record_event(owner, kind, by=by, detail=str(attachment), attachment=attachment.pk)
    return attachment


def _keep(file: Any, checked: checks.Checked, sha256: str) -> bool:
    """Store the bytes and, of an image, its preview; whether there is a preview."""
    try:
        has_preview = checked.type.image and previews.keep_preview(file, sha256)
        store.keep(file, store.address(sha256), checked.size)
    except OSError as error:
        raise Refused(checks.no_room(checked.name)) from error
    return has_preview


def _lock_owner(record: Any) -> Any:
    """Uploads to one record take turns, so that neither twins nor one too many slip in."""
    owner = lock(record.owner_record())
    if owner.status == Status.WITHDRAWN:
        raise Refused("已撤销的记录不能增减附件，请先恢复。")
    return owner


def _refuse_known(record: models.Model, sha256: str, name: str) -> None:
    twin = (
        Attachment.objects.of(record)
        .in_force()
        .filter(sha256=sha256)
        .select_related("uploaded_by")
        .first()
    )
    if twin is not None:
        at = timezone.localtime(twin.uploaded_at)
        raise Refused(
            f"“{name}”没有重复保存：已有相同文件“{twin}”，"
            f"由{twin.uploaded_by}上传于 {at:%Y-%m-%d %H:%M}。"
        )


def _place(record: models.Model, version_of: Attachment | None) -> tuple[uuid.UUID, int]:
    """The series and the number in it of the next file."""
    kept = Attachment.objects.of(record)
    if version_of is not None:
        newest = kept.filter(series=version_of.series).order_by("-number").first()
        return version_of.series, (newest.number if newest else 0) + 1
    if kept.in_force().values("series").distinct().count() >= settings.ATTACHMENT_MAX_FILES:
        raise Refused(
            f"本记录已有 {settings.ATTACHMENT_MAX_FILES} 个附件，达到上限。"
            "请先撤下不需要的附件，或把多页材料合并成一个 PDF。"
        )
    return uuid.uuid4(), 1


@transaction.atomic
def withdraw_attachment(
    record: models.Model, attachment: Attachment, *, by: Any, reason: str, whole: bool = True
) -> None:
    """Take a file out of force, with all its versions or only this one; its bytes stay.

    Raises `Refused`.
    """
    if not reason.strip():
        raise Refused("撤下附件须填写原因。")
    owner = _lock_owner(record)
    kept = Attachment.objects.of(record).in_force()
    rows = list(kept.filter(series=attachment.series) if whole else kept.filter(pk=attachment.pk))
    if not rows:
        raise Refused("该附件已经撤下，请刷新页面。")
    with pghistory.context(reason=reason):
        kept.filter(pk__in=[row.pk for row in rows]).update(
            withdrawn_by=by, withdrawn_at=timezone.now(), withdrawn_reason=reason.strip()[:200]
        )
    what = "、".join(str(row) for row in rows)
    record_event(owner, "attachment.withdrawn", by=by, reason=f"{what}：{reason.strip()}")


def places_elsewhere(attachment: Attachment, user: Any) -> list[str]:
    """Other records within the person's sight that hold the same bytes, by name, up to three."""
    twins = (
        Attachment.objects.in_force()
        .filter(sha256=attachment.sha256)
        .exclude(content_type=attachment.content_type, object_id=attachment.object_id)
        .select_related("content_type")[:3]
    )
    found = []
    for twin in twins:
        model = twin.content_type.model_class()
        if model is None or not registry.has(model):
            continue
        register = registry.for_model(model)
        record = register.visible_to(user).filter(pk=twin.object_id).first()
        if record is not None:
            found.append(f"{register.title}“{record}”")
    return found
