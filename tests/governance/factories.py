"""Approved documents and meetings of 1950, a year in which only a test's own rows lie."""

import datetime as dt
from typing import Any

import factory

from governance.models import Meeting, NormativeDocument
from governance.models.document import DocumentKind, IssuingMode
from governance.models.meeting import MeetingKind
from kernel.records.status import Status
from organization.models import Unit

YEAR = 1950


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


def section() -> Unit:
    return Unit.objects.get(code="fgk")


class DocumentFactory(factory.django.DjangoModelFactory):
    """Reviewed 1 March, decided 5 March, issued 10 March, in force from 1 April."""

    class Meta:
        model = NormativeDocument

    unit: Any = factory.LazyFunction(section)
    drafting_unit: Any = factory.LazyFunction(section)
    status = Status.APPROVED
    title = factory.Sequence("管理办法{}".format)
    number = factory.Sequence("试教规〔1950〕{}号".format)
    kind = DocumentKind.NORMATIVE
    issuing_mode = IssuingMode.FORMULATE
    reviewed_on = day(3, 1)
    decided_on = day(3, 5)
    issued_on = day(3, 10)
    effective_on = day(4, 1)


class MeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Meeting

    unit: Any = factory.LazyFunction(section)
    status = Status.APPROVED
    title = factory.Sequence("会议{}".format)
    kind = MeetingKind.RULE_OF_LAW
    held_on = day(3)
    chair = "陈主任"
    rule_of_law_item = True
    participants = 12
    agenda = "研究法治建设工作。"
