"""Fill the search text of rows that were written before their triggers were there."""

from typing import Any

from django.apps import apps
from django.db import connection, transaction

from .models import Searchable
from .specs import spec

BATCH = 5_000
STALE = "\x1f"
"""No text is this; writing it makes the trigger compute the text anew."""


def searched_models() -> list[type[Any]]:
    """Models whose text the database keeps."""
    return [m for m in apps.get_models() if issubclass(m, Searchable) and spec(m).fields]


def refill(model: type[Any], *, batch: int = BATCH) -> int:
    """Compute the text of every row anew, in batches of their own; the number of rows.

    History does not carry the text, so no version is written; what people see stays as it is.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    sql = f"""
        UPDATE {table} SET search_text = %s
        WHERE id IN (SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s)
        RETURNING id
    """  # noqa: S608 (the table is our own)
    last, total = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [STALE, last, batch])
            keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return total
        last, total = max(keys), total + len(keys)
