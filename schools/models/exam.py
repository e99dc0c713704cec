"""What went wrong in public examinations. A year without rows is a year without error."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.records.models import Record, track

from ..validators import not_in_future


class Exam(models.TextChoices):
    COLLEGE = "college", "普通高校招生考试"
    HIGH_SCHOOL = "high_school", "高中阶段学校招生考试"
    ACADEMIC = "academic", "学业水平合格性考试"
    ADULT = "adult", "成人高考和自学考试"
    TEACHER = "teacher", "教师资格考试"


class IncidentKind(models.TextChoices):
    PAPER = "paper", "试卷流转保管"
    ORGANIZATION = "organization", "考务组织"
    EQUIPMENT = "equipment", "设施设备"
    SCORE = "score", "成绩与录取"


@track
class ExamIncident(Record):
    """An error or accident in organising a public examination."""

    period_field = "held_on"

    exam = models.CharField("考试", max_length=20, choices=Exam.choices)
    kind = models.CharField("差错类别", max_length=20, choices=IncidentKind.choices)
    held_on = models.DateField(
        "发生日期",
        validators=[not_in_future],
        help_text="按发生日期计入年度，核实后审核通过的才计数。",
    )
    site = models.CharField("考点", max_length=60, blank=True)
    facts = models.TextField("基本情况")
    handling = models.TextField("处置情况", blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = "招生考试差错"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("held_on")),
                name="exam_incident_closed_after_held",
                violation_error_message="办结日期不能早于发生日期，请核对两个日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "held_on"], name="exam_incident_status_held")
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.get_exam_display()} {self.get_kind_display()}"
