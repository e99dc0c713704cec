"""Rows of many registers at once: what waits, what is due, what somebody worked on.

One query finds the rows of all lists, one more per register reads them, however many lists
there are. Every list is cut out of `register.visible_to(user)`, as the register's own page is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, DateTimeField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from kernel.records.querysets import permission_name

from .register import Register, registry

COUNT_TO = 100
"""Longer lists are called `99+`: nobody needs the exact number of what is too much."""


@dataclass(frozen=True)
class Wanted:
    """A list to fill: rows of `queryset`, the smallest (or, `newest`, largest) `at` first."""

    name: str
    register: Register
    queryset: QuerySet[Any]
    at: Combinable
    newest: bool = False


@dataclass(frozen=True)
class Found:
    """One row of a list; `at` is the moment that ordered it."""

    register: Register
    record: Any
    at: dt.datetime

    @property
    def url(self) -> str:
        return self.register.url("detail", self.record.pk)

    @property
    def day(self) -> dt.date:
        """`at` as a day, for lists that are ordered by one."""
        return self.at.date()

    @property
    def token(self) -> str:
        """Names the row in a form, with the version that was shown: `app.model:key:version`."""
        return f"{self.register.key}:{self.record.pk}:{self.record.version}"


def record_registers(user: Any, action: str = "view") -> Iterator[Register]:
    """Registers of records (not of parts) on which the person may perform `action`."""
    for register in registry:
        if not register.is_part and user.has_perm(permission_name(register.model, action)):
            yield register


@dataclass(frozen=True)
class Shortlist:
    """The first rows of a list, and how many there are (counted up to `COUNT_TO`)."""

    rows: list[Found]
    count: int

    @property
    def count_label(self) -> str:
        return f"{COUNT_TO - 1}+" if self.count >= COUNT_TO else str(self.count)


def find(wanted: Iterable[Wanted], limit: int) -> dict[str, Shortlist]:
    """The first `limit` rows of every list, by the list's name; no entry for an empty list."""
    hits = _hits(list(wanted))
    chosen = {
        name: sorted(rows, key=lambda row: row[:2], reverse=rows[0][2].newest)[:limit]
        for name, rows in hits.items()
    }
    records = read({(want.register, pk) for rows in chosen.values() for _, pk, want in rows})
    return {
        name: Shortlist(
            [Found(want.register, records[want.register.key, pk], at) for at, pk, want in rows],
            min(len(hits[name]), COUNT_TO),
        )
        for name, rows in chosen.items()
    }


def _hits(wanted: list[Wanted]) -> dict[str, list[tuple[Any, int, Wanted]]]:
    """(moment, key, list) of up to `COUNT_TO` rows of each register, by the list's name."""
    selects = [_select(index, want) for index, want in enumerate(wanted)]
    hits: dict[str, list[tuple[Any, int, Wanted]]] = defaultdict(list)
    if selects:
        first, *others = selects
        for index, pk, at in first.union(*others, all=True) if others else first:
            want = wanted[int(index)]
            hits[want.name].append((at, pk, want))
    return hits


def _select(index: int, want: Wanted) -> QuerySet[Any]:
    """(list, key, moment) of the first rows, in a shape that all tables have in common."""
    order = want.at.desc() if want.newest else want.at.asc()  # type: ignore[attr-defined]
    return (
        want.queryset.order_by(order)
        .annotate(list_index=Value(str(index), CharField()), list_at=Cast(want.at, DateTimeField()))
        .values_list("list_index", "pk", "list_at")[:COUNT_TO]
    )


def read(keys: set[tuple[Register, int]], user: Any = None) -> dict[tuple[str, int], Any]:
    """The rows with what their names need, one query per register; with `user`, those in sight."""
    by_register: dict[Register, list[int]] = defaultdict(list)
    for register, pk in keys:
        by_register[register].append(pk)
    return {
        (register.key, row.pk): row
        for register, pks in by_register.items()
        for row in register.with_facts(
            register.visible_to(user) if user else register.get_queryset()
        )
        .filter(pk__in=pks)
        .select_related("updated_by")
    }
