"""What guards the accounts: links to first passwords, sessions, old passwords, the log."""

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone


class LinkKind(models.TextChoices):
    INVITE = "invite", "邀请"
    RESET = "reset", "重置密码"


class AccessLinkQuerySet(QuerySet["AccessLink"]):
    def open(self) -> QuerySet["AccessLink"]:
        """Links that still let somebody in."""
        return self.filter(
            used_at=None, cancelled_at=None, expires_at__gt=timezone.now(), account__is_active=True
        )


class AccessLink(models.Model):
    """A one-time link with which a person chooses a password.

    Only the digest of the secret is kept, so nobody can read a working link out of the database.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links"
    )
    kind = models.CharField("种类", max_length=10, choices=LinkKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("发出时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)

    objects = AccessLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "一次性链接"
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at=None, cancelled_at=None),
                name="access_link_one_open",
                violation_error_message="该账号已有未使用的链接，请先取消。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.account_id}"


class UserSession(models.Model):
    """One signed-in browser, as its owner sees it in the list of sessions."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近使用", default=timezone.now)
    ip = models.GenericIPAddressField("IP 地址", null=True)
    agent = models.CharField("浏览器", max_length=300, blank=True)

    class Meta:
        verbose_name = "登录会话"
        default_permissions = ()
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at:%Y-%m-%d %H:%M}"


class PasswordRecord(models.Model):
    """A password the person has used before, as its hash: not to be chosen again soon."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passwords"
    )
    password = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "用过的密码"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d}"


class EventKind(models.TextChoices):
    """What the security log keeps."""

    LOGIN = "login", "登录"
    LOGOUT = "logout", "退出"
    LOGIN_FAILED = "login_failed", "登录失败"
    CODE_FAILED = "code_failed", "动态码错误"
    LOCKED = "locked", "登录锁定"
    UNLOCKED = "unlocked", "解除锁定"
    CREATED = "created", "新建账号"
    CHANGED = "changed", "修改账号"
    INVITED = "invited", "发出邀请"
    INVITATION_CANCELLED = "invitation_cancelled", "取消邀请"
    RESET = "reset", "重置密码"
    PASSWORD_SET = "password_set", "设置密码"
    ROLE_REQUESTED = "role_requested", "申请角色"
    ROLE_GRANTED = "role_granted", "授予角色"
    ROLE_REFUSED = "role_refused", "不予授予角色"
    SESSION_ENDED = "session_ended", "结束会话"
    SESSION_EXPIRED = "session_expired", "会话超时"
    FACTOR_SET = "factor_set", "启用动态码"
    FACTOR_REMOVED = "factor_removed", "停用动态码"
    RECOVERY_USED = "recovery_used", "使用恢复码"
    RECOVERY_RENEWED = "recovery_renewed", "更换恢复码"
    CLOSED = "closed", "停用账号"
    REOPENED = "reopened", "重新启用账号"


class SecurityEvent(models.Model):
    """One line of the security log: who did what to whose account, from where.

    The database itself refuses to change or delete a line.
    """

    kind = models.CharField("事件", max_length=30, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="操作人",
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="security_events",
        verbose_name="相关账号",
    )
    username = models.CharField("登录时所填用户名", max_length=150, blank=True)
    ip = models.GenericIPAddressField("IP 地址", null=True)
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    detail = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "安全日志"
        default_permissions = ("view",)
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


LINK_LIFETIME = dt.timedelta(days=7)
"""An invitation or a reset waits this long for its person."""
