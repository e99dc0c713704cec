"""What people say to each other about records, and what they are told."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.records.models import track

EDIT_WITHIN = dt.timedelta(minutes=15)
LONGEST_COMMENT = 2000


class AboutRecord(models.Model):
    """A row that belongs to one record, whatever its type."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @classmethod
    def about(cls, record: models.Model) -> QuerySet[Any]:
        """The rows that belong to this record."""
        manager: Any = cls._default_manager
        return manager.filter(**key_of(record))


def key_of(record: models.Model) -> dict[str, Any]:
    """The two columns that name a record."""
    return {
        "content_type": ContentType.objects.get_for_model(record),
        "object_id": record.pk,
    }


@track
class Comment(AboutRecord):
    """A remark on a record; never part of the record, its version or its review.

    Its author may correct it for 15 minutes; withdrawn it stays in the database, unread.
    `mentions` holds the words that call somebody (`@王芳`) and that person's key.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="作者"
    )
    text = models.TextField("内容", max_length=LONGEST_COMMENT)
    created_at = models.DateTimeField("发表时间", auto_now_add=True)
    edited_at = models.DateTimeField("修改时间", null=True, editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    mentions = models.JSONField("提到的人", default=dict)

    class Meta:
        verbose_name = "评论"
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["content_type", "object_id", "created_at"], name="comment_object")
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.created_at:%Y-%m-%d %H:%M}"

    def editable_by(self, user: Any) -> bool:
        """Whether this person may still correct the text."""
        fresh = timezone.now() - self.created_at < EDIT_WITHIN
        return self.author_id == user.pk and self.withdrawn_at is None and fresh

    def withdrawable_by(self, user: Any) -> bool:
        return self.author_id == user.pk and self.withdrawn_at is None


class Follow(AboutRecord):
    """A person's own choice about a record's news.

    The person who handles a record follows it without a row; `active` is false for somebody who
    does not want to, so that no rule switches it on again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="关注人"
    )
    active = models.BooleanField("关注", default=True)
    since = models.DateTimeField("关注时间", auto_now_add=True)

    class Meta:
        verbose_name = "关注"
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "user"],
                name="follow_once",
                violation_error_message="您已经关注了这条记录。",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user"], condition=Q(active=True), name="follow_user")
        ]


class Kind(models.TextChoices):
    """What a notification is about."""

    MENTIONED = "mentioned", "被提到"
    RETURNED = "returned", "被退回"
    APPROVED = "approved", "已审核"
    REVIEW = "review", "待我审核"
    COMMENTED = "commented", "有评论"
    CHANGED = "changed", "有修改"
    JOB = "job", "任务完成或失败"
    HANDOVER = "handover", "工作移交"


class Delivery(models.TextChoices):
    """How a person wants to hear of one kind."""

    INSTANT = "instant", "即时"
    DIGEST = "digest", "每日汇总"
    OFF = "off", "关闭"


DEFAULTS = dict.fromkeys(Kind, Delivery.INSTANT) | {
    Kind.APPROVED: Delivery.DIGEST,
    Kind.REVIEW: Delivery.DIGEST,
    Kind.COMMENTED: Delivery.DIGEST,
    Kind.CHANGED: Delivery.DIGEST,
}
"""Choice of those who have not chosen: at once only what waits for this very person."""


class DeliveryChoice(models.Model):
    """One person's choice for one kind."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="人员"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    delivery = models.CharField("方式", max_length=8, choices=Delivery.choices)

    class Meta:
        verbose_name = "通知设置"
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="delivery_choice_once",
                violation_error_message="每类通知只能设置一种方式。",
            )
        ]


class NotificationQuerySet(QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One line in a person's inbox; repeats of an unread line add to its `count`.

    It is also the outbox of mails: `mail_at` is when a mail is due (empty: none is wanted),
    `mailed_at` when it went out. `mail_title` names the record in a mail; it is empty where the
    record's name may hold personal data.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="接收人"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    text = models.CharField("内容", max_length=400)
    url = models.CharField("地址", max_length=300)
    content_type = models.ForeignKey(
        ContentType, null=True, on_delete=models.CASCADE, related_name="+"
    )
    object_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField("次数", default=1)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("阅读时间", null=True)
    mail_title = models.CharField("邮件中的名称", max_length=120, blank=True)
    mail_at = models.DateTimeField("应发邮件时间", null=True)
    mailed_at = models.DateTimeField("邮件发出时间", null=True)
    mail_tries = models.PositiveSmallIntegerField("发送失败次数", default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["content_type", "object_id"],
                condition=Q(read_at__isnull=True),
                name="notification_object",
            ),
            models.Index(
                fields=["mail_at"],
                condition=Q(mailed_at__isnull=True, mail_at__isnull=False),
                name="notification_outbox",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def repeats(self) -> str:
        """`3 次修改`; empty for what happened once."""
        return f"{self.count} 次{REPEATED.get(Kind(self.kind), '通知')}" if self.count > 1 else ""


REPEATED = {
    Kind.MENTIONED: "提到",
    Kind.RETURNED: "退回",
    Kind.APPROVED: "审核",
    Kind.REVIEW: "送审",
    Kind.COMMENTED: "评论",
    Kind.CHANGED: "修改",
}


class HandoverQuerySet(QuerySet["Handover"]):
    def visible_to(self, user: Any) -> Self:
        """The two persons concerned, those who may hand over in the leaver's unit, and its doer."""
        own = Q(from_user=user.pk) | Q(to_user=user.pk) | Q(by=user.pk)
        if user.has_perm("collaboration.view_handover"):
            own |= Q(unit__in=user.writable_unit_ids())
        return self.filter(own)


class Handover(models.Model):
    """The printable list of what one person passed on to another; written once."""

    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="移交人"
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="接收人"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="办理人"
    )
    unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="移交人所在单位",
    )
    at = models.DateTimeField("移交时间", auto_now_add=True)
    reason = models.CharField("移交原因", max_length=200)
    account_closed = models.BooleanField("同时停用账号", default=False)
    rows = models.JSONField("清单", default=list)
    key = models.UUIDField("办理凭据", unique=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "工作移交"
        ordering = ["-pk"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"
