"""The rows of a table inside a form, as they were sent."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict

from .drafts import as_post
from .register import Register


@dataclass
class SentRow:
    """One row of a table as it was sent."""

    number: int
    prefix: str
    values: dict[str, list[str]]

    @property
    def pk(self) -> int | None:
        text = (self.values.get("id") or [""])[0]
        return int(text) if text.isdecimal() else None

    @property
    def revision(self) -> int:
        text = (self.values.get("rev") or [""])[0]
        return int(text) if text.isdecimal() else 0

    @property
    def deleted(self) -> bool:
        return bool((self.values.get(DELETION_FIELD_NAME) or [""])[0])


def rows_of(part: Register, data: QueryDict) -> list[SentRow]:
    """The rows of a part in the input, by their numbers."""
    total = data.get(f"{part.slug}-TOTAL_FORMS", "")
    rows = []
    for number in range(min(int(total), 1000) if total.isdecimal() else 0):
        prefix = f"{part.slug}-{number}"
        start = f"{prefix}-"
        values = {n.removeprefix(start): data.getlist(n) for n in data if n.startswith(start)}
        rows.append(SentRow(number, prefix, values))
    return rows


def replace_rows(data: QueryDict, slug: str, rows: list[dict[str, list[str]]]) -> QueryDict:
    """The input with other rows: stored ones first, as a formset expects them."""
    management = {f"{slug}-MIN_NUM_FORMS", f"{slug}-MAX_NUM_FORMS"}
    others = {
        name: data.getlist(name)
        for name in data
        if not name.startswith(f"{slug}-") or name in management
    }
    stored = [row for row in rows if row.get("id", [""])[0]]
    ordered = stored + [row for row in rows if not row.get("id", [""])[0]]
    for number, row in enumerate(ordered):
        others |= {f"{slug}-{number}-{name}": values for name, values in row.items()}
    others[f"{slug}-TOTAL_FORMS"] = [str(len(ordered))]
    others[f"{slug}-INITIAL_FORMS"] = [str(len(stored))]
    return as_post(others)


def as_row(model: type[models.Model], kept: Any) -> Any:
    """A kept state as a row of the model, to be compared and never saved.

    What is only computed is not kept and stays empty.
    """
    if kept is None:
        return None
    names = [f.attname for f in model._meta.concrete_fields if hasattr(kept, f.attname)]
    row = model(**{name: getattr(kept, name) for name in names})
    row._state.adding = False
    return row
