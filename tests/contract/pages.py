"""What every page must be, and records to try the registers with."""

import re
from typing import Any

from django.http import HttpResponse

from kernel.records.models import Part, Record, RecordBase
from kernel.records.status import Status
from kernel.registers.forms import form_class
from kernel.registers.register import Register, registry
from organization.models import Unit

REGISTERS = list(registry)
RECORDS = [register for register in REGISTERS if not register.is_part]
ENTERED = [r for r in REGISTERS if "add" in r.model._meta.default_permissions]
"""Registers that people fill; the rows of the others are made by the program."""
PARTS = [register for register in ENTERED if register.is_part]


def names(registers: list[Register]) -> list[str]:
    """Readable ids of parametrized tests."""
    return [register.key for register in registers]


INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
HEADING = re.compile(r"<h1[\s>]")


def html(response: HttpResponse, status: int = 200) -> str:
    """The page's text, after checking what holds for every page."""
    assert response.status_code == status, response.content.decode()[:2000]
    text = response.content.decode()
    assert not INLINE.search(text), INLINE.search(text)
    assert len(HEADING.findall(text)) == 1
    title = TITLE.search(text)
    assert title and title.group(1).split("·")[0].strip()
    assert '<html lang="zh-CN"' in text
    return text


def sample(register: Register, unit: Unit | None = None, status: str = Status.APPROVED) -> Any:
    """A demo row of the register, its record set to this state and, if given, moved to `unit`."""
    model: Any = register.model
    rows = model.objects.filter(**{f"{model.owner_prefix()}status": Status.APPROVED})
    record = rows.order_by("pk").first()
    assert record is not None, f"the demo set has no approved {register.key}"
    owner = record.owner_record()
    changes: dict[str, Any] = {"status": status}
    if unit is not None:
        changes |= {"unit": unit, "created_by": None}
    type(owner)._base_manager.filter(pk=owner.pk).update(**changes)
    return model.objects.get(pk=record.pk)


def is_shared(record: RecordBase) -> bool:
    return record.shared


def entered_values(register: Register, record: Any, user: Any) -> dict[str, Any]:
    """What a person would have to type to enter this record, as form data."""
    form = form_class(register)(instance=record, user=user)
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value is None or value is False or name in ("version", "change_reason"):
            continue
        data[name] = [str(v) for v in value] if isinstance(value, list | tuple) else str(value)
        if value is True:
            data[name] = "on"
    return data


def owner_of(record: Any) -> Record:
    owner: Any = record.owner_record() if isinstance(record, Part) else record
    fresh: Record = type(owner)._base_manager.get(pk=owner.pk)
    return fresh
