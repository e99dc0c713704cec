"""Normative documents: how they came about, and from when to when they bind."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextChoices

from kernel.records.models import Record, Validity, track


@dataclass(frozen=True)
class Term(Validity):
    """In force until repealed or, where a last day was set, until the end of that day."""

    last_day: str = ""

    def q(self, day: dt.date, prefix: str = "") -> Q:
        last = f"{prefix}{self.last_day}"
        unexpired = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": day})
        return super().q(day, prefix) & unexpired


class DocumentKind(TextChoices):
    NORMATIVE = "normative", "行政规范性文件"
    INTERNAL = "internal", "内部管理制度"
    POLICY = "policy", "政策性文件"
    PLAN = "plan", "工作方案"


class IssuingMode(TextChoices):
    FORMULATE = "formulate", "制定"
    REVISE = "revise", "修订"


class EnforcementSystem(TextChoices):
    """The three systems of administrative enforcement (国办发〔2018〕118号)."""

    PUBLICITY = "publicity", "行政执法公示制度"
    RECORDING = "recording", "行政执法全过程记录制度"
    LEGAL_REVIEW = "legal_review", "重大执法决定法制审核制度"


class CleanUp(TextChoices):
    """Conclusion of the last clean-up of documents."""

    KEEP = "keep", "继续有效"
    AMEND = "amend", "予以修改"
    REPEAL = "repeal", "予以废止"
    INVALID = "invalid", "宣布失效"


def _rule(name: str, condition: Q, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"document_{name}", condition=condition, violation_error_message=message
    )


def _not_before(later: str, earlier: str) -> Q:
    """`later` is empty, or `earlier` is filled in and not after it."""
    return Q(**{f"{later}__isnull": True}) | Q(
        **{f"{earlier}__isnull": False, f"{later}__gte": F(earlier)}
    )


@track
class NormativeDocument(Record):
    """A document of the bureau, from drafting to repeal."""

    title = models.CharField("文件名称", max_length=120, help_text="不加书名号。")
    number = models.CharField("文号", max_length=40, blank=True)
    kind = models.CharField("文件类别", max_length=12, choices=DocumentKind.choices)
    issuing_mode = models.CharField("制发方式", max_length=10, choices=IssuingMode.choices)
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name="被替代文件",
        help_text="修订的文件填写原文件；原文件的废止日期另在原记录登记。",
    )
    enforcement_system = models.CharField(
        "行政执法三项制度",
        max_length=14,
        choices=EnforcementSystem.choices,
        blank=True,
        help_text="本文件建立三项制度之一的，选择该制度；配套文件留空。"
        "同一制度有多个有效文件时，制度数只计一项。",
    )
    upper_law = models.CharField("制定依据", max_length=200, blank=True)
    trial = models.BooleanField("试行或暂行", default=False)
    consulted_from = models.DateField("征求意见开始", null=True, blank=True)
    consulted_until = models.DateField("征求意见结束", null=True, blank=True)
    reviewed_on = models.DateField(
        "合法性审核日期", null=True, blank=True, help_text="行政规范性文件印发前必经。"
    )
    review_opinion = models.CharField("合法性审核意见", max_length=300, blank=True)
    decided_on = models.DateField(
        "集体讨论决定日期", null=True, blank=True, help_text="行政规范性文件印发前必经。"
    )
    issued_on = models.DateField("印发日期", null=True, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    filed_on = models.DateField("报送备案日期", null=True, blank=True)
    interpretation_url = models.URLField("解读网址", max_length=300, blank=True)
    effective_on = models.DateField(
        "施行日期", null=True, blank=True, help_text="自本日起有效；起草中的文件留空。"
    )
    expires_on = models.DateField(
        "有效期至", null=True, blank=True, help_text="当日仍有效，次日起失效。试行、暂行的必填。"
    )
    repealed_on = models.DateField(
        "废止日期", null=True, blank=True, help_text="自本日起不再有效。"
    )
    clean_up = models.CharField("清理结论", max_length=10, choices=CleanUp.choices, blank=True)
    cleaned_on = models.DateField("清理日期", null=True, blank=True)
    drafting_unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="起草单位",
    )

    period_field = "issued_on"
    validity = Term("effective_on", "repealed_on", last_day="expires_on")

    class Meta(Record.Meta):
        verbose_name = "规范性文件"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="document_number_unique",
                violation_error_message="该文号已经登记，文件统一编号，请核对文号。",
            ),
            _rule(
                "issued_with_number",
                Q(issued_on__isnull=True) | ~Q(number=""),
                "印发的文件须有文号。",
            ),
            _rule(
                "review_and_decision",
                ~Q(kind=DocumentKind.NORMATIVE)
                | Q(issued_on__isnull=True)
                | Q(reviewed_on__isnull=False, decided_on__isnull=False),
                "行政规范性文件未经合法性审核和集体讨论决定，不得印发。",
            ),
            _rule(
                "consultation",
                _not_before("consulted_until", "consulted_from"),
                "征求意见结束日期不能早于开始日期。",
            ),
            _rule(
                "decided_after_review",
                Q(decided_on__isnull=True)
                | Q(reviewed_on__isnull=True)
                | Q(decided_on__gte=F("reviewed_on")),
                "集体讨论决定不能早于合法性审核，请核对两个日期。",
            ),
            _rule(
                "issued_after_decision",
                Q(issued_on__isnull=True)
                | Q(decided_on__isnull=True)
                | Q(issued_on__gte=F("decided_on")),
                "印发日期不能早于集体讨论决定日期。",
            ),
            _rule(
                "effective_after_issue",
                _not_before("effective_on", "issued_on"),
                "施行日期不能早于印发日期，未印发的文件不能施行。",
            ),
            _rule(
                "published_after_issue",
                _not_before("published_on", "issued_on"),
                "公布日期不能早于印发日期。",
            ),
            _rule(
                "expiry",
                _not_before("expires_on", "effective_on"),
                "有效期至不能早于施行日期。",
            ),
            _rule(
                "repeal",
                _not_before("repealed_on", "effective_on"),
                "废止日期不能早于施行日期。",
            ),
            _rule(
                "trial_expires",
                Q(trial=False) | Q(effective_on__isnull=True) | Q(expires_on__isnull=False),
                "试行、暂行的文件须填写有效期。",
            ),
            _rule(
                "clean_up_dated",
                Q(clean_up="", cleaned_on__isnull=True)
                | (~Q(clean_up="") & Q(cleaned_on__isnull=False)),
                "清理结论和清理日期须同时填写。",
            ),
            _rule(
                "revision_replaces",
                Q(issuing_mode=IssuingMode.REVISE) | Q(replaces__isnull=True),
                "制定的新文件没有被替代文件；替代原文件的，制发方式选“修订”。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "effective_on"], name="document_in_force"),
            models.Index(fields=["status", "issued_on"], name="document_issued"),
        ]

    def __str__(self) -> str:
        return self.quoted_title

    @property
    def quoted_title(self) -> str:
        """The title in 《》; titles quoted inside it take 〈〉 (GB/T 15834)."""
        return f"《{self.title.translate(INNER_QUOTES)}》"


INNER_QUOTES = str.maketrans("《》", "〈〉")
