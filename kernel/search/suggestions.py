"""The best rows for what somebody is typing into a field."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Case, F, IntegerField, Model, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Length

from .matching import matches
from .models import COLUMN, Searchable
from .specs import is_declared, spec
from .text import escaped, fold, variants, words

CANDIDATES = 2_000
"""Of a very frequent fragment only so many rows are ranked."""
SMALL_TABLE = 50_000
"""Rows up to which letters with gaps are looked for: no index helps there."""


def suggest(queryset: QuerySet[Any], text: str, limit: int = 20) -> list[Any]:
    """The first rows for `text`: equal, beginning with it, holding it, by pinyin, with gaps.

    `sxbxq`, `shixiao` and `实小北` all find 实小北校区. Without text: the first rows in the
    queryset's own order. Rows of a model that is not declared for search are read and compared
    by their names.
    """
    typed = fold(text).strip()
    if not typed:
        return list(queryset[:limit])
    if not _is_searched(queryset.model):
        return _by_name(queryset, typed, limit)
    found = _ranked(queryset, typed, limit)
    if len(found) < limit and len(typed) > 1 and _rows(queryset.model) <= SMALL_TABLE:
        found += _with_gaps(queryset, typed, limit - len(found), without=found)
    return found


def _is_searched(model: type[Model]) -> bool:
    return is_declared(model) and bool(_text_paths(model))


def _text_paths(model: type[Model]) -> list[str]:
    """Where the texts lie that name a row: its own, that of the row it is named by, the others."""
    declared = spec(model)
    own = [COLUMN] if issubclass(model, Searchable) and declared.fields else []
    related = (*declared.names, *declared.relations)
    paths = [f"{path}__{COLUMN}" for path in related if _has_text(model, path)]
    return list(dict.fromkeys([*own, *paths]))


def _has_text(model: Any, path: str) -> bool:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return issubclass(model, Searchable)


def _lines(model: type[Model]) -> Any:
    """All texts of a row as one expression, a line break before and after each line."""
    parts: list[Any] = [Value("\n")]
    for path in _text_paths(model):
        parts += [F(path), Value("\n")]
    return Concat(*parts, output_field=TextField())


def _patterns(typed: str) -> list[str]:
    """LIKE patterns from the best to the weakest."""
    shapes = ("%\n{0}\n%", "%\n{0}%", "%{0}%")
    return [shape.format(escaped(form)) for form in variants(typed) for shape in shapes]


def _with_rank(queryset: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """The rows with `search_rank`: 0 for a line equal to it, growing as it fits less."""
    patterns = _patterns(" ".join(words(typed)))
    ranks = [When(search_lines__like=each, then=Value(rank)) for rank, each in enumerate(patterns)]
    return queryset.annotate(search_lines=_lines(queryset.model)).annotate(
        search_rank=Case(*ranks, default=Value(len(ranks)), output_field=IntegerField())
    )


def _ranked(queryset: QuerySet[Any], typed: str, limit: int) -> list[Any]:
    hits = queryset.filter(matches(queryset.model, typed)).order_by().values("pk")[:CANDIDATES]
    rows = _with_rank(queryset.filter(pk__in=hits), typed)
    return list(rows.order_by("search_rank", Length("search_lines"), "pk")[:limit])


def _with_gaps(
    queryset: QuerySet[Any], typed: str, limit: int, *, without: Iterable[Any]
) -> list[Any]:
    """Rows with a line that holds the typed signs in this order, however far apart.

    Not across lines: letters gathered from a name's pinyin, its initials and the name of its
    unit would fit nearly any row.
    """
    signs = [sign for sign in typed if not sign.isspace()]
    condition = Q()
    for form in variants("".join(signs)):
        condition |= Q(search_lines__regex=r"[^\n]*".join(map(re.escape, form)))
    return list(
        queryset.annotate(search_lines=_lines(queryset.model))
        .filter(condition)
        .exclude(pk__in=[row.pk for row in without])
        .order_by(Length("search_lines"), "pk")[:limit]
    )


def _rows(model: type[Model]) -> int:
    """The table's size as the planner knows it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table]
        )
        return int(cursor.fetchone()[0])


def _by_name(queryset: QuerySet[Any], typed: str, limit: int) -> list[Any]:
    """For small tables without a search text."""
    rows = [(fold(str(row)), row) for row in queryset[:SMALL_TABLE]]
    kept = [(not name.startswith(typed), name, row) for name, row in rows if typed in name]
    return [row for *_, row in sorted(kept, key=lambda each: each[:2])[:limit]]
