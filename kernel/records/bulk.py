"""The rules of `services.save_record` and `save_part` for many records at once.

Callers have validated the records, hold locks on known ones, and run inside one transaction and
one history context. Row history is written by the same triggers as ever.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone

from .events import record_events
from .models import Part, Record
from .services import _reopen
from .status import Status

SIZE = 1_000
STATE_FIELDS = ("status", "version", "updated_by", "updated_at")


def check_at_once() -> None:
    """Let references be checked with each statement of this transaction, not at its end.

    The history triggers open a subtransaction for each row, and each of them walks through all
    postponed checks: with checks postponed, the time grows with the square of the rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- Rows as JSON, in the shape of their table ---------------------------------------------------


def column_values(record: models.Model, fields: Iterable[Any]) -> dict[str, Any]:
    """Values of these fields by column, as the database takes them."""
    return {field.column: _json_value(record, field) for field in fields}


def _json_value(record: models.Model, field: Any) -> Any:
    value = field.pre_save(record, add=False)
    if isinstance(field, models.JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _default(value: Any) -> str:
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    return str(value)


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    """Rows for `json_populate_recordset`."""
    return json.dumps(list(rows), default=_default, ensure_ascii=False)


def update_rows(records: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of many rows, in one statement for each thousand."""
    if not records:
        return
    meta: Any = records[0]._meta
    quote = connection.ops.quote_name
    fields = [meta.get_field(name) for name in names]
    columns = [quote(field.column) for field in fields]
    key, table = quote(meta.pk.column), quote(meta.db_table)
    sql = (
        f"UPDATE {table} SET {', '.join(f'{c} = n.{c}' for c in columns)} "  # noqa: S608
        f"FROM json_populate_recordset(NULL::{table}, %s::json) n WHERE {table}.{key} = n.{key}"
    )
    for start in range(0, len(records), SIZE):
        part = records[start : start + SIZE]
        payload = as_json(column_values(row, [meta.pk, *fields]) for row in part)
        with connection.cursor() as cursor:
            cursor.execute(sql, [payload])


# --- Records -------------------------------------------------------------------------------------


def create_records(records: Sequence[Record], *, by: Any, reason: str = "", **data: Any) -> None:
    """Enter new records; they begin in review, as those of the form do."""
    if not records:
        return
    for record in records:
        record.created_by = record.updated_by = by
        record.handler = record.handler or by
    type(records[0])._base_manager.bulk_create(records, batch_size=SIZE)
    record_events(records, "created", by=by, reason=reason, status=Status.SUBMITTED, **data)


def change_records(
    records: Sequence[Record], names: Iterable[str], *, by: Any, reason: str = "", **data: Any
) -> None:
    """Write changed fields of known records; approved ones go back to review.

    Raises `Refused` as `save_record` does: a withdrawn record, an approved one without a reason.
    """
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[_touch(record, by, reason)].append(record)
    update_rows(records, [*names, *STATE_FIELDS])
    for kind, same in by_kind.items():
        record_events(same, kind, by=by, reason=reason, status=Status.SUBMITTED, **data)


def _touch(record: Record, by: Any, reason: str) -> str:
    kind = _reopen(record, reason)
    if record.status == Status.RETURNED:
        record.status, kind = Status.SUBMITTED, "resubmitted"
    record.version += 1
    record.updated_by, record.updated_at = by, timezone.now()
    return kind


# --- Parts ---------------------------------------------------------------------------------------


def touch_owners(
    model: type[Record], keys: Iterable[int], *, by: Any, reason: str, kind: str, **data: Any
) -> None:
    """Lock the records whose rows change; approved ones go back to review."""
    owners = list(model._base_manager.select_for_update().filter(pk__in=set(keys)).order_by("pk"))
    reopened: dict[bool, list[Record]] = defaultdict(list)
    for owner in owners:
        reopened[_reopen(owner, reason) == "reopened"].append(owner)
        owner.version += 1
        owner.updated_by, owner.updated_at = by, timezone.now()
    update_rows(owners, STATE_FIELDS)
    for again, same in reopened.items():
        record_events(same, kind, by=by, reason=reason, reopened=again, **data)


def save_parts(created: Sequence[Part], changed: Sequence[Part], names: Iterable[str]) -> None:
    """Write rows whose owners have been touched."""
    if created:
        type(created[0])._base_manager.bulk_create(created, batch_size=SIZE)
    update_rows(changed, names)
