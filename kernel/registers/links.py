"""A row as somebody opened it, together with what its many-to-many fields named then.

Links keep a history of their own, without numbers of the record's states: what belongs together
was written in one transaction, and for one purpose.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import models

from kernel.records.models import Record
from kernel.records.revisions import history_of, state_at

from .rows import as_row

Change = tuple[dt.datetime, uuid.UUID | None]
"""The start of a transaction, to the microsecond, and the context its changes were made in.

The time is the same for all that one transaction writes, but no order: whoever waits for the
record began before the one who is waited for.
"""


def row_at(model: type[models.Model], pk: int, revision: int) -> Any:
    """The row in the given state, to be compared and never saved; `None` when it was not kept."""
    row = as_row(model, state_at(model, pk, revision))
    relations = model._meta.many_to_many
    if row is not None and relations:
        since = _changes_since(row, revision)
        # Whoever asks the row for its links, the form included, finds those of that time.
        row._prefetched_objects_cache = {
            field.name: _rows(field, _keys_before(row, field, since)) for field in relations
        }
    return row


def linked(row: Any, name: str) -> set[int]:
    """Keys of the rows that a many-to-many field names."""
    return {found.pk for found in getattr(row, name).all()}


def _changes_since(row: models.Model, revision: int) -> set[Change]:
    number = "version" if isinstance(row, Record) else "pgh_id"
    later = history_of(type(row)).filter(pgh_obj_id=row.pk, **{f"{number}__gt": revision})
    return set(later.values_list("pgh_created_at", "pgh_context_id"))


def _keys_before(row: Any, field: Any, changes: set[Change]) -> set[int]:
    """The present links with those changes undone, the newest first."""
    keys = linked(row, field.name)
    own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    kept = history_of(field.remote_field.through).filter(
        **{own: row.pk}, pgh_created_at__in={at for at, _ in changes}
    )
    for at, context, label, key in kept.order_by("-pgh_id").values_list(
        "pgh_created_at", "pgh_context_id", "pgh_label", other
    ):
        if (at, context) in changes:
            (keys.add if label == "delete" else keys.discard)(key)
    return keys


def _rows(field: Any, keys: set[int]) -> models.QuerySet[Any]:
    """The rows with these keys; what was deleted altogether can be linked no more."""
    found: models.QuerySet[Any] = field.related_model._base_manager.filter(pk__in=keys)
    return found
