"""Joint operations on the training market: who went out and what was visited."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, track


class OperationLevel(models.TextChoices):
    CITY = "city", "市级层面"
    TOWNSHIP = "township", "区镇层面"


@track
class JointOperation(Record):
    """One inspection of the training market by several departments."""

    period_field = "held_on"

    title = models.CharField("检查名称", max_length=120)
    campaign = models.CharField("专项行动", max_length=80, blank=True)
    level = models.CharField("组织层面", max_length=10, choices=OperationLevel.choices)
    held_on = models.DateField("检查日期", help_text="联合检查计入检查日期所在年度。")
    finished_on = models.DateField("结束日期", null=True, blank=True)
    agencies = models.ManyToManyField(
        "organization.Agency",
        through="enforcement.OperationAgency",
        related_name="+",
        verbose_name="参加部门",
        help_text="联合检查至少有两个部门参加。",
    )
    area = models.CharField("检查区域", max_length=80, blank=True)
    summary = models.TextField("检查情况", blank=True)

    class Meta(Record.Meta):
        verbose_name = "校外培训联合检查"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("held_on")),
                name="enforcement_operation_finished_after_start",
                violation_error_message="结束日期不能早于检查日期，请核对两个日期。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "held_on"],
                include=["id", "level"],
                name="enforcement_operation_period",
            )
        ]

    def __str__(self) -> str:
        return self.title


@track
class OperationAgency(models.Model):
    """A department that takes part in a joint operation."""

    operation = models.ForeignKey(JointOperation, on_delete=models.CASCADE, verbose_name="联合检查")
    agency = models.ForeignKey(
        "organization.Agency", on_delete=models.PROTECT, verbose_name="参加部门"
    )

    class Meta:
        verbose_name = "参加部门"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "agency"], name="enforcement_operation_agency_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


class PatrolRole(models.TextChoices):
    PATROL = "patrol", "巡查组"
    HANDLING = "handling", "违规培训处置组"
    OFFICER = "officer", "执法人员"


@track
class PatrolMember(Part):
    """People sent out in an operation: a team by headcount, an officer by name."""

    owner = "operation"
    period_field = "operation__held_on"

    operation = models.ForeignKey(
        JointOperation,
        on_delete=models.CASCADE,
        related_name="members",
        verbose_name="联合检查",
    )
    role = models.CharField(
        "出动类别",
        max_length=10,
        choices=PatrolRole.choices,
        help_text="巡查组和处置组人次按人数合计；执法人员逐人登记，每人每次计1人次。",
    )
    headcount = models.PositiveSmallIntegerField("人数", default=1)
    officer = models.ForeignKey(
        "enforcement.Officer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="patrols",
        verbose_name="执法人员",
    )
    sent_by = models.CharField("派出单位", max_length=60, blank=True)

    class Meta(Part.Meta):
        verbose_name = "出动人员"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="enforcement_member_headcount_positive",
                violation_error_message="人数至少为1。",
            ),
            models.CheckConstraint(
                condition=Q(role=PatrolRole.OFFICER, headcount=1, officer__isnull=False)
                | (~Q(role=PatrolRole.OFFICER) & Q(officer__isnull=True)),
                name="enforcement_member_officer_named",
                violation_error_message="执法人员须逐人登记（人数为1并选定人员）；巡查组、处置组只填人数，不选人员。",
            ),
            models.UniqueConstraint(
                fields=["operation", "officer"],
                name="enforcement_member_officer_unique",
                violation_error_message="该执法人员在本次检查中已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.officer or f"{self.get_role_display()}{self.headcount}人")

    def clean(self) -> None:
        """Nobody enforces without a valid certificate (行政处罚法 §42)."""
        if self.operation_id and self.officer_id:
            why = self.officer.refusal_on(self.operation.held_on)  # type: ignore[union-attr]
            if why:
                raise ValidationError({"officer": why})


class VisitFinding(models.TextChoices):
    NORMAL = "normal", "未发现问题"
    CLOSED = "closed", "未开展培训"
    REMINDED = "reminded", "当场提醒改进"
    VIOLATION = "violation", "发现违规"


@track
class InspectionVisit(Part):
    """One call at one subject: every call counts, also at the same subject (家次)."""

    owner = "operation"
    period_field = "operation__held_on"

    operation = models.ForeignKey(
        JointOperation,
        on_delete=models.CASCADE,
        related_name="visits",
        verbose_name="联合检查",
    )
    subject = models.ForeignKey(
        "enforcement.InspectionSubject",
        on_delete=models.PROTECT,
        related_name="visits",
        verbose_name="巡查对象",
    )
    visited_on = models.DateField(
        "巡查日期", help_text="须在本次检查期间内；家次计入联合检查所在年度。"
    )
    sequence = models.PositiveSmallIntegerField(
        "当日第几次",
        default=1,
        validators=[MinValueValidator(1)],
        help_text="同一对象当日复查的，填2、3……；每次各计1家次。",
    )
    finding = models.CharField(
        "巡查情况", max_length=10, choices=VisitFinding.choices, default=VisitFinding.NORMAL
    )
    notes = models.CharField("说明", max_length=200, blank=True)

    class Meta(Part.Meta):
        verbose_name = "巡查家次"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["operation", "subject", "visited_on", "sequence"],
                name="enforcement_visit_unique",
                violation_error_message="该对象当日的这次巡查已经登记；当日复查请填下一个次数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}({self.visited_on:%Y-%m-%d})"

    def clean(self) -> None:
        """A visit falls on the days of its operation."""
        if not self.operation_id or not self.visited_on:
            return
        first = self.operation.held_on
        last = self.operation.finished_on or first
        if not first <= self.visited_on <= last:
            raise ValidationError(
                {"visited_on": f"巡查日期须在本次检查期间（{first}至{last}）内，请核对。"}
            )
