"""Emergency drills and the periods in which schools owe one.

中小学每月至少一次、幼儿园每季度至少一次应急疏散演练(教基一厅〔2014〕2号)。
"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, track

from ..validators import not_in_future


class DrillLevel(models.TextChoices):
    SCHOOL = "school", "校级"
    CITY = "city", "市级"


class DrillKind(models.TextChoices):
    EARTHQUAKE = "earthquake", "地震"
    FIRE = "fire", "火灾"
    SCHOOL_BUS = "school_bus", "校车"
    ANTI_VIOLENCE = "anti_violence", "防暴"
    STAMPEDE = "stampede", "防踩踏"
    WEATHER = "weather", "防汛防台风"
    COMPREHENSIVE = "comprehensive", "综合"


class DrillResult(models.TextChoices):
    GOOD = "good", "达到预期"
    PASSED = "passed", "基本达到"
    FAILED = "failed", "未达到，须整改"


@track
class Drill(Record):
    """One emergency drill that was held, by a school or for the whole city."""

    period_field = "held_on"

    level = models.CharField(
        "层级", max_length=10, choices=DrillLevel.choices, default=DrillLevel.SCHOOL
    )
    school = models.ForeignKey(
        "schools.School",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="drills",
        verbose_name="学校",
        help_text="校级演练必填；市级演练不填。",
    )
    name = models.CharField("演练名称", max_length=80)
    kind = models.CharField("演练类型", max_length=20, choices=DrillKind.choices)
    held_on = models.DateField(
        "演练日期",
        validators=[not_in_future],
        help_text="按演练当日计入所在月份（中小学）或季度（幼儿园）。",
    )
    place = models.CharField("演练地点", max_length=80, blank=True)
    participants = models.PositiveIntegerField("参演人数", validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField("用时（分钟）", validators=[MinValueValidator(1)])
    evacuation_seconds = models.PositiveSmallIntegerField(
        "疏散用时（秒）", null=True, blank=True, help_text="从发出警报到最后一人到达集合点。"
    )
    commander = models.CharField("总指挥", max_length=30, blank=True)
    result = models.CharField(
        "评估结论", max_length=10, choices=DrillResult.choices, default=DrillResult.GOOD
    )
    evaluation = models.TextField("评估与改进", blank=True)
    partners = models.ManyToManyField(
        "organization.Agency",
        through="schools.DrillPartner",
        related_name="+",
        blank=True,
        verbose_name="参与部门",
    )

    class Meta(Record.Meta):
        verbose_name = "应急演练"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(level=DrillLevel.SCHOOL, school__isnull=False)
                | Q(level=DrillLevel.CITY, school__isnull=True),
                name="drill_school_matches_level",
                violation_error_message="校级演练须选择学校，市级演练不选学校，请更正层级或学校。",
            ),
            models.CheckConstraint(
                condition=Q(participants__gte=1, minutes__gte=1),
                name="drill_has_people_and_time",
                violation_error_message="参演人数和用时都须至少为 1,请填写实际数字。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "held_on"], name="drill_status_held"),
            models.Index(fields=["school", "status", "held_on"], name="drill_school_status_held"),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.held_on})"

    def clean(self) -> None:
        """A school that was not yet open, or already closed, held no drill."""
        super().clean()
        school = self.school
        if school is None or self.held_on is None:
            return
        if self.held_on < school.opened_on or (
            school.closed_on is not None and self.held_on >= school.closed_on
        ):
            raise ValidationError({"held_on": "演练日期不在该校办学期间，请核对学校和日期。"})


@track
class DrillPartner(models.Model):
    """A department that takes part in a drill."""

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, verbose_name="应急演练")
    agency = models.ForeignKey(
        "organization.Agency", on_delete=models.CASCADE, verbose_name="参与部门"
    )

    class Meta:
        verbose_name = "参与部门"
        default_permissions = ()
        # The table that Django made for the field before its links were kept.
        db_table = "schools_drill_partners"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["drill", "agency"], name="schools_drill_partner_unique")
        ]

    def __str__(self) -> str:
        return str(self.agency)


class Frequency(models.TextChoices):
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"


@track
class DrillObligation(Part):
    """A month or quarter in which a school owes at least one drill. Generated, never typed."""

    owner = "school"
    period_field = "period_start"

    school = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        related_name="drill_obligations",
        verbose_name="学校",
    )
    frequency = models.CharField("频次", max_length=10, choices=Frequency.choices)
    period_start = models.DateField("期间起")
    period_end = models.DateField("期间止", help_text="当日计入期间。")

    class Meta:
        verbose_name = "演练应办期间"
        default_permissions = ("view",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["school", "frequency", "period_start"],
                name="drill_obligation_unique",
                violation_error_message="该校本期演练任务已经生成。",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="drill_obligation_period_order",
                violation_error_message="期间止不能早于期间起，请核对。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["period_start"], name="drill_obligation_period")
        ]

    def __str__(self) -> str:
        if self.frequency == Frequency.QUARTER:
            return f"{self.period_start:%Y}年第{(self.period_start.month + 2) // 3}季度"
        return f"{self.period_start.year}年{self.period_start.month}月"
