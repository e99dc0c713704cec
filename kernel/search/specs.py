"""Which text of a model is searched: its own fields, and what it is related to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from .models import Searchable
from .triggers import keep_text


@dataclass(frozen=True)
class Spec:
    """`fields` are the model's own; `relations` are paths to related rows that are searched too.

    A row named by its relation alone (a school by its unit) has that path in `names` as well.
    """

    fields: tuple[str, ...]
    relations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_specs: dict[type[models.Model], Spec] = {}


def declare(model: type[models.Model], paths: Iterable[str], *, hidden: Iterable[str] = ()) -> None:
    """Search `model` by these paths; `hidden` fields hold personal data and are never searched."""
    fields: list[str] = []
    relations: list[str] = []
    for path in paths:
        relation, _, name = path.rpartition("__")
        if relation:
            relations.append(relation)
        elif name not in hidden and _is_plain_text(model, name):
            fields.append(name)
    related = tuple(dict.fromkeys(relations))
    names = tuple(r for r in related if "__" not in r and model._meta.get_field(r).one_to_one)
    _specs[model] = Spec(tuple(fields), related, names)
    if issubclass(model, Searchable):
        keep_text(model, fields)


def spec(model: type[models.Model]) -> Spec:
    """What was declared for the model; nothing for others."""
    return _specs.get(model, Spec(()))


def is_declared(model: type[models.Model]) -> bool:
    return model in _specs


def _is_plain_text(model: type[models.Model], name: str) -> bool:
    field: Any = model._meta.get_field(name)
    is_text = isinstance(field, models.CharField | models.TextField)
    return is_text and not getattr(field, "encrypted", False)
