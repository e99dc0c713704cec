"""What a new form already holds: the day, and what the person entered the same way every time.

Nothing is stored for it and nothing declared. Each preset says where it comes from and can be
cleared.
"""

from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

TODAY, LAST = "预填今天", "沿用近三次"
ALIKE = 3
"""Entries in a row with the same value, before it is offered for the next."""


def preset(form: forms.ModelForm, user: Any) -> None:
    """Fill empty fields of a new form and mark them; what the address asks for comes first."""
    found = {**_today(form), **_last_used(form, user)}
    for name, (value, reason) in found.items():
        if name not in form.initial:
            form.initial[name] = value
            form.fields[name].preset = reason  # type: ignore[attr-defined]


def _today(form: forms.ModelForm) -> dict[str, tuple[Any, str]]:
    """Today, for the first day that must be given.

    Not for entries of a directory (with a time of validity): they seldom begin on the day on
    which somebody writes them down.
    """
    model: Any = form._meta.model
    if model.validity is not None:
        return {}
    for name, field in form.fields.items():
        if isinstance(field, forms.DateField) and field.required:
            return {name: (timezone.localdate(), TODAY)}
    return {}


def _last_used(form: forms.ModelForm, user: Any) -> dict[str, tuple[Any, str]]:
    """Choices that were the same in the person's last three entries."""
    columns = _repeatable(form)
    if not columns:
        return {}
    model: Any = form._meta.model
    own = model._base_manager.filter(**{f"{model.owner_prefix()}created_by": user})
    rows = list(own.order_by("-pk").values(*columns.values())[:ALIKE])
    if len(rows) < ALIKE:
        return {}
    return {
        name: (rows[0][column], LAST)
        for name, column in columns.items()
        if rows[0][column] not in (None, "") and len({row[column] for row in rows}) == 1
    }


def _repeatable(form: forms.ModelForm) -> dict[str, str]:
    """Required choices without a default of their own: form field → column.

    An optional choice (a result, a rating) belongs to a later step and is left open.
    """
    model: Any = form._meta.model
    found = {}
    for field in model._meta.concrete_fields:
        asked = form.fields.get(field.name)
        chosen = bool(field.choices) or isinstance(field, models.ForeignKey)
        own = field.name in ("unit", model.owner.partition("__")[0])
        if asked and chosen and asked.required and not (own or field.unique or field.has_default()):
            found[field.name] = field.attname
    return found
