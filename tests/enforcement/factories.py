"""Approved records by default; a test names only what its rule is about."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory

from enforcement import models
from kernel.records.status import Status
from organization.models import Agency, Unit

YEAR = 1990
"""Lies before the demo set, so figures of that year see only a test's own rows."""


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


class RecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    unit: Any = factory.LazyFunction(lambda: Unit.objects.get(code="pxk"))
    status = Status.APPROVED


class SubjectFactory(RecordFactory):
    class Meta:
        model = models.InspectionSubject

    kind = models.SubjectKind.TRAINING_INSTITUTION
    name = factory.Sequence("测试培训中心{}".format)
    township = "城东"
    address = "城东测试路1号"
    listed_on = day(1, 1, YEAR - 1)


class OfficerFactory(RecordFactory):
    class Meta:
        model = models.Officer

    name = factory.Sequence("测试执法员{}".format)
    certificate_number = factory.Sequence("99{:08d}".format)
    issued_on = day(1, 1, YEAR - 1)
    valid_to = day(12, 31, YEAR + 3)
    joined_on = day(1, 1, YEAR - 1)


class RequirementFactory(RecordFactory):
    class Meta:
        model = models.TrainingRequirement

    year = YEAR
    hour_group = models.HourGroup.PROFESSIONAL
    minimum_hours = 60
    basis = "纲要"
    certainty = models.Certainty.CORROBORATED


class SessionFactory(RecordFactory):
    class Meta:
        model = models.TrainingSession

    title = "执法培训"
    kind = models.HourKind.LAW
    held_on = day(5)
    hours = Decimal(60)
    organizer = "政策法规科"


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.TrainingAttendance

    session: Any = factory.SubFactory(SessionFactory)
    officer: Any = factory.SubFactory(OfficerFactory)
    hours = Decimal(60)


class PlanFactory(RecordFactory):
    class Meta:
        model = models.InspectionPlan

    year = YEAR
    title = factory.Sequence("抽查计划{}".format)
    issued_on = day(2)


def own_agency() -> Agency:
    return Agency.objects.get(own=True)


def other_agency() -> Agency:
    return Agency.objects.filter(own=False)[0]


class TaskFactory(RecordFactory):
    class Meta:
        model = models.InspectionTask

    number = factory.Sequence("TEST{:05d}".format)
    title = "测试抽查"
    matters = "办学资质"
    scope = "校外培训机构"
    ratio = Decimal(5)
    held_on = day(6)
    lead_agency: Any = factory.LazyFunction(own_agency)


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.TaskPartner

    task: Any = factory.SubFactory(TaskFactory)
    agency: Any = factory.LazyFunction(other_agency)


class DrawnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.DrawnSubject

    task: Any = factory.SubFactory(TaskFactory)
    subject: Any = factory.SubFactory(SubjectFactory)
    order = factory.Sequence(lambda number: number % 30000 + 1)


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.InspectionAssignment

    drawn: Any = factory.SubFactory(DrawnFactory)
    officer: Any = factory.SubFactory(OfficerFactory)


class ResultFactory(RecordFactory):
    class Meta:
        model = models.InspectionResult

    drawn: Any = factory.SubFactory(DrawnFactory)
    codes = factory.LazyFunction(lambda: ["01"])
    inspected_on = day(6, 16)
    entered_on = day(6, 20)


class OperationFactory(RecordFactory):
    class Meta:
        model = models.JointOperation

    title = "测试联合检查"
    level = models.OperationLevel.TOWNSHIP
    held_on = day(7)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.PatrolMember

    operation: Any = factory.SubFactory(OperationFactory)
    role = models.PatrolRole.PATROL
    headcount = 1


class OfficerMemberFactory(MemberFactory):
    role = models.PatrolRole.OFFICER
    officer: Any = factory.SubFactory(OfficerFactory)


class VisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.InspectionVisit

    operation: Any = factory.SubFactory(OperationFactory)
    subject: Any = factory.SubFactory(SubjectFactory)
    visited_on = factory.LazyAttribute(lambda visit: visit.operation.held_on)


class ViolationFactory(RecordFactory):
    class Meta:
        model = models.Violation

    operation: Any = factory.SubFactory(OperationFactory)
    subject: Any = factory.SubFactory(SubjectFactory)
    number = factory.Sequence("TESTWG{:05d}".format)
    found_on = day(7)
    kind = models.ViolationKind.SAFETY
    facts = "灭火器过期。"


class OrderFactory(RecordFactory):
    class Meta:
        model = models.RectificationOrder

    violation: Any = factory.SubFactory(ViolationFactory)
    number = factory.Sequence("测试责改{}号".format)
    on_site = True
    issued_on = day(7)
    requirement = "立即整改。"
