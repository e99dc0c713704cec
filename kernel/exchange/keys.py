"""By which words a record is named in a sheet, and how a name leads back to its record.

A record type is named by its name or title, else by a number of its own, else by what its
database keeps unique. Two records of the same name are told apart by `名称#记录号`.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Count, QuerySet

from kernel.records.models import RecordBase
from kernel.registers.register import registry

SEPARATOR = "｜"
NAMES = ("name", "title", "display_name")
NUMBERS = ("number", "code", "certificate_number", "base_code", "school_code", "index_number")
DEPTH = 3
SUGGESTED = 3
OFFERED = 2_000
"""Beyond so many records, near spellings are no longer looked for."""

Path = tuple[str, ...]


@cache
def aliases(model: type[models.Model], depth: int = DEPTH) -> tuple[Path, ...]:
    """Lookup paths whose joined values name a row of the model; the best one first."""
    declared = _declared(model)
    found = [declared] if declared else []
    own = {field.name: field for field in model._meta.concrete_fields}
    found += [(name,) for name in NAMES if name in own]
    found += [_through(own["unit"], depth)] if _is_named_by_unit(own) else []
    found += [(name,) for name in NUMBERS if name in own]
    if not found and depth:
        found += [path for path in _unique_together(model, own, depth) if path]
    return tuple(dict.fromkeys(path for path in found if path))


def _declared(model: type[models.Model]) -> Path:
    if not registry.has(model):
        return ()
    names = getattr(registry.for_model(model), "import_name", ())
    return tuple(names)


def _is_named_by_unit(own: dict[str, models.Field]) -> bool:
    """A school has no name of its own: it is its unit."""
    return "unit" in own and not set(NAMES) & set(own) and _alone_unique(own["unit"])


def _alone_unique(field: models.Field) -> bool:
    constraints = field.model._meta.total_unique_constraints
    return field.unique or any(tuple(c.fields) == (field.name,) for c in constraints)


def _through(field: Any, depth: int) -> Path:
    """Paths of the first alias of the row that the foreign key leads to."""
    target = aliases(field.related_model, depth - 1)
    return tuple(f"{field.name}__{path}" for path in target[0]) if target else ()


def _unique_together(
    model: type[models.Model], own: dict[str, models.Field], depth: int
) -> Iterable[Path]:
    for constraint in model._meta.total_unique_constraints:
        path: list[str] = []
        for name in constraint.fields:
            field = own[name]
            path += _through(field, depth) if field.is_relation else (name,)
        yield tuple(path)


def joined(values: Iterable[Any]) -> str:
    return SEPARATOR.join("" if value is None else str(value).strip() for value in values)


def same_names(model: type[models.Model]) -> set[str]:
    """Names that more than one row of the model bears."""
    paths = aliases(model)[0] if aliases(model) else ()
    if not paths or (len(paths) == 1 and _is_unique(model, paths[0])):
        return set()
    rows = (
        model._base_manager.order_by()
        .values_list(*paths)
        .annotate(bearers=Count("pk"))
        .filter(bearers__gt=1)
    )
    return {joined(row[:-1]) for row in rows}


def _is_unique(model: type[models.Model], path: str) -> bool:
    return "__" not in path and bool(getattr(model._meta.get_field(path), "unique", False))


class Names:
    """Names of the rows of one model, looked up many at a time."""

    def __init__(self, model: type[models.Model]):
        self.model = model
        self.paths = aliases(model)
        self._names: dict[int, str] = {}
        self._double: set[str] | None = None

    def learn(self, keys: Iterable[int]) -> None:
        """Look up the names of these rows in one query."""
        missing = set(keys) - self._names.keys() - {None}
        if not missing:
            return
        if not self.paths:
            self._names |= {key: f"#{key}" for key in missing}
            return
        if self._double is None:
            self._double = same_names(self.model)
        rows = self.model._base_manager.filter(pk__in=missing).values_list("pk", *self.paths[0])
        for key, *values in rows:
            name = joined(values)
            self._names[key] = f"{name}#{key}" if name in self._double else name

    def name(self, key: int | None) -> str:
        """The name under which a sheet would find this row again."""
        return "" if key is None else self._names.get(key, f"#{key}")


class Finder:
    """Rows of one model by their names, among those that the person may choose."""

    def __init__(self, queryset: QuerySet[Any], label: str):
        model: Any = queryset.model
        self.queryset, self.label = queryset, label
        self.paths = aliases(model)
        self._found: dict[str, int | str] = {}
        self._offer: list[str] | None = None

    def learn(self, texts: Iterable[str]) -> None:
        """Look up all these names with a handful of queries, however many they are."""
        wanted = {text for text in texts if text not in self._found}
        if not wanted:
            return
        hits: dict[str, set[int]] = {text: set() for text in wanted}
        self._by_number(wanted, hits)
        for path in self.paths:
            self._by_path(path, [text for text in wanted if not hits[text]], hits)
        for text, keys in hits.items():
            self._found[text] = next(iter(keys)) if len(keys) == 1 else self._fault(text, keys)

    def _by_number(self, wanted: set[str], hits: dict[str, set[int]]) -> None:
        numbered = {text: int(n) for text in wanted if (n := text.rpartition("#")[2]).isdecimal()}
        numbered = {text: key for text, key in numbered.items() if "#" in text and key < 2**63}
        keys = set(self.queryset.filter(pk__in=numbered.values()).values_list("pk", flat=True))
        for text, key in numbered.items():
            if key in keys:
                hits[text].add(key)

    def _by_path(self, path: Path, wanted: Sequence[str], hits: dict[str, set[int]]) -> None:
        spelt = {normal(text): text for text in wanted}
        if not spelt:
            return
        first = {text.partition(SEPARATOR)[0].strip() for text in spelt} | {
            text.partition(SEPARATOR)[0].strip() for text in wanted
        }
        rows = self.queryset.order_by().filter(**{f"{path[0]}__in": first})
        for key, *values in rows.values_list("pk", *path):
            text = spelt.get(normal(joined(values)))
            if text is not None:
                hits[text].add(key)

    def _fault(self, text: str, keys: set[int]) -> str:
        if keys:
            ways = "、".join(f"{text}#{key}" for key in sorted(keys)[:5])
            return f"有{len(keys)}个同名的{self.label}，请写明是哪一个：{ways}（#后是记录号）。"
        near = difflib.get_close_matches(text, self._offered(), n=SUGGESTED, cutoff=0.4)
        hint = f"您要填的可能是：{'、'.join(near)}。" if near else ""
        return f"没有名为“{text[:40]}”的{self.label}，或您无权选用。{hint}"

    def _offered(self) -> list[str]:
        if self._offer is None:
            self._offer = self.offer(OFFERED)
        return self._offer

    def offer(self, limit: int) -> list[str]:
        """Names to choose from; none when there are more than `limit`."""
        if not self.paths:
            return []
        rows = list(self.queryset.values_list(*self.paths[0])[: limit + 1])
        return [] if len(rows) > limit else sorted({joined(row) for row in rows})

    def __getitem__(self, text: str) -> int | str:
        """Key of the row, or the message why there is none; `learn` it first."""
        return self._found[text]


def normal(text: str) -> str:
    """How names are compared: one kind of separator and brackets, no spaces around them."""
    text = text.replace("|", SEPARATOR).replace("(", "（").replace(")", "）")
    return SEPARATOR.join(part.strip() for part in text.split(SEPARATOR))


def choices_for(field: Any, user: Any) -> QuerySet[Any]:
    """Rows that the person may enter in this foreign key."""
    model: Any = field.related_model
    if field.name == "unit" and issubclass(field.model, RecordBase):
        return model._default_manager.filter(pk__in=user.writable_unit_ids())
    if registry.has(model):
        queryset = registry.for_model(model).visible_to(user)
    else:
        queryset = model._default_manager.all()
    return queryset.complex_filter(field.get_limit_choices_to())


# --- How the record of a row is recognised as known ----------------------------------------------


@dataclass(frozen=True)
class RecordKey:
    """Fields that together tell one record from all others.

    A `strict` key is one that the database keeps unique; the others are what a clerk would call
    the same, and may leave a relation empty.
    """

    fields: Path
    strict: bool = True


@cache
def record_keys(model: type[RecordBase]) -> tuple[RecordKey, ...]:
    """By what a row is recognised as a known record of the model, the surest first."""
    register = registry.for_model(model)
    entered = {name for _, names in register.fieldsets for name in names}
    found: list[Path] = [tuple(register.import_key)] if register.import_key else []
    found += [(f.name,) for f in model._meta.concrete_fields if f.unique and f.name in entered]
    found += [
        tuple(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and set(constraint.fields) <= entered
    ]
    keys = [RecordKey(key) for key in dict.fromkeys(found)]
    return tuple(keys or [RecordKey(_everyday_key(model, entered), strict=False)])


def _everyday_key(model: type[RecordBase], entered: set[str]) -> Path:
    """Name, unit, what it is about, and date; without a name also what kind it is."""
    name = next((name for name in NAMES if name in entered), "")
    day = model.period_field if model.period_field in entered else ""
    fields = [f for f in model._meta.concrete_fields if f.name in entered]
    linked = [f.name for f in fields if f.many_to_one]
    kinds = [] if name else [f.name for f in fields if f.choices]
    return tuple(filter(None, [name, day, *linked, *kinds]))
