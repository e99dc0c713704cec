"""The pool of inspected subjects (检查对象名录库)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.privacy.fields import EncryptedCharField, blind_index
from kernel.records.models import Record, Validity, track
from kernel.values.codes import valid_credit_code, valid_phone


class SubjectKind(models.TextChoices):
    TRAINING_INSTITUTION = "training_institution", "校外培训机构"
    HIDDEN_SITE = "hidden_site", "隐形学科类培训点"
    SCHOOL = "school", "学校（幼儿园）"
    SPORTS_VENUE = "sports_venue", "体育经营场所"
    OTHER = "other", "其他"


TRAINING_KINDS = (SubjectKind.TRAINING_INSTITUTION, SubjectKind.HIDDEN_SITE)
"""Subjects of the training market: licensed institutions and sites run in hiding."""


class CreditClass(models.TextChoices):
    """Class of credit risk; a lower class is inspected more often."""

    A = "A", "A类（信用好）"
    B = "B", "B类（信用较好）"
    C = "C", "C类（信用一般）"
    D = "D", "D类（信用较差）"


@track
class InspectionSubject(Record):
    """A body or site that the bureau inspects."""

    shared = True
    validity = Validity("listed_on", "delisted_on")

    kind = models.CharField(
        "对象类别",
        max_length=24,
        choices=SubjectKind.choices,
        help_text="巡查家次只计校外培训机构；查处数计校外培训机构和隐形学科类培训点。",
    )
    name = models.CharField("对象名称", max_length=100)
    school = models.ForeignKey(
        "schools.School",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="对应学校",
        help_text="对象为学校、幼儿园时选择。",
    )
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, validators=[valid_credit_code]
    )
    licence_number = models.CharField("办学（经营）许可证号", max_length=40, blank=True)
    business = models.CharField(
        "业务范围", max_length=60, blank=True, help_text="如学科类、体育类、文化艺术类、科技类。"
    )
    township = models.CharField("所在区镇", max_length=20)
    address = models.CharField("地址", max_length=120)
    manager = models.CharField("负责人", max_length=30, blank=True)
    phone = EncryptedCharField(
        "联系电话", max_length=20, blank=True, searchable=True, validators=[valid_phone]
    )
    credit_class = models.CharField(
        "信用风险分类",
        max_length=1,
        choices=CreditClass.choices,
        blank=True,
        help_text="尚未评定的留空。",
    )
    key_subject = models.BooleanField("重点检查对象", default=False)
    listed_on = models.DateField("列入名录日期")
    delisted_on = models.DateField("移出名录日期", null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = "检查对象"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="enforcement_subject_credit_code_unique",
                violation_error_message="该统一社会信用代码已在名录中，请使用原有检查对象。",
            ),
            models.CheckConstraint(
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="enforcement_subject_credit_code_form",
                violation_error_message="统一社会信用代码须为18位数字或大写字母（不含I、O、S、V、Z），请核对。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SubjectKind.HIDDEN_SITE) | Q(licence_number=""),
                name="enforcement_subject_hidden_without_licence",
                violation_error_message="隐形培训点没有许可证；持证机构请改选“校外培训机构”。",
            ),
            models.CheckConstraint(
                condition=Q(school__isnull=True) | Q(kind=SubjectKind.SCHOOL),
                name="enforcement_subject_school_kind",
                violation_error_message="只有类别为“学校（幼儿园）”的对象才能对应学校，请核对类别。",
            ),
            models.CheckConstraint(
                condition=Q(delisted_on__isnull=True) | Q(delisted_on__gt=F("listed_on")),
                name="enforcement_subject_delisted_after_listed",
                violation_error_message="移出名录日期须晚于列入日期，请核对两个日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "status"], name="enforcement_subject_kind"),
            blind_index("phone", name="enforcement_subject_phone"),
        ]

    def __str__(self) -> str:
        return self.name
