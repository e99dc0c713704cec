"""A file that belongs to a record: its bytes are kept once, its versions all of them."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kernel.records.models import track

from .filetypes import BY_MEDIA_TYPE, UNKNOWN, FileType

NAME_LENGTH = 200
SHORT_NAME = 24


class AttachmentQuerySet(QuerySet["Attachment"]):
    def of(self, record: models.Model) -> "AttachmentQuerySet":
        """All versions of all files of the record, withdrawn ones included."""
        return self.filter(Attachment.belongs_to(record))

    def in_force(self) -> "AttachmentQuerySet":
        return self.filter(withdrawn_at=None)


@track
class Attachment(models.Model):
    """One version of one file of one record.

    Versions of the same file share `series`; the newest that was not withdrawn is the current
    one. The bytes lie under their own SHA-256, so equal files take their room once and a row
    never changes what it points to.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.BigIntegerField("记录编号")
    series = models.UUIDField("附件", default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField("版本", default=1)
    file = models.FileField("存放位置", max_length=100)
    name = models.CharField("文件名", max_length=NAME_LENGTH)
    media_type = models.CharField("文件类型", max_length=100)
    size = models.BigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    has_preview = models.BooleanField("有预览图", default=False)
    caption = models.CharField("说明", max_length=100, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="撤下人",
    )
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)

    objects = AttachmentQuerySet.as_manager()
    history_hidden: ClassVar[set[str]] = {
        *("content_type", "object_id", "series", "file", "media_type"),
        *("size", "sha256", "has_preview", "uploaded_by", "uploaded_at"),
    }

    class Meta:
        verbose_name = "附件"
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["content_type", "object_id"], name="attachment_object"),
            models.Index(fields=["sha256"], name="attachment_sha256"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="attachment_version_unique",
                violation_error_message="该附件的这一版已经存在，请刷新页面后重试。",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "sha256"],
                condition=Q(withdrawn_at=None),
                name="attachment_once_per_record",
                violation_error_message="本记录已有内容相同的附件。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__gte=F("uploaded_at"), withdrawn_by__isnull=False)
                & ~Q(withdrawn_reason=""),
                name="attachment_withdrawal_complete",
                violation_error_message="撤下附件须记明撤下人、时间和原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第 {self.number} 版）" if self.number > 1 else self.name

    @staticmethod
    def belongs_to(record: models.Model) -> Q:
        """Condition: a file of this record."""
        kind = ContentType.objects.get_for_model(record)
        return Q(content_type=kind.pk, object_id=record.pk)

    @property
    def type(self) -> FileType:
        return BY_MEDIA_TYPE.get(self.media_type, UNKNOWN)

    @property
    def short_name(self) -> str:
        """The name with its middle left out, so that its ending remains readable."""
        if len(self.name) <= SHORT_NAME:
            return self.name
        return f"{self.name[: SHORT_NAME - 9]}…{self.name[-8:]}"

    def open(self) -> Any:
        """The bytes, for reading. Raises OSError or the storage's own error."""
        return self.file.storage.open(str(self.file.name), "rb")
