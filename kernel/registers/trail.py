"""All kept changes of a record, or of everything, in one order of time and page by page.

Each table of history gives its newest few rows, the database merges them; a page begins where
the one before ended (by time, table and key), so the millionth change costs what the first does.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet, Value

from kernel.records.models import RecordBase

from .extensions import history_sources
from .history import Kept, describe, kept_rows
from .personal import masks_for
from .register import Register, registry

PAGE_SIZE = 50
SEPARATOR = "~"


@dataclass(frozen=True)
class Source:
    """One table of history and which of its rows are meant."""

    model: type[Any]
    condition: Q = field(default_factory=Q)
    name: str = ""
    """What people call the rows; default: the register's title or the model's name."""

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)

    @property
    def register(self) -> Register | None:
        return registry.for_model(self.model) if registry.has(self.model) else None

    @property
    def label(self) -> str:
        if self.name:
            return self.name
        return self.register.title if self.register else str(self.model._meta.verbose_name)

    def rows(self) -> QuerySet[Any]:
        tracker: Any = self.model.pgh_event_model
        rows: QuerySet[Any] = tracker.objects.filter(self.condition)
        return rows


@dataclass(frozen=True)
class Cursor:
    """The last change of the page before."""

    at: dt.datetime
    source: str
    key: int

    def after(self, source: str) -> Q:
        """Condition on a table's rows: older than the last one, in the order of the merge."""
        older = Q(pgh_created_at__lt=self.at)
        if source < self.source:
            return older
        same = Q(pgh_created_at=self.at)
        return older | (same & Q(pgh_id__lt=self.key) if source == self.source else same)

    def __str__(self) -> str:
        return SEPARATOR.join([self.at.isoformat(), self.source, str(self.key)])


def read_cursor(text: str) -> Cursor | None:
    """The place that an address names; `None` for nonsense, which shows the first page."""
    parts = text.split(SEPARATOR)
    try:
        at, source, key = parts
        when, number = dt.datetime.fromisoformat(at), int(key)
    except ValueError:
        return None
    if when.tzinfo is None or not 0 <= number < 2**31 or "\0" in source:
        return None
    return Cursor(when, source, number)


@dataclass(frozen=True)
class TrailPage:
    """Changes in words, and where the next page begins (empty on the last)."""

    changes: list[dict[str, Any]]
    following: str


def page(
    sources: Iterable[Source], user: Any, cursor: Cursor | None, *, own: str = ""
) -> TrailPage:
    """One page of the merged tables, newest first; `own` is the key of the page's own table."""
    size = PAGE_SIZE
    by_key = {source.key: source for source in sources}
    found = _merged(by_key, cursor, size + 1)
    shown = found[:size]
    kept = _kept(by_key, shown, user)
    present = [(key, pgh_id) for _, key, pgh_id in shown if (key, pgh_id) in kept]
    words = describe([kept[place] for place in present])
    for change, (key, pgh_id) in zip(words, present, strict=True):
        change["own"] = key == own
        _add_subject(change, by_key[key], kept[key, pgh_id].row)
    following = str(Cursor(*shown[-1])) if len(found) > size else ""
    return TrailPage(words, following)


def _merged(
    sources: dict[str, Source], cursor: Cursor | None, limit: int
) -> list[tuple[dt.datetime, str, int]]:
    selects: list[Any] = []
    for key, source in sources.items():
        rows = source.rows().filter(cursor.after(key)) if cursor else source.rows()
        selects.append(
            rows.annotate(kept_in=Value(key, output_field=models.TextField()))
            .order_by("-pgh_created_at", "-pgh_id")
            .values_list("pgh_created_at", "kept_in", "pgh_id")[:limit]
        )
    if not selects:
        return []
    first, *rest = selects
    if not rest:
        return list(first)
    # The order of text in the database is that of its code points, as in Python.
    merged = first.union(*rest, all=True).order_by("-pgh_created_at", "kept_in", "-pgh_id")
    return list(merged[:limit])


def _kept(
    sources: dict[str, Source], shown: list[tuple[Any, str, int]], user: Any
) -> dict[tuple[str, int], Kept]:
    kept: dict[tuple[str, int], Kept] = {}
    for key in {key for _, key, _ in shown}:
        source = sources[key]
        masks = masks_for(source.register, user) if source.register else {}
        ids = [pgh_id for _, name, pgh_id in shown if name == key]
        kept |= {(key, k.row.pgh_id): k for k in kept_rows(source.model, ids, masks)}
    return kept


def _add_subject(change: dict[str, Any], source: Source, row: Any) -> None:
    register, pk = source.register, getattr(row, "pgh_obj_id", None)
    change["source"] = source.label
    change["key"] = source.key
    change["pk"] = pk
    # What a new row began with is long and seldom asked for; the record's own stays in sight.
    change["folded"] = row.pgh_label != "update" and not change["own"]
    change["subject_url"] = register.url("detail", pk) if register and pk else None


def of_record(record: Any, user: Any) -> list[Source]:
    """The record's own table and those of all that belongs to it, as far as `user` may see them."""
    own = Source(type(record), Q(pgh_obj_id=record.pk))
    found = [own, *_links(type(record), record)]
    for register in registry:
        path = _path_to(register.model, type(record)) if register.is_part else ""
        if path and user.has_perm(f"{register.app_label}.view_{register.slug}"):
            found.append(Source(register.model, Q(**{path: record.pk})))
    found += [Source(more.model, more.of(record)) for more in history_sources]
    return found


def _path_to(part: Any, target: type[models.Model]) -> str:
    """Lookup path from a part to a row of `target` above it; empty when there is none."""
    path, model = [], part
    for name in part.owner.split("__"):
        path.append(name)
        model = model._meta.get_field(name).related_model
        if model is target:
            return "__".join(path)
    return ""


def _links(model: Any, record: Any = None) -> list[Source]:
    """Tables of the model's many-to-many links, those of one record or all."""
    found = []
    for relation in model._meta.many_to_many:
        link = relation.remote_field.through
        if hasattr(link, "pgh_event_model") and not registry.has(link):
            rows = Q(**{f"{relation.m2m_field_name()}_id": record.pk}) if record else Q()
            name = f"{model._meta.verbose_name}的{relation.verbose_name}"
            found.append(Source(link, rows, name))
    return found


def of_everything(user: Any) -> list[Source]:
    """Every register's table with its links, and what other rooms keep, within `user`'s sight."""
    found = []
    for register in registry:
        if user.has_perm(f"{register.app_label}.view_{register.slug}"):
            found.append(Source(register.model, scope(register.model, user)))
            if user.sees_all_units:
                found += _links(register.model)
    if user.sees_all_units:
        found += [Source(more.model) for more in history_sources]
    return found


def owner_path(model: type[RecordBase]) -> str:
    """Lookup prefix from a kept row to the record that governs it, as it stands today."""
    return model.owner_prefix() or "pgh_obj__"


def scope(model: type[RecordBase], user: Any) -> Q:
    """Rows whose record the person may see today; all of them for bureau-wide roles."""
    if user.sees_all_units or model.shared:
        return Q()
    return Q(**{f"{owner_path(model)}unit__in": user.unit_ids()})
