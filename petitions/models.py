"""Petitions of the public: one model for all three channels, so that they count alike."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from kernel.privacy.fields import EncryptedCharField, blind_index
from kernel.records.models import Due, Record, track
from kernel.values.codes import valid_phone
from organization.levels import LevelField

from .choices import Category, Channel, Conclusion, Outcome, Purpose, Rating

DUE = Due("due_on", done="closed_on", extended="extended_to")
DEADLINE = DUE.day
"""The day by which a petition must be closed: the extended one where an extension was granted."""


def _rule(name: str, condition: Q, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"petition_{name}", condition=condition, violation_error_message=message
    )


@track
class Petition(Record):
    """A petition, hotline ticket or mailbox letter, from arrival to the petitioner's rating."""

    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    level = LevelField("来源层级", help_text="交办或转来本件的平台所属层级。")
    number = models.CharField("编号", max_length=40, help_text="信访件编号、工单号或来信编号。")
    received_on = models.DateField("收到日期")
    outcome = models.CharField(
        "甄别结果", max_length=12, choices=Outcome.choices, default=Outcome.PENDING
    )
    outcome_reason = models.CharField(
        "不予受理或转送理由", max_length=200, blank=True, help_text="不予受理、转送或退单时必填。"
    )
    accepted_on = models.DateField(
        "受理日期",
        null=True,
        blank=True,
        help_text="决定受理的日期。受理件数按本日期计入年度，不按收到日期计。",
    )
    notified_on = models.DateField(
        "受理告知日期",
        null=True,
        blank=True,
        help_text="收到后15日内书面告知信访人（《信访工作条例》第二十三条）。",
    )
    due_on = models.DateField(
        "办理期限",
        null=True,
        blank=True,
        help_text="应办结的最后一日，当日办结不算逾期。受理件必填，按交办平台要求填写。",
    )
    extended_to = models.DateField(
        "延期至", null=True, blank=True, help_text="经负责人批准延期的，填写延期后的最后一日。"
    )
    extension_reason = models.CharField("延期理由", max_length=200, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    closed_on = models.DateField(
        "办结日期",
        null=True,
        blank=True,
        help_text="在办理期限（延期的以延期后期限为准）当日或之前办结的，计为按时办结。",
    )
    conclusion = models.CharField("处理结论", max_length=14, choices=Conclusion.choices, blank=True)
    rating = models.CharField(
        "满意度评价",
        max_length=12,
        choices=Rating.choices,
        blank=True,
        help_text="信访人对办理结果的评价，未评价的留空。满意率=（满意+基本满意）÷已评价件数。",
    )
    subject = models.CharField("标题", max_length=120)
    content = models.TextField("诉求内容", max_length=4000)
    category = models.CharField("内容分类", max_length=14, choices=Category.choices)
    purpose = models.CharField("诉求目的", max_length=12, choices=Purpose.choices)
    petitioner = models.CharField("诉求人", max_length=60, blank=True, help_text="匿名来件留空。")
    people = models.PositiveSmallIntegerField(
        "涉及人数", default=1, validators=[MinValueValidator(1)]
    )
    phone = EncryptedCharField(
        "联系电话", max_length=20, blank=True, searchable=True, validators=[valid_phone]
    )
    petitioner_address = EncryptedCharField("住址", max_length=120, blank=True)
    handling_unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="承办单位",
        help_text="受理件必填。",
    )
    reply = models.TextField("答复内容", max_length=4000, blank=True)
    school = models.ForeignKey(
        "schools.School",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="涉及学校",
    )
    inspection_subject = models.ForeignKey(
        "enforcement.InspectionSubject",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="涉及检查对象",
    )

    period_field = "accepted_on"
    due = DUE

    class Meta(Record.Meta):
        verbose_name = "信访诉求件"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["channel", "number"],
                name="petition_number_unique",
                violation_error_message="该渠道已登记过同一编号，请打开原记录办理（已撤销的请恢复）。",
            ),
            _rule(
                "acceptance",
                Q(outcome=Outcome.ACCEPTED, accepted_on__isnull=False)
                | (~Q(outcome=Outcome.ACCEPTED) & Q(accepted_on__isnull=True)),
                "甄别结果为“受理”的须填写受理日期，其他结果不得填写受理日期。",
            ),
            _rule(
                "accepted_complete",
                ~Q(outcome=Outcome.ACCEPTED) | Q(due_on__isnull=False, handling_unit__isnull=False),
                "受理件须填写办理期限和承办单位。",
            ),
            _rule(
                "accepted_after_receipt",
                Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("received_on")),
                "受理日期不能早于收到日期，请核对两个日期。",
            ),
            _rule(
                "notified_after_receipt",
                Q(notified_on__isnull=True) | Q(notified_on__gte=F("received_on")),
                "受理告知日期不能早于收到日期，请核对两个日期。",
            ),
            _rule(
                "refusal_reason",
                ~Q(outcome__in=[Outcome.REJECTED, Outcome.TRANSFERRED]) | ~Q(outcome_reason=""),
                "不予受理、转送或退单须说明理由。",
            ),
            _rule(
                "due_after_acceptance",
                Q(due_on__isnull=True) | Q(accepted_on__isnull=False, due_on__gte=F("accepted_on")),
                "办理期限只能用于受理件，且不能早于受理日期。",
            ),
            _rule(
                "extension",
                Q(extended_to__isnull=True)
                | (Q(due_on__isnull=False, extended_to__gt=F("due_on")) & ~Q(extension_reason="")),
                "延期后的期限须晚于原办理期限，并填写延期理由。",
            ),
            _rule(
                "replied_after_acceptance",
                Q(replied_on__isnull=True)
                | (Q(accepted_on__isnull=False, replied_on__gte=F("accepted_on")) & ~Q(reply="")),
                "答复日期只能用于受理件，不能早于受理日期，并须填写答复内容。",
            ),
            _rule(
                "closed_after_reply",
                Q(closed_on__isnull=True)
                | Q(replied_on__isnull=False, closed_on__gte=F("replied_on")),
                "办结前须先答复：请填写答复日期，办结日期不能早于答复日期。",
            ),
            _rule(
                "rating_when_closed",
                Q(rating="") | Q(closed_on__isnull=False),
                "只有已办结的件才能登记满意度评价，请先填写办结日期。",
            ),
            _rule(
                "mailbox_level",
                ~Q(channel=Channel.MAILBOX) | Q(level__in=["prefecture", "county"]),
                "市长信箱来信的层级只能是设区市或县（市）两级。",
            ),
            _rule("people", Q(people__gte=1), "涉及人数至少为1人。"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the figures from the index alone: all that their conditions read is in it.
            models.Index(
                fields=["status", "accepted_on"],
                include=["id", "channel", "level", "rating", "closed_on", "due_on", "extended_to"],
                name="petition_figures",
            ),
            models.Index(fields=["-received_on", "-id"], name="petition_newest"),
            blind_index("phone", name="petition_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.number}"
