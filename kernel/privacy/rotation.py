"""Encrypting what is stored: plain columns of before, and everything anew when keys change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from .cipher import Unreadable, needs_sealing, seal, unseal
from .keys import keyring

BATCH = 1_000


@dataclass(frozen=True)
class Column:
    """One column of ciphertext, in a table or in the table of its history."""

    table: str
    column: str
    key: str
    """Primary key of the table."""
    context: str
    searchable: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass
class Outcome:
    """What became of one column."""

    column: Column
    rows: int = 0
    """Rows with a value."""
    sealed: int = 0
    """Of these, encrypted anew with the first key."""
    unreadable: int = 0
    """Of these, left as they are because none of the given keys opens them."""


def encrypted_columns() -> Iterator[Column]:
    """All encrypted columns of all models, those of history included."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if getattr(field, "encrypted", False) and not model._meta.proxy:
                yield column_of(field)


def column_of(field: Any) -> Column:
    meta = field.model._meta
    return Column(meta.db_table, field.column, meta.pk.column, field.context, field.searchable)


def reseal(place: Column, report: Callable[[Outcome], None] = lambda outcome: None) -> Outcome:
    """Bring every value of one column under the first key, batch by batch in primary key order.

    Each batch is a transaction of its own (outside of an enclosing one), so an interrupted run
    loses nothing and the next one passes over what is done. `report` is told after each batch.
    """
    outcome, last = Outcome(place), 0
    while batch := _reseal_batch(place, last, outcome):
        last = batch
        report(outcome)
    return outcome


def survey(place: Column) -> dict[str, int]:
    """Number of values by key id; values that are not encrypted count as 明文."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN \"{place.column}\" LIKE 'e1.%%.%%.%%' "  # noqa: S608
            f"THEN split_part(\"{place.column}\", '.', 3) ELSE '明文' END AS used, count(*) "
            f'FROM "{place.table}" WHERE "{place.column}" <> \'\' GROUP BY used',
            [],
        )
        return dict(cursor.fetchall())


def _reseal_batch(place: Column, after: int, outcome: Outcome) -> int:
    """Work through the next rows; the last primary key seen, 0 when there were none."""
    # History keeps what people did; a change of key is nothing they did. The rows of history
    # themselves are protected against every change but this one.
    triggers = pgtrigger.ignore(*_triggers_of(place.table))
    with transaction.atomic(), triggers, connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{place.key}", "{place.column}" FROM "{place.table}" '  # noqa: S608
            f'WHERE "{place.key}" > %s AND "{place.column}" <> \'\' '
            f'ORDER BY "{place.key}" LIMIT %s FOR UPDATE',
            [after, BATCH],
        )
        rows = cursor.fetchall()
        changed = [(key, new) for key, stored in rows if (new := _renewed(place, stored, outcome))]
        if changed:
            keys, values = zip(*changed, strict=True)
            cursor.execute(
                f'UPDATE "{place.table}" SET "{place.column}" = new.value '  # noqa: S608
                "FROM unnest(%s::bigint[], %s::text[]) AS new(id, value) "
                f'WHERE "{place.table}"."{place.key}" = new.id',
                [list(keys), list(values)],
            )
    return int(rows[-1][0]) if rows else 0


def _triggers_of(table: str) -> list[str]:
    """Names of the triggers on one table; to ignore all triggers there are takes much longer."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if model._meta.db_table == table
    ]


def _renewed(place: Column, stored: str, outcome: Outcome) -> str | None:
    """The value under the first key; `None` when it is so already, or cannot be read."""
    outcome.rows += 1
    if not needs_sealing(stored):
        return None
    text = unseal(stored, place.context)
    if isinstance(text, Unreadable):
        outcome.unreadable += 1
        return None
    outcome.sealed += 1
    return seal(text, place.context, searchable=place.searchable, ring=keyring())
