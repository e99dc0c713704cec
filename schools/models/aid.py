"""Financial aid for pupils from families in need."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from kernel.records.models import Record, track
from kernel.records.status import Status


class AidStage(models.TextChoices):
    PRESCHOOL = "preschool", "学前教育"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "普通高中"
    VOCATIONAL = "vocational", "中等职业教育"


WAIVER_STAGES = (AidStage.PRESCHOOL, AidStage.SENIOR, AidStage.VOCATIONAL)
"""Stages that charge fees at all; compulsory education charges none (义务教育法 §2)."""


class AidKind(models.TextChoices):
    WAIVER = "waiver", "免除学费、保教费"
    GRANT = "grant", "助学金"


@track
class StudentAid(Record):
    """Aid under one scheme in one term, for one school or (without school) for a whole stage."""

    period_field = "year"

    school = models.ForeignKey(
        "schools.School",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="student_aid",
        verbose_name="学校",
        help_text="按学段汇总登记的不填，同一项目不得既按学校又按学段登记。",
    )
    stage = models.CharField("学段", max_length=20, choices=AidStage.choices)
    term = models.ForeignKey(
        "schools.SchoolTerm", on_delete=models.PROTECT, related_name="+", verbose_name="学期"
    )
    year = models.PositiveSmallIntegerField(
        "年度", help_text="学期开学所在的年度，资助按此年度汇总。"
    )
    kind = models.CharField("资助方式", max_length=10, choices=AidKind.choices)
    scheme = models.CharField("资助项目", max_length=60, help_text="如“普通高中国家助学金”。")
    beneficiaries = models.PositiveIntegerField(
        "受助人次",
        validators=[MinValueValidator(1)],
        help_text="本学期本项目受助学生数；同一学生两个学期受助计两人次。",
    )
    amount = models.DecimalField(
        "金额（元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text="以元为单位，两位小数；报告以万元表示，不作四舍五入。",
    )
    basis = models.CharField("政策依据", max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = "学生资助"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(beneficiaries__gte=1, amount__gt=0),
                name="student_aid_positive",
                violation_error_message="受助人次和金额都须大于 0,没有资助的不登记。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AidKind.WAIVER) | Q(stage__in=WAIVER_STAGES),
                name="student_aid_waiver_stage",
                violation_error_message=(
                    "义务教育不收学费、杂费（义务教育法第二条）,不登记免除，请更正学段或资助方式。"
                ),
            ),
            models.UniqueConstraint(
                fields=["term", "stage", "kind", "scheme", "school"],
                condition=~Q(status=Status.WITHDRAWN),
                nulls_distinct=False,
                name="student_aid_unique",
                violation_error_message=(
                    "该学期、学段（学校）的同一资助项目已经登记，请打开原记录修改，以免重复计算。"
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "year"], name="student_aid_status_year")
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.get_stage_display()} {self.scheme}"

    def clean(self) -> None:
        super().clean()
        if self.term_id and self.year and self.term.starts_on.year != self.year:
            raise ValidationError(
                {"year": f"该学期开学在 {self.term.starts_on.year} 年，年度应与之一致。"}
            )
