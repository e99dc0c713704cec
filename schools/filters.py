"""Conditions of the schools' registers that are more than field = value."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.records.status import Status
from kernel.registers.filters import BooleanRule, ChoiceRule, RegisterFilterSet

from .models import (
    EducationGroup,
    EducationGroupMember,
    LegalVicePrincipal,
    MediaTopic,
    Stage,
)

GROUP_STAGES = (Stage.PRIMARY, Stage.JUNIOR, Stage.NINE_YEAR, Stage.KINDERGARTEN)
"""Stages that education groups are meant to cover."""
SCOPES = {
    "schools": ("中小学", ~Q(stage=Stage.KINDERGARTEN)),
    "groups": ("集团化办学范围（小学、初中、九年一贯制学校、幼儿园）", Q(stage__in=GROUP_STAGES)),
}


def group_members(day: dt.date) -> QuerySet[Any]:
    """Keys of the schools that belong to an education group in force on `day`."""
    return EducationGroupMember.objects.filter(
        EducationGroupMember.validity.q(day),
        EducationGroup.validity.q(day, "group__"),
        group__status=Status.APPROVED,
    ).values("school")


def with_vice_principal(day: dt.date) -> QuerySet[Any]:
    """Keys of the schools whose vice-principal for the rule of law is in office on `day`."""
    return LegalVicePrincipal.objects.filter(
        LegalVicePrincipal.validity.q(day), status=Status.APPROVED
    ).values("school")


def decided_with_the_day(_: bool) -> Q:
    """Nothing by itself: `SchoolFilterSet.as_q` joins the answer with the chosen day."""
    return Q()


class SchoolFilterSet(RegisterFilterSet):
    """Conditions on other registers look at the same day as “在此日有效”, else at today."""

    scope = ChoiceRule(
        label="统计范围",
        choices=[(key, label) for key, (label, _) in SCOPES.items()],
        rule=lambda key: SCOPES[key][1],
    )
    in_group = BooleanRule(label="已加入教育集团", rule=decided_with_the_day)
    has_vice_principal = BooleanRule(label="已聘法治副校长", rule=decided_with_the_day)

    ON_THE_DAY = {"in_group": group_members, "has_vice_principal": with_vice_principal}

    def as_q(self) -> Q:
        q = super().as_q()
        day = self.form.cleaned_data.get("as_of") or timezone.localdate()
        for name, keys in self.ON_THE_DAY.items():
            wanted = self.form.cleaned_data.get(name)
            if wanted is not None:
                found = Q(pk__in=keys(day))
                q &= found if wanted else ~found
        return q


class DrillObligationFilterSet(RegisterFilterSet):
    """`done` is the number of drills, annotated by the register."""

    fulfilled = BooleanRule(
        label="已完成", rule=lambda yes: Q(done__gte=1) if yes else Q(done__lt=1)
    )


EXPERIENCE_TOPICS = (MediaTopic.DOUBLE_REDUCTION, MediaTopic.AFTER_SCHOOL)


class MediaMentionFilterSet(RegisterFilterSet):
    on_experience = BooleanRule(
        label="双减及课后服务",
        rule=lambda yes: Q(topic__in=EXPERIENCE_TOPICS) if yes else ~Q(topic__in=EXPERIENCE_TOPICS),
    )
