"""What a person has typed but not handed in. A draft is no record and counts nowhere."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kernel.privacy.fields import EncryptedJSONField

from ..register import Register, registry


class Draft(models.Model):
    """The raw input of one form, complete or not, valid or not; seen by its author alone.

    `data` holds each field's values by the name of the input; encrypted, for it may be anything.
    `object_id` names the record that the input changes, `None` a record yet to be made.
    `revision` grows with each save and `window` names the page that made it, so that a second
    window learns that it is not alone. `kept` means saved on purpose, not by the page itself.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="录入人"
    )
    register_key = models.CharField("台账", max_length=100)
    object_id = models.BigIntegerField("记录", null=True)
    data = EncryptedJSONField("内容", default=dict)
    title = models.CharField("标题", max_length=80, blank=True)
    revision = models.PositiveIntegerField("保存次数", default=1)
    window = models.CharField("窗口", max_length=40, blank=True)
    kept = models.BooleanField("本人点了保存", default=False)
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    updated_at = models.DateTimeField("保存时间", auto_now=True)

    class Meta:
        verbose_name = "草稿"
        default_permissions = ()
        ordering: ClassVar[list[str]] = ["-updated_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-updated_at"], name="draft_user")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "register_key", "object_id"],
                condition=Q(object_id__isnull=False),
                name="draft_one_per_record",
            )
        ]

    def __str__(self) -> str:
        return self.title or f"未命名的{self.register_title}"

    @property
    def register(self) -> Register | None:
        """The register it was typed for; `None` when that register is gone."""
        try:
            return registry.get(self.register_key)
        except KeyError:
            return None

    @property
    def register_title(self) -> str:
        return self.register.title if self.register else self.register_key

    @property
    def is_of_today(self) -> bool:
        return timezone.localdate(self.updated_at) == timezone.localdate()

    @property
    def url(self) -> str:
        """Where the input is taken up again."""
        if self.register is None:
            return ""
        if self.object_id is None:
            return self.register.url("create", draft=str(self.uuid))
        return self.register.url("edit", self.object_id)

    @property
    def discard_url(self) -> str:
        return reverse("registers-draft-discard", args=[self.uuid])
