"""The directory of schools and kindergartens."""

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Record, Validity, track
from kernel.values.codes import valid_credit_code, valid_phone


class Stage(models.TextChoices):
    """Kind of school by the stage it teaches."""

    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初级中学"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    SENIOR = "senior", "普通高中"
    VOCATIONAL = "vocational", "中等职业学校"
    SPECIAL = "special", "特殊教育学校"
    KINDERGARTEN = "kindergarten", "幼儿园"


COMPULSORY_STAGES = (Stage.PRIMARY, Stage.JUNIOR, Stage.NINE_YEAR, Stage.SPECIAL)
"""Stages of compulsory education (义务教育法 §2, §19)."""


class SchoolOwnership(models.TextChoices):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"


@track
class School(Record):
    """A school or kindergarten. `unit` is its own place in the tree of units."""

    period_field = "opened_on"
    validity = Validity(start="opened_on", end="closed_on")
    shared = True

    stage = models.CharField("学段类别", max_length=20, choices=Stage.choices)
    ownership = models.CharField(
        "办学性质",
        max_length=10,
        choices=SchoolOwnership.choices,
        default=SchoolOwnership.PUBLIC,
    )
    school_code = models.CharField(
        "学校标识码",
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^\d{10}$", "学校标识码为 10 位数字。")],
        error_messages={"unique": "该学校标识码已经登记，请核对或打开原记录修改。"},
    )
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, validators=[valid_credit_code]
    )
    principal = models.CharField("校长（园长）", max_length=30)
    phone = models.CharField("联系电话", max_length=20, blank=True, validators=[valid_phone])
    address = models.CharField("校址", max_length=120, blank=True)
    opened_on = models.DateField(
        "开办日期", help_text="批准设立并开始办学的日期，当日起计入在办学校。"
    )
    closed_on = models.DateField(
        "停办日期", null=True, blank=True, help_text="撤并或终止办学之日，当日起不再计入在办学校。"
    )
    classes = models.PositiveSmallIntegerField("班级数", validators=[MinValueValidator(1)])
    pupils = models.PositiveIntegerField("在校（园）学生数")
    staff = models.PositiveIntegerField("教职工数")
    boarding = models.BooleanField("寄宿制", default=False)

    class Meta(Record.Meta):
        verbose_name = "学校"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit"],
                name="school_unit_unique",
                violation_error_message="该单位已登记为学校，一个单位只登记一次，请打开原记录修改。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="school_closed_after_opened",
                violation_error_message="停办日期必须晚于开办日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=~(Q(stage=Stage.KINDERGARTEN) & Q(boarding=True)),
                name="school_kindergarten_not_boarding",
                violation_error_message="幼儿园不登记为寄宿制，请取消“寄宿制”或更正学段类别。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "opened_on"], name="school_status_opened"),
            models.Index(fields=["stage"], name="school_stage"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The unit's name; join `unit` where many schools are listed."""
        return str(self.unit.name)

    @property
    def is_kindergarten(self) -> bool:
        return self.stage == Stage.KINDERGARTEN
