"""Education groups: schools and kindergartens run together under a leading school."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, Validity, track


@track
class EducationGroup(Record):
    """A group of schools that was set up by decision of the bureau."""

    period_field = "established_on"
    validity = Validity(start="established_on", end="dissolved_on")

    name = models.CharField("集团名称", max_length=60)
    lead_school = models.ForeignKey(
        "schools.School", on_delete=models.PROTECT, related_name="+", verbose_name="核心校"
    )
    area = models.CharField("所在区镇", max_length=30, blank=True)
    document_number = models.CharField("批准文号", max_length=60, blank=True)
    established_on = models.DateField("成立日期", help_text="批准成立之日，当日起计入教育集团数。")
    dissolved_on = models.DateField(
        "撤销日期", null=True, blank=True, help_text="当日起不再计入教育集团数。"
    )
    charter = models.TextField("集团章程要点", blank=True)

    class Meta(Record.Meta):
        verbose_name = "教育集团"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=F("established_on")),
                name="education_group_dissolved_after_established",
                violation_error_message="撤销日期必须晚于成立日期，请核对两个日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "established_on"], name="edu_group_status_established")
        ]

    def __str__(self) -> str:
        return self.name


@track
class EducationGroupMember(Part):
    """Membership of one school or kindergarten in a group."""

    owner = "group"
    period_field = "joined_on"
    validity = Validity(start="joined_on", end="left_on")

    group = models.ForeignKey(
        EducationGroup,
        on_delete=models.CASCADE,
        related_name="members",
        verbose_name="教育集团",
    )
    school = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        related_name="group_memberships",
        verbose_name="成员校",
    )
    joined_on = models.DateField("加入日期", help_text="当日起计为集团成员。")
    left_on = models.DateField("退出日期", null=True, blank=True, help_text="当日起不再计为成员。")

    class Meta(Part.Meta):
        verbose_name = "集团成员校"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="education_group_member_left_after_joined",
                violation_error_message="退出日期必须晚于加入日期，请核对两个日期。",
            ),
            models.UniqueConstraint(
                fields=["group", "school"],
                condition=Q(left_on__isnull=True),
                name="education_group_member_unique",
                violation_error_message="该校已是本集团成员，不需重复登记；再次加入的先填写原退出日期。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["school", "joined_on"], name="edu_group_member_school")
        ]

    def __str__(self) -> str:
        return str(self.school)
