"""Approved disclosures of 1950, a year in which only a test's own rows lie."""

import datetime as dt
from typing import Any

import factory

from disclosures.choices import Channel, Form, Theme
from disclosures.models import Disclosure, Posting
from kernel.records.status import Status
from organization.models import Unit

YEAR = 1950


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


def office() -> Unit:
    return Unit.objects.get(code="bgs")


class DisclosureFactory(factory.django.DjangoModelFactory):
    """Produced and reviewed on 1 March, due on 29 March."""

    class Meta:
        model = Disclosure

    unit: Any = factory.LazyFunction(office)
    deciding_unit: Any = factory.LazyFunction(office)
    status = Status.APPROVED
    title = factory.Sequence("公开信息{}".format)
    index_number = factory.Sequence("T/1950-{:05d}".format)
    theme = Theme.POLICY
    form = Form.NOTICE
    produced_on = day(3, 1)
    reviewed_on = day(3, 1)
    due_on = day(3, 29)
    summary = "工作要求和时间安排。"


class PostingFactory(factory.django.DjangoModelFactory):
    """On the education site on 10 March."""

    class Meta:
        model = Posting

    disclosure: Any = factory.SubFactory(DisclosureFactory)
    channel = Channel.EDUCATION_SITE
    posted_on = day(3, 10)
    url = "https://jyxxw.example.cn/info/1.html"
