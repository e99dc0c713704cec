"""Meetings of the bureau at which rule-of-law work and other matters are decided."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, TextChoices

from kernel.records.models import Record, track


class MeetingKind(TextChoices):
    RULE_OF_LAW = "rule_of_law_special", "法治建设专题会议"
    PARTY_GROUP = "party_group", "局党组会议"
    OFFICE = "office", "局行政办公例会"
    STUDY = "study", "党组理论学习中心组学习会"
    EMERGENCY_DUTY = "emergency_duty", "应急值守工作专题会议"
    OTHER = "other", "其他会议"


@track
class Meeting(Record):
    """One meeting that was held, with what it dealt with and decided."""

    title = models.CharField("会议名称", max_length=120)
    kind = models.CharField(
        "会议类别",
        max_length=20,
        choices=MeetingKind.choices,
        help_text="专门研究法治建设的会议选“法治建设专题会议”；"
        "党组会、办公例会中含法治议题的，选会议本来的类别并勾选“含法治议题”。",
    )
    held_on = models.DateField("召开日期", help_text="会议次数按本日期计入年度。")
    place = models.CharField("地点", max_length=60, blank=True)
    chair = models.CharField("主持人", max_length=30)
    chaired_by_head = models.BooleanField("主要负责人主持", default=False)
    rule_of_law_item = models.BooleanField("含法治议题", default=False)
    participants = models.PositiveSmallIntegerField("出席人数", validators=[MinValueValidator(1)])
    agenda = models.TextField("议题", max_length=2000)
    decisions = models.TextField("议定事项", max_length=4000, blank=True)

    period_field = "held_on"

    class Meta(Record.Meta):
        verbose_name = "会议"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "held_on", "title"],
                name="meeting_unique",
                violation_error_message="该会议已经登记，请打开原记录修改。",
            ),
            models.CheckConstraint(
                name="meeting_participants",
                condition=Q(participants__gte=1),
                violation_error_message="出席人数至少为1人。",
            ),
            models.CheckConstraint(
                name="meeting_special_item",
                condition=~Q(kind=MeetingKind.RULE_OF_LAW) | Q(rule_of_law_item=True),
                violation_error_message="法治建设专题会议须勾选“含法治议题”。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "held_on"], name="meeting_held"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.held_on}）"
