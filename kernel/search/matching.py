"""The condition that a row holds every word of a search."""

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from .models import Searchable
from .specs import spec
from .text import words

INDEX, READ = "holds", "reads"


def matches(model: type[models.Model], text: str, *, frequent: bool = False) -> Q:
    """Rows whose text, or that of what they belong to, holds each word of `text`.

    The rows are the same either way. `frequent` reads along the list's own order instead of
    collecting all hits from the index: right when a page of a list has more hits than it counts.
    """
    found = Q()
    for word in words(text):
        found &= _word(model, word, READ if frequent else INDEX)
    return found


def names_match(model: type[models.Model], text: str) -> Q:
    """Rows whose own text holds each word, or that of the one row they are named by."""
    found = Q()
    for word in words(text):
        found &= _any_of(model, _own(model, word, INDEX), _related(model, word, INDEX, names=True))
    return found


def _word(model: type[models.Model], word: str, how: str) -> Q:
    own, related = _own(model, word, how), _related(model, word, how)
    if how == INDEX:
        return _any_of(model, own, related)
    condition = own or Q(pk__in=[])
    for each in related:
        condition |= each
    return condition


def _own(model: type[models.Model], word: str, how: str) -> Q:
    if not spec(model).fields:
        return Q()
    if issubclass(model, Searchable):
        return Q(**{f"search_text__{how}": word})
    condition = Q()
    for name in spec(model).fields:
        condition |= Q(**{f"{name}__icontains": word})
    return condition


def _related(model: type[models.Model], word: str, how: str, *, names: bool = False) -> list[Q]:
    """One condition for each relation, as nested subqueries: the planner starts at the hits."""
    declared = spec(model)
    return [
        condition
        for path in (declared.names if names else declared.relations)
        if (condition := _along(model, path.split("__"), word, how))
    ]


def _along(model: type[models.Model], path: list[str], word: str, how: str) -> Q:
    target: Any = model._meta.get_field(path[0]).related_model
    inner = _along(target, path[1:], word, how) if path[1:] else _own(target, word, how)
    return Q(**{f"{path[0]}__in": _keys(target, inner)}) if inner else Q()


def _keys(model: type[models.Model], condition: Q) -> QuerySet[Any]:
    return model._base_manager.filter(condition).order_by().values("pk")


def _any_of(model: type[models.Model], own: Q, related: list[Q]) -> Q:
    """The union of the conditions' rows: an OR over two tables would forgo both indexes."""
    conditions = [*([own] if own else []), *related]
    if not conditions:
        return Q(pk__in=[])
    if len(conditions) == 1:
        return conditions[0]
    first, *others = (_keys(model, condition) for condition in conditions)
    return Q(pk__in=first.union(*others))
