"""Background work that people can see: who asked for it, how far it is, what became of it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone


class JobStatus(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    SUCCEEDED = "succeeded", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)
REPEATABLE = (JobStatus.FAILED, JobStatus.CANCELLED)
TONES = {
    JobStatus.QUEUED: "muted",
    JobStatus.RUNNING: "info",
    JobStatus.SUCCEEDED: "success",
    JobStatus.FAILED: "danger",
    JobStatus.CANCELLED: "warning",
}


class JobQuerySet(QuerySet["Job"]):
    def visible_to(self, user: Any) -> Self:
        """A person's own jobs; all jobs for those with the permission to view them."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("jobs.view_job"):
            return self
        return self.filter(requested_by=user)

    def controlled_by(self, user: Any) -> Self:
        """Jobs that the person may stop or repeat: own ones, all with the permission to."""
        visible = self.visible_to(user)
        if user.has_perm("jobs.change_job"):
            return visible
        return visible.filter(requested_by=user.pk)


class Job(models.Model):
    """One piece of background work.

    `subject` names what the work is about; while a job of the same kind and subject is open,
    asking again gives that job instead of a second one. `dispatched_at` is empty until the
    broker has taken the message: such jobs are sent again by the sweep.
    """

    kind = models.CharField("类型", max_length=60)
    title = models.CharField("任务", max_length=120)
    subject = models.CharField("对象", max_length=120)
    params = models.JSONField("参数", default=dict)
    queue = models.CharField("队列", max_length=30)
    status = models.CharField(
        "状态", max_length=10, choices=JobStatus.choices, default=JobStatus.QUEUED
    )
    step = models.CharField("当前步骤", max_length=120, blank=True)
    done = models.PositiveSmallIntegerField("已完成步数", default=0)
    total = models.PositiveSmallIntegerField("总步数", default=0)
    log = models.JSONField("日志", default=list)
    result = models.JSONField("结果", default=dict)
    error = models.TextField("失败原因", blank=True)
    attempts = models.PositiveSmallIntegerField("执行次数", default=0)
    unfinished = models.PositiveSmallIntegerField("连续中断次数", default=0, editable=False)
    cancel_requested = models.BooleanField("要求取消", default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="申请人",
    )
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    dispatched_at = models.DateTimeField("派发时间", null=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        ordering = ["-pk"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(status__in=OPEN), name="job_one_open"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def tone(self) -> str:
        return TONES[JobStatus(self.status)]

    @property
    def seconds(self) -> float | None:
        """Run time in seconds; of a running job until now."""
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()

    @property
    def waits_for_broker(self) -> bool:
        return self.status == JobStatus.QUEUED and self.dispatched_at is None
