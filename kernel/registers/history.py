"""The kept versions of a row in words: who changed which field from what to what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import OuterRef, Subquery

from .columns import format_value
from .personal import hide
from .places import place

LABELS = {"insert": "新建", "update": "修改", "delete": "删除"}
HIDDEN = {"id", "updated_at", "updated_by", "created_at", "version", "search_text"}
LIMIT = 200
Masks = Mapping[str, Callable[[str], str]]
NO_MASKS: Masks = {}


@dataclass
class Kept:
    """A kept row, the one before it, and how its table is to be shown."""

    row: Any
    model: type[models.Model]
    masks: Masks = field(default_factory=dict)
    previous: Any = None

    @property
    def fields(self) -> list[Any]:
        """What people see of the model; `history_hidden` names what only the program needs."""
        known = {field.name for field in type(self.row)._meta.concrete_fields}
        known -= HIDDEN | set(getattr(self.model, "history_hidden", ()))
        return [field for field in self.model._meta.concrete_fields if field.name in known]


def versions(record: models.Model, masks: Masks = NO_MASKS) -> list[dict[str, Any]]:
    """Up to the last 200 versions: when, who, why and which fields changed from what to what.

    `masks` hide personal data, by field name, as on the record's own page.
    """
    tracker: Any = type(record).pgh_event_model  # type: ignore[attr-defined]
    kept = list(
        tracker.objects.filter(pgh_obj_id=record.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: LIMIT + 1]
    )
    older: list[Any] = [*kept[1:], None]
    pairs = list(zip(kept, older, strict=True))[:LIMIT]
    return describe([Kept(new, type(record), masks, old) for new, old in pairs])


def kept_rows(model: Any, keys: Iterable[int], masks: Masks) -> list[Kept]:
    """Rows of one table of history by key, each with the one before it: two queries."""
    tracker: Any = model.pgh_event_model
    followed = hasattr(tracker, "pgh_obj_id")
    rows = tracker.objects.filter(pgh_id__in=list(keys)).select_related("pgh_context")
    if not followed:  # links come and go, they never change
        return [Kept(row, model, masks) for row in rows]
    before = tracker.objects.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")
    ).order_by("-pgh_id")
    found = list(rows.annotate(previous_id=Subquery(before.values("pgh_id")[:1])))
    previous = tracker.objects.in_bulk([row.previous_id for row in found if row.previous_id])
    return [Kept(row, model, masks, previous.get(row.previous_id)) for row in found]


def describe(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """The rows in words, in the given order; names of people and records come in bulk."""
    kept = list(kept)
    people = _people([item.row for item in kept])
    names = _Names(kept)
    return [_version(item, people, names) for item in kept]


def _people(rows: list[Any]) -> dict[int, str]:
    ids = {_context(row).get("user") for row in rows}
    accounts = get_user_model().objects.filter(pk__in=[pk for pk in ids if pk])
    return {account.pk: str(account) for account in accounts}


def _context(row: Any) -> dict[str, Any]:
    return (row.pgh_context.metadata or {}) if row.pgh_context else {}


class _Names:
    """What related rows are called, asked once per related model."""

    def __init__(self, kept: list[Kept]):
        wanted: dict[Any, set[Any]] = {}
        for item in kept:
            for field_ in item.fields:
                if field_.is_relation:
                    rows = [item.row, item.previous] if item.previous else [item.row]
                    keys = wanted.setdefault(field_.related_model, set())
                    keys.update(getattr(row, field_.attname) for row in rows)
        self.found = {
            model: {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys - {None})}
            for model, keys in wanted.items()
            if keys - {None}
        }

    def __call__(self, model: Any, key: Any) -> str:
        return self.found.get(model, {}).get(key) or f"#{key}"


def _version(item: Kept, people: dict[int, str], names: _Names) -> dict[str, Any]:
    context = _context(item.row)
    label = item.row.pgh_label
    return {
        "at": item.row.pgh_created_at,
        "actor": people.get(context.get("user") or 0, "系统"),
        "label": LABELS.get(label, label),
        "reason": context.get("reason", ""),
        "url": context.get("url", ""),
        "place": place(context),
        "changes": [
            {
                "field": _label(field_),
                "old": _text(field_, old, item.masks.get(field_.name), names) if old else "—",
                "new": _text(field_, new, item.masks.get(field_.name), names) if new else "—",
            }
            for field_ in item.fields
            for old, new in [_sides(item)]
            if _differs(field_, old, new)
        ],
    }


def _label(field_: Any) -> str:
    """Django's own link tables name their ends in English: the related model has a better name."""
    if field_.is_relation and field_.verbose_name == field_.name.replace("_", " "):
        return str(field_.related_model._meta.verbose_name)
    return str(field_.verbose_name)


def _sides(item: Kept) -> tuple[Any, Any]:
    """What stood before and after; of a removed row there is nothing after."""
    if item.row.pgh_label == "delete":
        return item.row, None
    return item.previous, item.row


def _differs(field_: Any, old: Any, new: Any) -> bool:
    if old is None or new is None:
        return getattr(old or new, field_.attname) not in (None, "")
    return bool(getattr(old, field_.attname) != getattr(new, field_.attname))


def _text(field_: Any, row: Any, mask: Any, names: _Names) -> str:
    value = getattr(row, field_.attname)
    if mask is not None:
        return hide(mask, value)
    if field_.choices:
        value = dict(field_.flatchoices).get(value, value)
    elif field_.is_relation and value is not None:
        value = names(field_.related_model, value)
    return format_value(value)
