"""Violations found, and orders to rectify. An order is not a penalty (行政处罚法 §9, §28)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.records.models import Due, Record, track


class ViolationKind(models.TextChoices):
    NO_LICENCE = "no_licence", "无证办学"
    SUBJECT_TUTORING = "subject_tutoring", "违规开展学科类培训"
    HOLIDAY_TUTORING = "holiday_tutoring", "节假日、寒暑假开展学科类培训"
    PREPAID_FEE = "prepaid_fee", "超标准、超周期预收费"
    BEYOND_SCOPE = "beyond_scope", "超出许可范围培训"
    SAFETY = "safety", "场所安全隐患"
    ADVERTISING = "advertising", "违规招生宣传"
    STAFF = "staff", "从业人员不符合要求"
    OTHER = "other", "其他"


@track
class Violation(Record):
    """One violation that an operation found at one subject."""

    period_field = "found_on"

    operation = models.ForeignKey(
        "enforcement.JointOperation",
        on_delete=models.PROTECT,
        related_name="violations",
        verbose_name="联合检查",
    )
    subject = models.ForeignKey(
        "enforcement.InspectionSubject",
        on_delete=models.PROTECT,
        related_name="violations",
        verbose_name="违规对象",
    )
    number = models.CharField(
        "登记编号",
        max_length=40,
        unique=True,
        error_messages={"unique": "该登记编号已经使用，请打开原记录修改。"},
    )
    found_on = models.DateField(
        "发现日期", help_text="查处数按发现日期所在年度统计，一次违规计1个。"
    )
    kind = models.CharField("违规类型", max_length=20, choices=ViolationKind.choices)
    facts = models.TextField("违规事实")
    legal_basis = models.CharField("违反的规定", max_length=200, blank=True)
    pupils = models.PositiveSmallIntegerField("现场学生人数", null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = "培训违规"
        constraints: ClassVar[list[models.BaseConstraint]] = [*Record.Meta.constraints]
        indexes = [
            models.Index(
                fields=["status", "found_on"],
                include=["id", "subject"],
                name="enforcement_violation_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"


class OrderResult(models.TextChoices):
    PENDING = "pending", "待复查"
    RECTIFIED = "rectified", "已整改"
    PARTLY = "partly", "部分整改"
    REFUSED = "refused", "拒不整改"


@track
class RectificationOrder(Record):
    """An order to rectify a violation, given on the spot or later in writing."""

    period_field = "issued_on"
    due = Due("deadline", done="rechecked_on")

    violation = models.ForeignKey(
        Violation,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # the index below begins with it
        verbose_name="培训违规",
    )
    number = models.CharField(
        "文书编号",
        max_length=40,
        unique=True,
        error_messages={"unique": "该文书编号已经使用，请打开原记录修改。"},
    )
    on_site = models.BooleanField(
        "现场责令", default=True, help_text="检查现场当场发出的责令整改，计入现场责令整改数。"
    )
    issued_on = models.DateField("责令日期")
    requirement = models.TextField("整改要求")
    deadline = models.DateField("整改期限", null=True, blank=True)
    rechecked_on = models.DateField("复查日期", null=True, blank=True)
    result = models.CharField(
        "整改结果", max_length=10, choices=OrderResult.choices, default=OrderResult.PENDING
    )

    class Meta(Record.Meta):
        verbose_name = "责令整改"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(deadline__isnull=True) | Q(deadline__gte=F("issued_on")),
                name="enforcement_order_deadline_after_issue",
                violation_error_message="整改期限不能早于责令日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_on__isnull=True) | Q(rechecked_on__gte=F("issued_on")),
                name="enforcement_order_recheck_after_issue",
                violation_error_message="复查日期不能早于责令日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(result=OrderResult.PENDING) | Q(rechecked_on__isnull=False),
                name="enforcement_order_result_rechecked",
                violation_error_message="填写整改结果前须填写复查日期。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["violation"],
                include=["status", "on_site"],
                name="enforcement_order_violation",
            )
        ]

    def __str__(self) -> str:
        return self.number
