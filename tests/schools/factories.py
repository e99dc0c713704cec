"""Approved records by default; a test names only what its rule is about.

The year 1950 lies before the demo set, so figures of that year see only a test's own rows.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory

from kernel.records.status import Status
from organization.models import Unit
from schools import models

YEAR = 1950


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    name = factory.Sequence("新设学校{}".format)
    code = factory.Sequence("new{}".format)
    kind = "school"
    parent = factory.LazyFunction(lambda: Unit.objects.get(parent=None))


class RecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    unit: Any = factory.LazyFunction(lambda: Unit.objects.get(code="aqk"))
    status = Status.APPROVED


class SchoolFactory(RecordFactory):
    class Meta:
        model = models.School

    unit = factory.SubFactory(UnitFactory)
    stage = models.Stage.PRIMARY
    school_code = factory.Sequence("99{:08d}".format)
    principal = "陈校长"
    opened_on = dt.date(YEAR - 1, 9, 1)
    classes = 12
    pupils = 500
    staff = 40


class KindergartenFactory(SchoolFactory):
    stage = models.Stage.KINDERGARTEN


class TermFactory(RecordFactory):
    class Meta:
        model = models.SchoolTerm

    name = "试行学期"
    starts_on = day(3, 1)
    ends_on = day(5, 31)


class DrillFactory(RecordFactory):
    class Meta:
        model = models.Drill

    school: Any = factory.SubFactory(SchoolFactory)
    level = models.DrillLevel.SCHOOL
    name = "消防应急疏散演练"
    kind = models.DrillKind.FIRE
    held_on = day(4)
    participants = 480
    minutes = 20


class CityDrillFactory(DrillFactory):
    school = None
    level = models.DrillLevel.CITY
    kind = models.DrillKind.COMPREHENSIVE


class ObligationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.DrillObligation

    school: Any = factory.SubFactory(SchoolFactory)
    frequency = models.Frequency.MONTH
    period_start = day(4, 1)
    period_end = day(4, 30)


class VicePrincipalFactory(RecordFactory):
    class Meta:
        model = models.LegalVicePrincipal

    school: Any = factory.SubFactory(SchoolFactory)
    name = "钱守法"
    organ = models.Organ.POLICE
    employer = "城东派出所"
    appointed_on = day(3, 1)
    term_ends_on = day(2, 28, YEAR + 3)


class GroupFactory(RecordFactory):
    class Meta:
        model = models.EducationGroup

    name = factory.Sequence("教育集团{}".format)
    lead_school = factory.SubFactory(SchoolFactory)
    established_on = day(3, 1)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.EducationGroupMember

    group = factory.SubFactory(GroupFactory)
    school: Any = factory.SubFactory(SchoolFactory)
    joined_on = day(3, 1)


class ProjectFactory(RecordFactory):
    class Meta:
        model = models.Project

    name = factory.Sequence("工程{}".format)
    kind = models.ProjectKind.KEY
    year = YEAR
    investment = Decimal("5000000.00")
    started_on = day(1, 10)


class OutputFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.ProjectOutput

    project = factory.SubFactory(ProjectFactory, completed_on=day(8))
    kind = models.OutputKind.PRIMARY_PLACES
    quantity = 100


class LightingFactory(RecordFactory):
    class Meta:
        model = models.LightingInstallation

    kindergarten = factory.SubFactory(KindergartenFactory)
    fitted_on = day(8)
    rooms = 10
    lamps = 90
    supplier = "照明公司"


class AidFactory(RecordFactory):
    class Meta:
        model = models.StudentAid

    term = factory.SubFactory(TermFactory)
    stage = models.AidStage.SENIOR
    year = YEAR
    kind = models.AidKind.GRANT
    scheme = factory.Sequence("助学项目{}".format)
    beneficiaries = 10
    amount = Decimal("10000.00")


class IncidentFactory(RecordFactory):
    class Meta:
        model = models.ExamIncident

    exam = models.Exam.COLLEGE
    kind = models.IncidentKind.ORGANIZATION
    held_on = day(6, 7)
    facts = "考务差错。"


class MentionFactory(RecordFactory):
    class Meta:
        model = models.MediaMention

    outlet = "教育周刊"
    title = factory.Sequence("报道{}".format)
    published_on = day(10)
    topic = models.MediaTopic.DOUBLE_REDUCTION


class SecurityFactory(RecordFactory):
    class Meta:
        model = models.NetworkSecurityTraining

    name = "网管员培训"
    kind = models.NetworkActivity.TRAINING
    held_on = day(9)
    audience = "网管员"
    trainees = 50
    hours = Decimal("4.0")
