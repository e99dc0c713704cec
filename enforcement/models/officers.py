"""Law-enforcement officers and their certificates (执法人员名录库)."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum

from kernel.records.models import Record, Validity, track

from .training import PROFESSIONAL_KINDS


class CertificateStatus(models.TextChoices):
    """State that an authority gave the certificate; expiry follows from `valid_to`."""

    VALID = "valid", "有效"
    SUSPENDED = "suspended", "暂扣"
    CANCELLED = "cancelled", "注销"


class EnforcementField(models.TextChoices):
    EDUCATION = "education", "教育"
    SPORTS = "sports", "体育"
    BOTH = "both", "教育、体育"


@dataclass(frozen=True)
class HeldCertificate(Validity):
    """Certified on a day: certificate in its term and not taken away, person in service.

    A certificate suspended or cancelled later still counts for the days before, so that the
    figure of an earlier year does not change afterwards.
    """

    def q(self, day: dt.date, prefix: str = "") -> Q:
        taken_later = Q(**{f"{prefix}status_changed_on__gt": day})
        intact = Q(**{f"{prefix}certificate_status": CertificateStatus.VALID}) | taken_later
        not_left = Q(**{f"{prefix}left_on__isnull": True}) | Q(**{f"{prefix}left_on__gt": day})
        return super().q(day, prefix) & intact & Q(**{f"{prefix}joined_on__lte": day}) & not_left


@track
class Officer(Record):
    """A person of the bureau who holds, or held, an enforcement certificate."""

    shared = True
    validity = HeldCertificate("issued_on", "valid_to", end_inclusive=True)

    name = models.CharField("姓名", max_length=30)
    certificate_number = models.CharField(
        "执法证号",
        max_length=20,
        unique=True,
        error_messages={"unique": "该执法证号已经登记，请打开原记录修改。"},
    )
    enforcement_field = models.CharField(
        "执法类别",
        max_length=10,
        choices=EnforcementField.choices,
        default=EnforcementField.EDUCATION,
    )
    issued_on = models.DateField(
        "首次发证日期", help_text="换证时不变；中断后重新领证的，另登记一条。"
    )
    valid_to = models.DateField("有效期至", help_text="当日仍有效；换证后改为新证的有效期。")
    certificate_status = models.CharField(
        "证件状态",
        max_length=10,
        choices=CertificateStatus.choices,
        default=CertificateStatus.VALID,
        help_text="过期由有效期自动判断。暂扣、注销须填状态变更日期，自该日起不计入持证人数。",
    )
    status_changed_on = models.DateField("状态变更日期", null=True, blank=True)
    post = models.CharField("岗位", max_length=40, blank=True)
    on_post = models.BooleanField("在岗", default=True)
    staffed = models.BooleanField("在编", default=True)
    joined_on = models.DateField("到岗日期", help_text="自该日起计入本机关执法人员。")
    left_on = models.DateField(
        "离岗日期", null=True, blank=True, help_text="调离、退休之日，自该日起不再计入。"
    )
    exam_passed_on = models.DateField("资格考试通过日期", null=True, blank=True)
    remarks = models.TextField("奖惩及备注", blank=True)

    class Meta(Record.Meta):
        verbose_name = "执法人员"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("issued_on")),
                name="enforcement_officer_valid_after_issue",
                violation_error_message="有效期不能早于发证日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(certificate_status=CertificateStatus.VALID)
                | Q(status_changed_on__isnull=False),
                name="enforcement_officer_change_dated",
                violation_error_message="证件暂扣或注销须填写状态变更日期。",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="enforcement_officer_left_after_joined",
                violation_error_message="离岗日期须晚于到岗日期，请核对两个日期。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "issued_on", "valid_to"], name="enforcement_officer_period"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def certified_on(self, day: dt.date) -> bool:
        """Whether the person may take part in enforcement on `day` (行政处罚法 §42)."""
        intact = self.certificate_status == CertificateStatus.VALID or (
            self.status_changed_on is not None and self.status_changed_on > day
        )
        in_service = self.joined_on <= day and (self.left_on is None or self.left_on > day)
        return self.issued_on <= day <= self.valid_to and intact and in_service

    def refusal_on(self, day: dt.date) -> str | None:
        """Why the person may not be sent out on `day`, in words; `None` when they may."""
        if self.certified_on(day):
            return None
        return (
            f"{self.name}在{day.isoformat()}没有有效的执法证(证号{self.certificate_number}，"
            f"有效期至{self.valid_to.isoformat()})，不得上岗执法，请改派持证人员或先更新证件信息。"
        )

    @property
    def hours_by_year(self) -> str:
        """Business and law hours of approved sessions, year by year, in words."""
        totals = (
            self.attendances.counted()
            .filter(session__kind__in=PROFESSIONAL_KINDS)
            .values_list("session__held_on__year")
            .annotate(Sum("hours"))
            .order_by("-session__held_on__year")
        )
        return "；".join(f"{year}年{hours.normalize():f}学时" for year, hours in totals)
