"""The people who sign in, and their roles."""

import datetime as dt
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from kernel.search.models import Searchable

from .bureau import Unit


class Role(models.TextChoices):
    """The seven roles; each is a group of the same name with its permissions (`roles.py`)."""

    CLERK = "clerk", "录入员"
    CHIEF = "chief", "科室负责人"
    LEGAL_REVIEWER = "legal_reviewer", "法制审核员"
    LEADER = "leader", "局领导"
    AUDITOR = "auditor", "审计员"
    ADMINISTRATOR = "administrator", "系统管理员"
    SECURITY_ADMINISTRATOR = "security_administrator", "安全管理员"


BUREAU_WIDE = {
    Role.LEGAL_REVIEWER,
    Role.LEADER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
}
PERSONAL_DATA = {Role.CLERK, Role.CHIEF, Role.LEGAL_REVIEWER}
ADMINISTRATOR_KINDS = {Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR}
"""System, security and audit administration: three people, none of whom can act alone."""


class StaffManager(UserManager["StaffAccount"]):
    """Loads the unit with the account: every page needs both."""

    def get_queryset(self) -> QuerySet["StaffAccount"]:
        return super().get_queryset().select_related("unit")

    def get_by_natural_key(self, username: str | None) -> "StaffAccount":
        """Signing in does not ask for the right case of the letters."""
        return self.get(username__iexact=username)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=["password", "last_login", "search_text"],
)
class StaffAccount(Searchable, AbstractUser):
    """A person of the bureau who signs in. One person, one account.

    `role` is empty until a security administrator grants one; `requested_role` is what the
    system administrator asked for.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="staff", verbose_name="所属单位"
    )
    role = models.CharField("角色", max_length=30, choices=Role.choices, blank=True)
    requested_role = models.CharField(
        "申请角色",
        max_length=30,
        choices=Role.choices,
        blank=True,
        help_text="由安全管理员核准后生效；核准之前，已有的角色不变。",
    )
    display_name = models.CharField("姓名", max_length=30)
    employee_number = models.CharField(
        "工号",
        max_length=30,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9\-]+$", "工号只能包含字母、数字和短横线。")],
        error_messages={"unique": "该工号已有账号。一人一号，请在人员账号中查找原账号。"},
    )
    phone = models.CharField(
        "办公电话",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^[0-9\-]+$", "办公电话只能包含数字和短横线。")],
    )
    must_change_password = models.BooleanField("须修改密码", default=False, editable=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, editable=False)

    search_fields = ("display_name", "username")
    history_hidden = ("is_superuser", "is_staff", "first_name", "last_name", "date_joined")
    objects: ClassVar[StaffManager] = StaffManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "unit", "role"]

    class Meta:
        verbose_name = "人员账号"
        default_permissions = ("view", "add", "change")
        permissions = [("secure_staffaccount", "管理账号安全（角色、锁定、密码、会话、第二因子）")]
        base_manager_name = "objects"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("username"),
                name="staff_username_ignores_case",
                violation_error_message="该用户名已有人使用（不区分大小写），请另取一个。",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def clean(self) -> None:
        super().clean()
        self.employee_number = self.employee_number or None

    def get_full_name(self) -> str:
        return str(self)

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label) if self.role else ""

    @property
    def sees_all_units(self) -> bool:
        """Whether the person works for the whole bureau rather than for one unit."""
        return self.role in BUREAU_WIDE

    @property
    def sees_personal_data(self) -> bool:
        """Whether names and phone numbers of citizens are shown in full."""
        return self.role in PERSONAL_DATA

    @property
    def may_approve_own(self) -> bool:
        """Whether the person may approve what they entered; no role has this by default."""
        return self.has_perm("records.approve_own")

    @property
    def needs_new_password(self) -> bool:
        """Whether the next page is the one for changing the password: told so, or too old."""
        days, since = settings.PASSWORD_MAX_AGE_DAYS, self.password_changed_at or self.date_joined
        expired = bool(days) and timezone.now() - since > dt.timedelta(days=days)
        return self.must_change_password or expired

    def unit_ids(self) -> QuerySet[Any]:
        """Keys of the units in the person's part of the tree, as a subquery."""
        return self.unit.subtree().values("pk")

    def writable_unit_ids(self) -> QuerySet[Any]:
        """Keys of the units for which the person may enter records."""
        units = Unit.objects.filter(active=True)
        return (units if self.sees_all_units else units.filter(pk__in=self.unit_ids())).values("pk")

    def may_write(self, unit_id: int) -> bool:
        """Whether the person may enter or change records of this unit."""
        return (
            self.sees_all_units
            or unit_id == self.unit_id
            or self.unit_ids().filter(pk=unit_id).exists()
        )
