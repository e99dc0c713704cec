"""Training hours of officers, and how many the rules ask for."""

import datetime as dt
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from kernel.records.models import Part, Record, track


class HourKind(models.TextChoices):
    BUSINESS = "business", "业务知识"
    LAW = "law", "法律法规"
    POLITICAL = "political", "政治理论"
    PARTY = "party", "党性教育"


PROFESSIONAL_KINDS = (HourKind.BUSINESS, HourKind.LAW)
"""Kinds that count towards the yearly hours of professional and legal training."""


class HourGroup(models.TextChoices):
    """What a requirement speaks of; each group sums up one or more kinds of hours."""

    PROFESSIONAL = "professional", "业务知识和法律法规"
    POLITICAL = "political", "政治理论教育"
    PARTY = "party", "党性教育"


class Certainty(models.TextChoices):
    """How sure the stored rule is; an unconfirmed one is shown but never applied."""

    VERIFIED = "verified", "已核对原文"
    CORROBORATED = "corroborated", "有文件佐证"
    UNCONFIRMED = "unconfirmed", "待确认"


@track
class TrainingRequirement(Record):
    """Minimum hours per officer in one year: the threshold is data, not code."""

    shared = True
    period_field = "year"

    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000)])
    hour_group = models.CharField("学时类别", max_length=20, choices=HourGroup.choices)
    minimum_hours = models.PositiveSmallIntegerField(
        "每人每年学时下限",
        validators=[MinValueValidator(1)],
        help_text="单位：学时。执法人员年度学时达到或超过下限即为达标。",
    )
    basis = models.CharField("依据", max_length=200)
    certainty = models.CharField(
        "依据核实情况",
        max_length=20,
        choices=Certainty.choices,
        default=Certainty.UNCONFIRMED,
        help_text="“待确认”的要求只供查看，不用于统计。",
    )

    class Meta(Record.Meta):
        verbose_name = "培训学时要求"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["year", "hour_group"],
                name="enforcement_requirement_unique",
                violation_error_message="该年度的同类学时要求已经登记，请打开原记录修改。",
            ),
            models.CheckConstraint(
                condition=Q(minimum_hours__gte=1),
                name="enforcement_requirement_positive",
                violation_error_message="学时下限至少为1学时。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_hour_group_display()}不少于{self.minimum_hours}学时"


@track
class TrainingSession(Record):
    """One training course or lecture."""

    period_field = "held_on"

    title = models.CharField("培训名称", max_length=120)
    kind = models.CharField(
        "学时类型",
        max_length=10,
        choices=HourKind.choices,
        help_text="业务知识和法律法规计入每人每年学时下限；政治理论、党性教育学时另计。",
    )
    held_on = models.DateField("培训日期", help_text="学时计入培训日期所在年度。")
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    organizer = models.CharField("主办单位", max_length=60)
    lecturer = models.CharField("授课人", max_length=40, blank=True)
    place = models.CharField("地点（平台）", max_length=60, blank=True)
    content = models.TextField("培训内容", blank=True)

    class Meta(Record.Meta):
        verbose_name = "执法培训"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(hours__gt=0) & Q(hours__lte=200),
                name="enforcement_session_hours_range",
                violation_error_message="学时须大于0且不超过200，请核对。",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "held_on", "kind"], name="enforcement_session_period")
        ]

    def __str__(self) -> str:
        return self.title


@track
class TrainingAttendance(Part):
    """Hours that one officer earned in one session."""

    owner = "session"
    period_field = "session__held_on"

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="attendances",
        verbose_name="执法培训",
    )
    officer = models.ForeignKey(
        "enforcement.Officer",
        on_delete=models.PROTECT,
        related_name="attendances",
        verbose_name="执法人员",
    )
    hours = models.DecimalField(
        "获得学时", max_digits=4, decimal_places=1, help_text="不超过该次培训的学时。"
    )
    score = models.DecimalField("考核成绩", max_digits=4, decimal_places=1, null=True, blank=True)
    notes = models.CharField("备注", max_length=100, blank=True, help_text="如补训、迟到。")

    class Meta(Part.Meta):
        verbose_name = "培训学时"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["officer", "session"],
                include=["hours"],
                name="enforcement_attendance_unique",
                violation_error_message="该人员在本次培训的学时已经登记，请修改原有明细。",
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0),
                name="enforcement_attendance_hours_positive",
                violation_error_message="获得学时须大于0；未参加的人员不必登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer}：{self.hours}学时"

    def clean(self) -> None:
        """Nobody earns more hours than the session gave."""
        if self.session_id and self.hours is not None and self.hours > self.session.hours:
            raise ValidationError(
                {"hours": f"获得学时不能超过本次培训的{self.session.hours}学时，请核对。"}
            )

    @property
    def held_on(self) -> dt.date:
        """Day of the session, on which the year of the hours depends."""
        return self.session.held_on
