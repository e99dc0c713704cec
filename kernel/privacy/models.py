"""The list of all looks at personal data. It only ever grows."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models


class AccessKind(models.TextChoices):
    REVEAL = "reveal", "查看"
    EXPORT = "export", "导出"


class AccessRecord(models.Model):
    """Who saw which personal data, when, from where and what for (个人信息保护法 §51, §54)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="查看人",
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    kind = models.CharField("方式", max_length=10, choices=AccessKind.choices)
    register = models.CharField("台账", max_length=80)
    """Key of the register, `app.model`."""
    object_id = models.BigIntegerField("记录", null=True)
    """The one record that was looked at; empty when it was a whole list."""
    count = models.PositiveIntegerField("条数", default=1)
    fields = models.JSONField("项目", default=list)
    """Names of the fields shown in full."""
    reason = models.CharField("事由", max_length=300)
    address = models.CharField("网络地址", max_length=45, blank=True)

    class Meta:
        verbose_name = "个人信息查看记录"
        default_permissions = ("view",)
        permissions = (("reveal_personal_data", "查看完整的个人信息"),)
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "register", "object_id", "-at"], name="access_of_object"),
            models.Index(fields=["-at", "-id"], name="access_newest"),
        ]
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
