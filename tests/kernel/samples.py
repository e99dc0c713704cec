"""Small records of real registers for the kernel's rules: one plain, one with rows, one shared."""

import datetime as dt
import itertools
from typing import Any

from disclosures.models import Disclosure, Posting
from governance.models import Meeting
from kernel.records.status import Status
from organization.models import Unit
from schools.models import SchoolTerm

_numbers = itertools.count(1)


def meeting(
    unit: Unit, *, by: Any = None, status: str = Status.SUBMITTED, **fields: Any
) -> Meeting:
    """A saved meeting of the unit; `by` entered it."""
    values = meeting_values() | fields
    return Meeting.objects.create(unit=unit, status=status, created_by=by, updated_by=by, **values)


def meeting_values() -> dict[str, Any]:
    return {
        "title": f"工作例会第{next(_numbers)}次",
        "kind": "office",
        "held_on": dt.date(2023, 5, 10),
        "chair": "周文远",
        "participants": 12,
        "agenda": "研究近期工作。",
    }


def disclosure(
    unit: Unit, *, by: Any = None, status: str = Status.SUBMITTED, **fields: Any
) -> Disclosure:
    """A saved disclosure of the unit, without postings."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "title": f"招生工作通知第{number}号",
        "index_number": f"KERNEL/2023-{number:05d}",
        "theme": "policy",
        "form": "notice",
        "produced_on": dt.date(2023, 3, 1),
        "due_on": dt.date(2023, 3, 29),
        "reviewed_on": dt.date(2023, 3, 2),
        "summary": "公布招生办法。",
        "deciding_unit": unit,
    }
    return Disclosure.objects.create(
        unit=unit, status=status, created_by=by, updated_by=by, **(values | fields)
    )


def posting(owner: Disclosure, **fields: Any) -> Posting:
    """An unsaved posting of the disclosure on paper."""
    values: dict[str, Any] = {"channel": "press", "posted_on": dt.date(2023, 3, 5)}
    return Posting(disclosure=owner, **(values | fields))


def term(
    unit: Unit, *, by: Any = None, status: str = Status.SUBMITTED, **fields: Any
) -> SchoolTerm:
    """A saved row of a shared directory."""
    number = next(_numbers)
    start = dt.date(1990, 1, 1) - dt.timedelta(days=200 * number)
    values: dict[str, Any] = {
        "name": f"第{number}学期",
        "starts_on": start,
        "ends_on": start + dt.timedelta(days=120),
    }
    return SchoolTerm.objects.create(
        unit=unit, status=status, created_by=by, updated_by=by, **(values | fields)
    )
