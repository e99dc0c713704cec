"""Imports and exports as people see them: what was asked for, found and done."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

from kernel.jobs.models import Job
from kernel.privacy.fields import EncryptedJSONField
from kernel.registers.register import registry

KEPT_DAYS = 7
"""Days after which the files of imports and exports are removed."""


class ImportState(models.TextChoices):
    CHECKING = "checking", "正在核对"
    REFUSED = "refused", "无法读取"
    READY = "ready", "待确认"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤回"
    EXPIRED = "expired", "已过期"


STATE_TONES = {
    ImportState.CHECKING: "running",
    ImportState.REFUSED: "danger",
    ImportState.READY: "warning",
    ImportState.APPLIED: "success",
    ImportState.UNDONE: "withdrawn",
    ImportState.EXPIRED: "muted",
}


class Known(models.TextChoices):
    """What becomes of rows whose record is there already."""

    UPDATE = "update", "用表格内容更新"
    SKIP = "skip", "跳过，不改动"


class Origin(models.TextChoices):
    FILE = "file", "文件"
    PASTE = "paste", "粘贴"


class ImportQuerySet(QuerySet["ImportBatch"]):
    def visible_to(self, user: Any) -> Self:
        """Own imports, and those of people in the person's part of the unit tree."""
        if user.sees_all_units:
            return self
        return self.filter(Q(requested_by=user) | Q(unit__in=user.unit_ids()))


class ImportBatch(models.Model):
    """One file or pasted block on its way into a register.

    The file itself stands sealed in the private storage until the import is applied or
    `KEPT_DAYS` have passed; `findings` (encrypted) hold what the preview shows of it.
    """

    register = models.CharField("台账", max_length=80)
    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    filename = models.CharField("文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("字节数")
    stored = models.FileField(upload_to="exchange/in", blank=True, max_length=200)
    state = models.CharField(
        "状态", max_length=10, choices=ImportState.choices, default=ImportState.CHECKING
    )
    message = models.TextField("说明", blank=True)
    heads = models.JSONField("表头", default=list)
    fields = models.JSONField("列对应", default=dict)
    """Field name by index of the column (as text, for JSON)."""
    notes = models.JSONField("提示", default=list)
    counts = models.JSONField("条数", default=dict)
    error_total = models.PositiveIntegerField("错误数", default=0)
    needs_reason = models.BooleanField("须填写修改原因", default=False)
    findings = EncryptedJSONField("核对结果", null=True)
    known = models.CharField("已有记录", max_length=10, choices=Known.choices, default=Known.UPDATE)
    partial = models.BooleanField("允许只导入正确的行", default=False)
    reason = models.CharField("修改原因", max_length=200, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True)
    applied_at = models.DateTimeField("导入时间", null=True)
    applied = models.JSONField("导入结果", default=dict)
    context_id = models.UUIDField("历史标识", null=True)
    undone_at = models.DateTimeField("撤回时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="撤回人",
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="导入人",
    )
    unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="导入人单位",
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "数据导入"
        ordering = ["-pk"]
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register", "-id"], name="import_register"),
            models.Index(fields=["sha256"], name="import_hash"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def tone(self) -> str:
        return STATE_TONES[ImportState(self.state)]

    @property
    def columns(self) -> dict[int, str]:
        return {int(index): name for index, name in self.fields.items()}

    @property
    def is_working(self) -> bool:
        """Whether a job is at work on it right now."""
        return self.job is not None and self.job.is_open

    @property
    def expires_at(self) -> dt.datetime:
        return self.created_at + dt.timedelta(days=KEPT_DAYS)


class ImportedRow(models.Model):
    """A record that an import wrote, for taking it back.

    Old values are not kept here: they stand in the row history, under the import's context.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    object_id = models.BigIntegerField("记录")
    created = models.BooleanField("新增")
    before = models.JSONField("原有关联", default=dict)
    """Former keys of relations to several records, by field."""

    class Meta:
        verbose_name = "导入的记录"
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "object_id"], name="import_row_once")
        ]


class HeadChoice(models.Model):
    """What a person's heads mean: remembered for the next sheet of the same register."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    register = models.CharField("台账", max_length=80)
    head = models.CharField("表头", max_length=200)
    field = models.CharField("字段", max_length=80, blank=True)
    """Empty: the column is not imported."""

    class Meta:
        verbose_name = "表头对应"
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "register", "head"], name="head_once")
        ]


class ExportFile(models.Model):
    """A large export made in the background; only who asked for it may fetch it."""

    register = models.CharField("台账", max_length=80)
    query = models.TextField("筛选条件", blank=True)
    format = models.CharField("格式", max_length=4)
    columns = models.CharField("列", max_length=10)
    reason = models.CharField("事由", max_length=300, blank=True)
    unmasked = models.BooleanField("含个人信息", default=False)
    filename = models.CharField("文件名", max_length=200, blank=True)
    stored = models.FileField(upload_to="exchange/out", blank=True, max_length=200)
    total = models.PositiveIntegerField("条数", default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="申请人",
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "数据导出"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.filename or f"{self.get_register_title()}导出"

    def get_register_title(self) -> str:
        return registry.get(self.register).title

    @property
    def expires_at(self) -> dt.datetime:
        return self.created_at + dt.timedelta(days=KEPT_DAYS)
