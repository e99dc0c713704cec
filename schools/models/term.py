"""School terms: the time in which schools owe a drill every month."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from kernel.records.models import Record, Validity, track


def days(start: str, end: str) -> Func:
    """The days from one date field to another, both included, as a range."""
    bounds = RangeBoundary(inclusive_lower=True, inclusive_upper=True)
    return Func(F(start), F(end), bounds, function="DATERANGE", output_field=DateRangeField())


@track
class SchoolTerm(Record):
    """One of the two terms of a school year, for all schools of the county."""

    period_field = "starts_on"
    validity = Validity(start="starts_on", end="ends_on", end_inclusive=True)
    shared = True

    name = models.CharField("学期名称", max_length=40, help_text="如“2022—2023学年第二学期”。")
    starts_on = models.DateField("开学日期", help_text="学生到校第一天。")
    ends_on = models.DateField(
        "放假日期",
        help_text="学期最后一天，当日计入学期。当月有任何一天在学期内，中小学即应演练一次。",
    )
    document_number = models.CharField("校历文号", max_length=60, blank=True)

    class Meta(Record.Meta):
        verbose_name = "学期"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="school_term_ends_after_start",
                violation_error_message="放假日期必须晚于开学日期，请核对两个日期。",
            ),
            ExclusionConstraint(
                name="school_term_no_overlap",
                expressions=[(days("starts_on", "ends_on"), RangeOperators.OVERLAPS)],
                violation_error_message=(
                    "与已登记的学期（含已撤销的）日期重叠，请改正日期，或打开、恢复原学期。"
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "starts_on"], name="school_term_status_start")
        ]

    def __str__(self) -> str:
        return self.name
