"""Asks the database which rows would break its rules, many rows in one query.

The rows travel as JSON and take the shape of the register's own table, so that check and unique
constraints mean exactly what they mean when the rows are stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.db.models.sql import Query

from kernel.records.bulk import as_json, column_values

SOURCE = "json_populate_recordset(NULL::{table}, %s::json) WITH ORDINALITY"


@dataclass(frozen=True)
class Fault:
    """Row `index` breaks a rule; `fields` are those that the rule compares (unique rules only).

    `first` is the number of the earlier row of the same file that the row repeats.
    """

    index: int
    message: str
    fields: tuple[str, ...] = ()
    first: int | None = None


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _where(model: type[models.Model], condition: Q) -> tuple[str, list[Any]]:
    """SQL of a constraint's condition, with bare column names."""
    query = Query(model=model, alias_cols=False)
    sql, params = query.build_where(condition).as_sql(
        query.get_compiler(connection=connection), connection
    )
    return sql, list(params)


@cache
def rules(model: type[models.Model]) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    """The model's check, unique and other constraints; unique fields count as constraints."""
    constraints = [c for _, found in model().get_constraints() for c in found]
    checks = [c for c in constraints if isinstance(c, models.CheckConstraint)]
    unique = [c for c in constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    unique += [
        models.UniqueConstraint(
            fields=[field.name],
            name=f"{field.column}_unique",
            violation_error_message=f"{field.verbose_name}已经登记过，不能重复。",
        )
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]
    others = [c for c in constraints if c not in checks and c not in unique]
    return checks, unique, others


def _compared(checks: Sequence[Any], unique: Sequence[Any]) -> set[str]:
    """Names of the fields that some rule reads; only these need to travel."""
    names = {name for constraint in unique for name in constraint.fields}
    conditions = [c.condition for c in (*checks, *unique) if c.condition is not None]
    for condition in conditions:
        names |= condition.referenced_base_fields
    return names


class Examiner:
    """Checks batches of rows of one model; remembers unique values across the batches."""

    def __init__(self, model: type[models.Model]):
        self.model: Any = model
        self.checks, self.unique, self.others = rules(model)
        self.fields = [
            f
            for f in model._meta.concrete_fields
            if f.primary_key or f.name in _compared(self.checks, self.unique)
        ]
        self._seen: dict[tuple[Any, ...], int] = {}

    def faults(self, records: Sequence[models.Model], numbers: Sequence[int]) -> list[Fault]:
        """Broken rules of these rows; `numbers` are the row numbers that messages name."""
        if not records:
            return []
        found, held = self._ask(records)
        return found + self._twice(records, numbers, held) + self._one_by_one(records)

    def _ask(self, records: Sequence[models.Model]) -> tuple[list[Fault], list[tuple[int, int]]]:
        table = quoted(self.model._meta.db_table)
        head = f"WITH n AS MATERIALIZED (SELECT * FROM {SOURCE.format(table=table)})"  # noqa: S608
        parts = [*map(self._check_sql, range(len(self.checks)))]
        for which in range(len(self.unique)):
            parts += [self._taken_sql(which), self._held_sql(which)]
        if not parts:
            return [], []
        payload = as_json(column_values(record, self.fields) for record in records)
        params = [payload, *(value for _, values in parts for value in values)]
        with connection.cursor() as cursor:
            cursor.execute(f"{head} {' UNION ALL '.join(sql for sql, _ in parts)}", params)
            rows = cursor.fetchall()
        held = [(place - 1, which) for place, kind, which in rows if kind == "held"]
        found = [self._fault(*row) for row in rows if row[1] != "held"]
        return found, held

    def _fault(self, place: int, kind: str, which: int) -> Fault:
        constraint = (self.checks if kind == "check" else self.unique)[which]
        fields = tuple(constraint.fields) if kind == "taken" else ()
        return Fault(place - 1, self._message(constraint), fields)

    def _message(self, constraint: Any) -> str:
        return str(constraint.get_violation_error_message())

    def _check_sql(self, which: int) -> tuple[str, list[Any]]:
        sql, params = _where(self.model, self.checks[which].condition)
        return (
            f"SELECT ordinality, 'check', {which} FROM n WHERE ({sql}) IS FALSE",  # noqa: S608
            params,
        )

    def _taken_sql(self, which: int) -> tuple[str, list[Any]]:
        """Rows whose unique values another row of the table has already."""
        constraint = self.unique[which]
        condition, params = self._condition(constraint)
        same = "IS NOT DISTINCT FROM" if constraint.nulls_distinct is False else "="
        columns = [quoted(self.model._meta.get_field(f).column) for f in constraint.fields]
        match = " AND ".join(f"a.{column} {same} b.{column}" for column in columns)
        table, key = quoted(self.model._meta.db_table), quoted(self.model._meta.pk.column)
        # Names are those of the model itself.
        taken = f"(SELECT * FROM {table} WHERE {condition}) b"  # noqa: S608
        given = f"(SELECT * FROM n WHERE {condition}) a"  # noqa: S608
        other = f"b.{key} IS DISTINCT FROM a.{key}"
        head = f"SELECT a.ordinality, 'taken', {which}"
        sql = f"{head} FROM {given} JOIN {taken} ON {match} AND {other}"
        return sql, params * 2

    def _held_sql(self, which: int) -> tuple[str, list[Any]]:
        """Rows to which the unique rule applies at all."""
        condition, params = self._condition(self.unique[which])
        return f"SELECT ordinality, 'held', {which} FROM n WHERE {condition}", params  # noqa: S608

    def _condition(self, constraint: Any) -> tuple[str, list[Any]]:
        if constraint.condition is None:
            return "TRUE", []
        return _where(self.model, constraint.condition)

    def _twice(
        self, records: Sequence[Any], numbers: Sequence[int], held: list[tuple[int, int]]
    ) -> list[Fault]:
        """Rows that repeat an earlier row of the same file."""
        found = []
        for index, which in sorted(held):
            constraint = self.unique[which]
            attributes = [self.model._meta.get_field(f).attname for f in constraint.fields]
            values = tuple(getattr(records[index], name) for name in attributes)
            if None in values and constraint.nulls_distinct is not False:
                continue
            first = self._seen.setdefault((which, *map(str, values)), numbers[index])
            if first != numbers[index]:
                message = self._message(constraint)
                found.append(Fault(index, message, tuple(constraint.fields), first))
        return found

    def _one_by_one(self, records: Sequence[models.Model]) -> list[Fault]:
        """Rules that only the database's own operators know (no two periods overlap)."""
        found = []
        for constraint in self.others:
            for index, record in enumerate(records):
                try:
                    constraint.validate(self.model, record)
                except ValidationError as error:
                    found.append(Fault(index, "".join(error.messages)))
        return found
