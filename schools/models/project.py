"""Livelihood and key projects, and what they yield when they are finished."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, track
from kernel.records.status import Status

from ..validators import not_in_future


class ProjectKind(models.TextChoices):
    LIVELIHOOD = "livelihood", "为民办实事工程"
    KEY = "key", "重点工程"


@track
class Project(Record):
    """A project on the year's list. A project of several years stands on each year's list."""

    period_field = "year"

    name = models.CharField("工程简称", max_length=60, help_text="对外公开使用的名称。")
    full_name = models.CharField("工程全称", max_length=120, blank=True)
    kind = models.CharField("工程类别", max_length=20, choices=ProjectKind.choices)
    year = models.PositiveSmallIntegerField(
        "列入年度",
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
        help_text="列入该年度为民办实事或重点工程清单，按此年度计数，与竣工时间无关。",
    )
    school = models.ForeignKey(
        "schools.School",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
        verbose_name="受益学校",
    )
    builder = models.CharField("建设单位", max_length=60, blank=True)
    content = models.TextField("建设内容", blank=True)
    investment = models.DecimalField(
        "总投资（元）", max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    document_number = models.CharField("立项文号", max_length=60, blank=True)
    started_on = models.DateField("开工日期", null=True, blank=True)
    planned_on = models.DateField("计划竣工日期", null=True, blank=True)
    completed_on = models.DateField(
        "竣工日期",
        null=True,
        blank=True,
        validators=[not_in_future],
        help_text="竣工验收合格之日；新增学位、床位按此日期计入年度。",
    )

    class Meta(Record.Meta):
        verbose_name = "工程项目"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True)
                | Q(started_on__isnull=False, completed_on__gte=F("started_on")),
                name="project_completed_after_start",
                violation_error_message="填写竣工日期前须先填开工日期，且竣工不能早于开工。",
            ),
            models.CheckConstraint(
                condition=Q(investment__gte=0),
                name="project_investment_not_negative",
                violation_error_message="总投资不能为负数，请以元为单位填写。",
            ),
            models.UniqueConstraint(
                fields=["kind", "year", "name"],
                condition=~Q(status=Status.WITHDRAWN),
                name="project_unique_on_list",
                violation_error_message="该年度清单中已有同类同名工程，请打开原记录修改。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "year"], name="project_status_year"),
            models.Index(fields=["status", "completed_on"], name="project_status_completed"),
        ]

    def __str__(self) -> str:
        return self.name


class OutputKind(models.TextChoices):
    PRIMARY_PLACES = "primary_places", "小学学位（个）"
    JUNIOR_PLACES = "junior_places", "初中学位（个）"
    KINDERGARTEN_PLACES = "kindergarten_places", "幼儿园学位（个）"
    DORM_BEDS = "dorm_beds", "高中学生宿舍床位（个）"
    FLOOR_AREA = "floor_area", "建筑面积（平方米）"


@track
class ProjectOutput(Part):
    """A quantity that a project adds; it counts in the year in which the project is finished."""

    owner = "project"
    period_field = "project__completed_on"

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="outputs", verbose_name="工程项目"
    )
    kind = models.CharField("成果类别", max_length=30, choices=OutputKind.choices)
    quantity = models.PositiveIntegerField("数量", validators=[MinValueValidator(1)])
    remark = models.CharField("说明", max_length=120, blank=True)

    class Meta(Part.Meta):
        verbose_name = "工程成果"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="project_output_positive",
                violation_error_message="数量须至少为 1,没有成果的不登记。",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                name="project_output_unique",
                violation_error_message="该工程的这一类成果已登记，请修改原有数量。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
