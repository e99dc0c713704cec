"""The kept versions of a row, field by field, newest first."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from .columns import format_value

LABELS = {"insert": "新建", "update": "修改", "delete": "删除"}
HIDDEN = {"id", "updated_at", "created_at", "version"}
LIMIT = 200
NO_MASKS: Mapping[str, Callable[[str], str]] = {}


def versions(
    record: models.Model, masks: Mapping[str, Callable[[str], str]] = NO_MASKS
) -> list[dict[str, Any]]:
    """Up to the last 200 versions: when, who, why and which fields changed from what to what.

    `masks` hide personal data, by field name, as on the record's own page.
    """
    tracker: Any = type(record).pgh_event_model  # type: ignore[attr-defined]
    kept = list(
        tracker.objects.filter(pgh_obj_id=record.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: LIMIT + 1]
    )
    people = _people(kept)
    fields = [f for f in record._meta.concrete_fields if f.name not in HIDDEN]
    older: list[Any] = [*kept[1:], None]
    pairs = list(zip(kept, older, strict=True))[:LIMIT]
    return [_version(new, old, fields, masks, people) for new, old in pairs]


def _people(kept: list[Any]) -> dict[int, str]:
    ids = {(row.pgh_context.metadata or {}).get("user") for row in kept if row.pgh_context}
    accounts = get_user_model().objects.filter(pk__in=[pk for pk in ids if pk])
    return {account.pk: str(account) for account in accounts}


def _version(
    new: Any, old: Any, fields: list[Any], masks: Any, people: dict[int, str]
) -> dict[str, Any]:
    context = new.pgh_context.metadata if new.pgh_context else {}
    return {
        "at": new.pgh_created_at,
        "actor": people.get(context.get("user") or 0, "系统"),
        "label": LABELS.get(new.pgh_label, new.pgh_label),
        "reason": context.get("reason", ""),
        "url": context.get("url", ""),
        "changes": [
            {
                "field": str(field.verbose_name),
                "old": _text(field, old, masks.get(field.name)) if old else "—",
                "new": _text(field, new, masks.get(field.name)),
            }
            for field in fields
            if _differs(field, old, new)
        ],
    }


def _differs(field: Any, old: Any, new: Any) -> bool:
    value = getattr(new, field.attname)
    if old is None:
        return value not in (None, "")
    return getattr(old, field.attname) != value


def _text(field: Any, row: Any, mask: Any) -> str:
    value = getattr(row, field.attname)
    if mask is not None:
        return str(mask(str(value))) if value else "—"
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    elif field.is_relation and value is not None:
        value = field.related_model._base_manager.filter(pk=value).first() or f"#{value}"
    return format_value(value)
