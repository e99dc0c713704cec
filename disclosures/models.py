"""Proactive disclosure: what was disclosed, and where and when it was posted."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, track

from .choices import WEBSITES, Channel, Force, Form, Theme


def _rule(name: str, condition: Q, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"disclosure_{name}", condition=condition, violation_error_message=message
    )


@track
class Disclosure(Record):
    """One item of government information that the bureau discloses on its own accord."""

    title = models.CharField("信息名称", max_length=160)
    index_number = models.CharField("索引号", max_length=40, help_text="机构代码/年度-五位流水号。")
    document_number = models.CharField("文号", max_length=40, blank=True)
    theme = models.CharField("目录分类", max_length=16, choices=Theme.choices)
    form = models.CharField("体裁", max_length=14, choices=Form.choices)
    produced_on = models.DateField("生成日期", help_text="信息形成或变更的日期，不是公开日期。")
    due_on = models.DateField(
        "公开期限",
        help_text="自形成或变更之日起20个工作日内（《政府信息公开条例》第二十六条），"
        "法律法规另有规定的从其规定。",
    )
    deadline_note = models.CharField("期限说明", max_length=200, blank=True)
    summary = models.TextField("内容概述", max_length=1000)
    keywords = models.CharField("主题词", max_length=100, blank=True)
    deciding_unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="公开审查单位",
        help_text="对能否公开作出决定的单位。",
    )
    reviewed_on = models.DateField(
        "公开审查日期", help_text="公开前须经保密和个人隐私审查（《政府信息公开条例》第十七条）。"
    )
    force = models.CharField("有效性", max_length=10, choices=Force.choices, default=Force.VALID)

    period_field = "produced_on"

    class Meta(Record.Meta):
        verbose_name = "主动公开信息"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["index_number"],
                name="disclosure_index_number_unique",
                violation_error_message="该索引号已经登记，请核对；同一信息的多个渠道在原记录下登记。",
            ),
            _rule(
                "due_after_production",
                Q(due_on__gte=F("produced_on")),
                "公开期限不能早于生成日期，请核对两个日期。",
            ),
            _rule(
                "reviewed_after_production",
                Q(reviewed_on__gte=F("produced_on")),
                "公开审查日期不能早于生成日期，请核对两个日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Figures count postings of approved disclosures: the keys come from the index.
            models.Index(
                fields=["status", "produced_on"], include=["id"], name="disclosure_status"
            ),
            models.Index(fields=["-produced_on", "-id"], name="disclosure_newest"),
        ]

    def __str__(self) -> str:
        return self.title


@track
class Posting(Part):
    """The disclosure on one channel. A figure counts each posting once, in the year it went up."""

    disclosure = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, related_name="postings", verbose_name="公开信息"
    )
    channel = models.CharField("公开渠道", max_length=20, choices=Channel.choices)
    posted_on = models.DateField(
        "公开日期",
        help_text="首次发布的日期。公开条数按本日期计入年度；以后撤下的，当年条数不变。",
    )
    url = models.URLField("网址", max_length=300, blank=True, help_text="网站渠道必填。")
    place = models.CharField(
        "刊播位置", max_length=100, blank=True, help_text="栏目、版面或节目名称。"
    )
    taken_down_on = models.DateField(
        "撤下日期",
        null=True,
        blank=True,
        help_text="发布有误、自始不应公开的，不填本项，由审核人撤销整条信息，撤销后不再计数。",
    )
    take_down_reason = models.CharField("撤下原因", max_length=200, blank=True)

    owner = "disclosure"
    period_field = "posted_on"

    class Meta(Part.Meta):
        verbose_name = "公开发布"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["disclosure", "channel"],
                name="posting_once_per_channel",
                violation_error_message="该信息在此渠道的发布已经登记，同一渠道只计一条，请修改原发布记录。",
            ),
            models.CheckConstraint(
                name="posting_website_url",
                condition=~Q(channel__in=WEBSITES) | ~Q(url=""),
                violation_error_message="在网站公开的须填写网址。",
            ),
            models.CheckConstraint(
                name="posting_taken_down",
                condition=Q(taken_down_on__isnull=True)
                | (Q(taken_down_on__gte=F("posted_on")) & ~Q(take_down_reason="")),
                violation_error_message="撤下日期不能早于公开日期，并须填写撤下原因。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["posted_on"],
                include=["id", "channel", "disclosure"],
                name="posting_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.posted_on}"

    def clean(self) -> None:
        """What one row of the table cannot know: the review that must precede posting."""
        super().clean()
        disclosure = getattr(self, "disclosure", None)
        if disclosure and self.posted_on and self.posted_on < disclosure.reviewed_on:
            raise ValidationError(
                {"posted_on": f"公开日期不能早于公开审查日期（{disclosure.reviewed_on}）。"}
            )
