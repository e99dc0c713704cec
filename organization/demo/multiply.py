"""Turn the demo rows of a register into hundreds of thousands, inside the database.

Each copy repeats a whole demo row and moves all its dates by one distance, so copies keep every
rule between dates, and the demo's shares of states, levels and ratings.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import connection, models, transaction

FIRST_DAY, DAYS = dt.date(2004, 1, 1), 8036
"""The copies of a register lie evenly in the 22 years from 2004 to 2025."""

BASE = """
WITH base AS (
    SELECT *, row_number() OVER (ORDER BY id) AS rank, count(*) OVER () AS size
    FROM {table} WHERE id <= %(top)s
), copies AS (
    SELECT base.*, %(top)s + (copy - 1) * size + rank AS new_id,
           %(first)s::date + ((rank * 7919 + copy * 104729) %% %(days)s)::int
               - base.{anchor} AS shift
    FROM base CROSS JOIN generate_series(1, %(copies)s) AS copy
)
"""


@dataclass(frozen=True)
class Multiplication:
    """What to copy: `anchor` is the date field that is spread over the years, `numbers` the text
    fields that must be unique, each with a prefix under which copies are numbered."""

    model: type[models.Model]
    anchor: str
    numbers: dict[str, str]
    parts: tuple[tuple[type[models.Model], str], ...] = ()
    """Models whose rows are copied along, each with its foreign key to `model`."""


def multiply(plan: Multiplication, rows: int) -> None:
    """Add copies until `model` and its parts have about `rows` rows, then refresh statistics."""
    tables = [plan.model, *(part for part, _ in plan.parts)]
    copies = rows // sum(model._default_manager.count() for model in tables) - 1
    if copies < 1:
        return
    _copy(plan, copies)
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")


@transaction.atomic
def _copy(plan: Multiplication, copies: int) -> None:
    top = plan.model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
    values = {"first": FIRST_DAY, "days": DAYS, "top": top, "copies": copies}
    parts = [_insert_parts(plan, part, link) for part, link in plan.parts]
    with pghistory.context(reason="放大演示数据"), connection.cursor() as cursor:
        # The history triggers open a subtransaction for each row, and each of them walks through
        # all postponed checks: with checks postponed, the time grows with the square of the rows.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # VACUUM marks no page as visible to all whose commit has not reached the log yet.
        cursor.execute("SET LOCAL synchronous_commit = on")
        for statement in (_insert(plan), *parts):
            cursor.execute(statement, values)
        for model in (plan.model, *(part for part, _ in plan.parts)):
            table = model._meta.db_table
            # New keys follow those of the copies.
            last = f"(SELECT max(id) FROM {table})"  # noqa: S608
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")


def _insert(plan: Multiplication) -> str:
    expressions = {"id": "new_id"} | {
        name: f"'{prefix}' || lpad(new_id::text, 10, '0')" for name, prefix in plan.numbers.items()
    }
    return _base(plan) + _select(plan.model, expressions, "copies")


def _insert_parts(plan: Multiplication, part: type[models.Model], link: str) -> str:
    table = part._meta.db_table
    expressions = {
        "id": f"(SELECT max(id) FROM {table}) + row_number() OVER ()",  # noqa: S608
        f"{link}_id": "new_id",
    }
    source = f"copies JOIN {table} AS part ON part.{link}_id = copies.id"
    return _base(plan) + _select(part, expressions, source, alias="part")


def _base(plan: Multiplication) -> str:
    return BASE.format(table=plan.model._meta.db_table, anchor=plan.anchor)


def _select(
    model: type[models.Model], expressions: dict[str, str], source: str, alias: str = "copies"
) -> str:
    """Copy all columns; those in `expressions` are computed, dates are moved."""
    columns, values = [], []
    for field in model._meta.concrete_fields:
        name = str(field.column)
        own = f'{alias}."{name}"'
        columns.append(f'"{name}"')
        values.append(expressions.get(name, f"{own} + shift" if _is_date(field) else own))
    head = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
    return f"{head} SELECT {', '.join(values)} FROM {source}"  # noqa: S608 (names of our own models)


def _is_date(field: Any) -> bool:
    return isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
