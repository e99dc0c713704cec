"""Search across all registers: what somebody may see, found in one query."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.safestring import SafeString

from kernel.records.querysets import permission_name
from kernel.search.highlight import excerpt, highlight
from kernel.search.matching import names_match
from kernel.search.models import COLUMN
from kernel.search.specs import spec
from kernel.search.text import rank, words

from .personal import personal_matches, value_text
from .reach import Reach
from .register import Register, registry

COUNT_TO = 100
"""Hits of one register are counted up to here; more are called `99+`."""
GROUPS = 8
"""So many registers are shown with rows; the others with their number of hits only."""
ROWS = 5


@dataclass(frozen=True)
class Hit:
    """One found record and where in it the words stand."""

    register: Register
    record: Any
    words: list[str]
    user: Any

    @property
    def url(self) -> str:
        return self.register.url("detail", self.record.pk)

    @cached_property
    def title(self) -> SafeString:
        return highlight(str(self.record), self.words)

    @property
    def note(self) -> dict[str, Any] | None:
        """The field that holds the words, when the title does not show them."""
        if "<mark>" in self.title:
            return None
        for column in self.register.bind(spec(self.register.model).fields):
            text = value_text(self.register, column, self.record, self.user)
            marked = highlight(excerpt(text, self.words), self.words)
            if "<mark>" in marked:
                return {"label": column.label, "value": marked}
        return None


@dataclass
class Group:
    """The hits of one register, the best first."""

    register: Register
    best: int
    count: int
    keys: list[int]
    url: str
    hits: list[Hit] = field(default_factory=list)

    @property
    def link_label(self) -> str:
        """A list also finds rows by what they belong to, so there may be more than here."""
        count = f"{COUNT_TO - 1}+" if self.count >= COUNT_TO else str(self.count)
        declared = spec(self.register.model)
        more = set(declared.relations) - set(declared.names)
        return f"全部 {count} 条{'及关联记录' if more else ''}"

    @property
    def count_label(self) -> str:
        return f"{COUNT_TO - 1}+ 条" if self.count >= COUNT_TO else f"{self.count} 条"


def find_everywhere(user: Any, text: str, *, groups: int = GROUPS, rows: int = ROWS) -> list[Group]:
    """Registers with hits within sight, the best first; the first `groups` with their rows.

    A record is found by its own number, name and title, or by that of the one row it is named
    by. Records that merely belong to a found one are found by the filter of their own list.
    """
    typed = words(text)
    if not typed:
        return []
    found = _groups(user, text)
    for group in found[:groups]:
        _read(group, user, typed, rows)
    return found


def searched_registers(user: Any) -> Iterator[Register]:
    """Registers that the person may view and whose rows have a text of their own."""
    for register in registry:
        declared = spec(register.model)
        has_text = declared.fields or declared.names
        if has_text and user.has_perm(permission_name(register.model, "view")):
            yield register


def _groups(user: Any, text: str) -> list[Group]:
    hits: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    reach = Reach(user)
    for key, pk, stored in _rows(_select(r, reach, text) for r in searched_registers(user)):
        hits[key].append((rank(stored, text), len(stored), pk))
    return sorted((_group(key, rows, text) for key, rows in hits.items()), key=lambda g: g.best)


def _group(key: str, rows: list[tuple[int, int, int]], text: str) -> Group:
    register, best = registry.get(key), sorted(rows)
    url = register.url("list", q=text.strip())
    return Group(register, best[0][0], len(rows), [pk for *_, pk in best], url)


def _select(register: Register, user: Any, text: str) -> QuerySet[Any]:
    """(register, key, stored text) of up to `COUNT_TO` rows."""
    model, declared = register.model, spec(register.model)
    texts = [COLUMN] * bool(declared.fields) + [f"{path}__{COLUMN}" for path in declared.names]
    return (
        model.objects.visible_to(user)
        .filter(names_match(model, text) | personal_matches(register, text, user))
        .order_by()
        .values_list(Value(register.key, CharField()), "pk", _joined(texts))[:COUNT_TO]
    )


def _joined(paths: list[str]) -> Any:
    if len(paths) == 1:
        return F(paths[0])
    parts = [part for path in paths for part in (F(path), Value("\n"))]
    return Concat(*parts, output_field=TextField())


def _rows(selects: Iterable[QuerySet[Any]]) -> list[tuple[str, int, str]]:
    """The rows of all queries, by one statement: Django's own union would compile each twice."""
    parts: list[str] = []
    params: list[Any] = []
    for select in selects:
        with suppress(EmptyResultSet):
            sql, values = select.query.sql_with_params()
            parts.append(f"({sql})")
            params += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows: list[tuple[str, int, str]] = cursor.fetchall()
    return rows


def _read(group: Group, user: Any, typed: list[str], limit: int) -> None:
    """Fetch the group's first rows, once more within sight only."""
    register, keys = group.register, group.keys[:limit]
    rows = register.with_facts(register.visible_to(user)).filter(pk__in=keys)
    by_key = {row.pk: row for row in rows}
    group.hits = [Hit(register, by_key[key], typed, user) for key in keys if key in by_key]
