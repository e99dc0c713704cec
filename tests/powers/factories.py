"""Approved items in force by default; a test names only what its rule is about."""

import datetime as dt
from typing import Any

import factory

from kernel.records.status import Status
from organization.models import Unit
from powers import models

YEAR = 1990
"""Lies before the demo set, so figures of that year see only a test's own rows."""


def day(month: int, day_: int = 15, year: int = YEAR) -> dt.date:
    return dt.date(year, month, day_)


class PowerItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.PowerItem

    unit: Any = factory.LazyFunction(lambda: Unit.objects.get(code="fgk"))
    status = Status.APPROVED
    category = models.Category.LICENCE
    name = factory.Sequence("测试事项{}".format)
    base_code = factory.LazyAttributeSequence(
        lambda item, number: f"32{models.CATEGORY_DIGITS[item.category]}99{number:06d}"
    )
    legal_basis = "《中华人民共和国教育法》第二十八条"
    section: Any = factory.LazyFunction(lambda: Unit.objects.get(code="spk"))
    effective_on = day(1, 1, YEAR - 1)


class AdjustmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = models.PowerItemAdjustment

    unit: Any = factory.LazyFunction(lambda: Unit.objects.get(code="fgk"))
    status = Status.APPROVED
    item: Any = factory.SubFactory(PowerItemFactory)
    kind = models.AdjustmentKind.CHANGE
    effective_on = day(6)
    document = "关于调整权力事项清单的通知"
    grounds = "法规修订"
