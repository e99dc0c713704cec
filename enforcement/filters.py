"""Conditions on enforcement records that no single field states.

Related rows are asked for by `Exists`, never by a join to many, because figures count with
these conditions. A related record counts only when it is approved itself.
"""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from kernel.records.status import Status
from kernel.registers.filters import BooleanRule, ChoiceRule, RegisterFilterSet

from .models import (
    PROFESSIONAL_KINDS,
    TRAINING_KINDS,
    Certainty,
    HourGroup,
    HourKind,
    InspectionResult,
    PatrolRole,
    RectificationOrder,
    ResultCode,
    SubjectKind,
    TaskPartner,
    TrainingAttendance,
    TrainingRequirement,
)

SINGLE, JOINT = "single", "joint"


def wanted(condition: Q | Exists, yes: bool) -> Q:
    """The condition, or its opposite when the person asked for 否."""
    return Q(condition) if yes else ~Q(condition)


def by_departments(value: str) -> Q:
    """Tasks of the leading department alone, or together with at least one other."""
    others = TaskPartner.objects.filter(task=OuterRef("pk")).exclude(agency=OuterRef("lead_agency"))
    return wanted(Exists(others), value == JOINT)


def backfilled(yes: bool) -> Q:
    """Drawn subjects whose result has been entered and approved."""
    results = InspectionResult.objects.filter(drawn=OuterRef("pk"), status=Status.APPROVED)
    return wanted(Exists(results), yes)


def rectified_on_site(yes: bool) -> Q:
    """Violations with an approved order to rectify that was given on the spot."""
    orders = RectificationOrder.objects.filter(
        violation=OuterRef("pk"), on_site=True, status=Status.APPROVED
    )
    return wanted(Exists(orders), yes)


def of_training_market(yes: bool) -> Q:
    """Violations by training institutions and hidden sites, not by schools or venues."""
    return wanted(Q(subject__kind__in=TRAINING_KINDS), yes)


def of_team(yes: bool) -> Q:
    """Headcounts of patrol and handling teams; officers are listed one by one."""
    return wanted(Q(role__in=(PatrolRole.PATROL, PatrolRole.HANDLING)), yes)


def confirmed(yes: bool) -> Q:
    """Requirements whose legal basis has been confirmed."""
    return wanted(~Q(certainty=Certainty.UNCONFIRMED), yes)


def required_hours(year: int) -> QuerySet[TrainingRequirement]:
    """The confirmed and approved minimum of professional hours in `year` (at most one row)."""
    return TrainingRequirement.objects.counted().filter(
        confirmed(True), year=year, hour_group=HourGroup.PROFESSIONAL
    )


def hours_met(year: int, yes: bool = True) -> Q:
    """Officers whose business and law hours of `year` reach the minimum of that year.

    Only hours of approved sessions count. Without a confirmed minimum nobody has reached it.
    """
    earned = (
        TrainingAttendance.objects.counted()
        .filter(
            officer=OuterRef("pk"),
            session__kind__in=PROFESSIONAL_KINDS,
            session__held_on__year=year,
        )
        .order_by()
        .values("officer")
        .annotate(total=Sum("hours"))
    )
    minimum = Subquery(required_hours(year).values("minimum_hours")[:1])
    return wanted(Exists(earned.filter(total__gte=minimum)), yes)


class OfficerFilters(RegisterFilterSet):
    hours_met = BooleanRule(
        rule=lambda yes: Q(),
        label="学时达标",
        help_text="按“在此日有效”所在年度统计业务知识和法律法规学时；未选日期的按今年。",
    )

    def as_q(self) -> Q:
        """Hours belong to a year: that of the day on which the certificate is asked for."""
        q = super().as_q()
        yes = self.form.cleaned_data.get("hours_met")
        day = self.form.cleaned_data.get("as_of") or timezone.localdate()
        return q if yes is None else q & hours_met(day.year, yes)


class TaskFilters(RegisterFilterSet):
    departments = ChoiceRule(
        rule=by_departments,
        label="参与部门",
        choices=[(SINGLE, "单一部门"), (JOINT, "跨部门联合")],
    )


class DrawnFilters(RegisterFilterSet):
    backfilled = BooleanRule(rule=backfilled, label="结果已回填")


class ResultFilters(RegisterFilterSet):
    code = ChoiceRule(
        rule=lambda code: Q(codes__contains=[code]), label="抽查结果", choices=ResultCode.choices
    )


class MemberFilters(RegisterFilterSet):
    team = BooleanRule(rule=of_team, label="巡查组和处置组")


class VisitFilters(RegisterFilterSet):
    subject_kind = filters.ChoiceFilter(
        "subject__kind", label="对象类别", choices=SubjectKind.choices
    )


class ViolationFilters(RegisterFilterSet):
    training = BooleanRule(rule=of_training_market, label="培训机构和隐形培训点")
    subject_kind = filters.ChoiceFilter(
        "subject__kind", label="对象类别", choices=SubjectKind.choices
    )
    rectified_on_site = BooleanRule(rule=rectified_on_site, label="已现场责令整改")


class RequirementFilters(RegisterFilterSet):
    confirmed = BooleanRule(rule=confirmed, label="依据已确认")


class AttendanceFilters(RegisterFilterSet):
    kind = filters.ChoiceFilter("session__kind", label="学时类型", choices=HourKind.choices)
