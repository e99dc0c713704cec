"""The database triggers that keep the search text, whoever writes the row and how."""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models

TITLE, NAME = 200, 60
"""Longest fields, in characters, that are also found by initials; names also by whole pinyin."""


def _expressions(model: type[models.Model], names: Sequence[str]) -> list[str]:
    """The lines of the text: the fields themselves, then the pinyin of the short ones."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    folded = {field: f'search_fold(NEW."{field.column}")' for field in fields}
    pinyin = [
        f"search_{'name' if _length(field) <= NAME else 'title'}_pinyin({folded[field]})"
        for field in fields
        if isinstance(field, models.CharField) and _length(field) <= TITLE
    ]
    return [*folded.values(), *pinyin]


def _length(field: models.CharField) -> int:
    return field.max_length or TITLE


def keep_text(model: type[models.Model], names: Sequence[str]) -> None:
    """Have the database fill `search_text` from these fields at every insert and change."""
    if not names:
        return
    lines = ", ".join(_expressions(model, names))
    fill = f"NEW.search_text := concat_ws(E'\\n', {lines}); RETURN NEW;"
    pgtrigger.register(
        pgtrigger.Trigger(
            name="search_insert", when=pgtrigger.Before, operation=pgtrigger.Insert, func=fill
        ),
        # Also when somebody writes the text itself: that is how it is filled anew.
        pgtrigger.Trigger(
            name="search_update",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func=fill,
            condition=pgtrigger.AnyChange(*names, "search_text"),
        ),
    )(model)
