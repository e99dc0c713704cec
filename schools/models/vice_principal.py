"""Vice-principals for the rule of law, sent to schools by courts, procuratorates and others.

中小学法治副校长聘任与管理办法(教育部令第52号)。
"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet

from kernel.privacy.fields import EncryptedCharField, blind_index
from kernel.records.models import Record, Validity, track
from kernel.records.status import Status
from kernel.values.codes import valid_phone

MAX_SCHOOLS_PER_PERSON = 2


class Organ(models.TextChoices):
    COURT = "court", "人民法院"
    PROCURATORATE = "procuratorate", "人民检察院"
    POLICE = "police", "公安机关"
    JUSTICE = "justice", "司法行政部门"


@track
class LegalVicePrincipal(Record):
    """Appointment of one person at one school for one term of office."""

    period_field = "appointed_on"
    validity = Validity(start="appointed_on", end="term_ends_on", end_inclusive=True)

    school = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        related_name="legal_vice_principals",
        verbose_name="学校",
    )
    name = models.CharField("姓名", max_length=30)
    organ = models.CharField("派出机关", max_length=20, choices=Organ.choices)
    employer = models.CharField("工作单位", max_length=60, help_text="如“某某派出所”。")
    post = models.CharField("职务", max_length=40, blank=True)
    phone = EncryptedCharField(
        "联系电话", max_length=20, blank=True, searchable=True, validators=[valid_phone]
    )
    retired = models.BooleanField("退休人员", default=False)
    appointed_on = models.DateField("聘任日期", help_text="颁发聘书之日，当日起计为已聘任。")
    term_ends_on = models.DateField(
        "聘期届满日期",
        help_text="当日仍在聘期内。聘期一般三年；提前解聘的填写解聘前一日，续聘另行登记。",
    )
    letter_number = models.CharField("聘书编号", max_length=40, blank=True)
    hours = models.PositiveSmallIntegerField(
        "每年法治课时", default=4, help_text="承担或者组织的法治实践教育，每年不少于 4 课时。"
    )
    duties = models.TextField("工作内容", blank=True)

    class Meta(Record.Meta):
        verbose_name = "法治副校长"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(term_ends_on__gte=F("appointed_on")),
                name="legal_vice_principal_term_order",
                violation_error_message="聘期届满日期不能早于聘任日期，请核对两个日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "appointed_on"], name="legal_vp_status_appointed"),
            models.Index(fields=["name", "employer"], name="legal_vp_person"),
            blind_index("phone", name="legal_vp_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.name}({self.employer})"

    def clean(self) -> None:
        """一人同时担任法治副校长的学校不超过两所（教育部令第52号）。"""
        super().clean()
        if not (self.school_id and self.appointed_on and self.term_ends_on):
            return
        others = self.simultaneous().values_list("school__unit__name", flat=True).distinct()
        if len(schools := list(others)) >= MAX_SCHOOLS_PER_PERSON:
            raise ValidationError(
                f"{self.name}已在{'、'.join(schools)}任法治副校长，一人同时任职不超过"
                f"{MAX_SCHOOLS_PER_PERSON}所学校，请另选人员或先结束原聘期。"
            )

    def simultaneous(self) -> QuerySet["LegalVicePrincipal"]:
        """Appointments of the same person at other schools whose term overlaps this one."""
        return (
            LegalVicePrincipal.objects.filter(
                name=self.name,
                employer=self.employer,
                appointed_on__lte=self.term_ends_on,
                term_ends_on__gte=self.appointed_on,
            )
            .exclude(school=self.school_id)
            .exclude(status=Status.WITHDRAWN)
            .exclude(pk=self.pk)
        )
