"""Two people changed one record: what each of them did, side by side, and one choice per field.

Three states are compared: the one the person started from (kept by the history), the present
one, and the input. What only one side touched is preset, what both touched must be chosen.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from kernel.records.models import RecordBase
from kernel.records.revisions import revision_of, revisions_of

from .choices import OUT_OF_SIGHT, TEXT
from .columns import format_value
from .drafts import as_post
from .forms import form_class
from .formsets import inline_parts
from .links import linked, row_at
from .personal import hide, masks_for
from .register import Register, registry
from .rows import SentRow, replace_rows, rows_of

THEIRS, MINE = "theirs", "mine"
GONE = "（本行已删除）"
NOT_COMPARED = {"version", "change_reason"}


@dataclass
class Difference:
    """One field, or one row of the record, that the two sides leave in different states."""

    key: str
    label: str
    base: str
    theirs: str
    mine: str
    choice: str

    @property
    def name(self) -> str:
        """Name of the choice in the form."""
        return f"merge-{self.key}"


def raw_values(form: forms.BaseForm, name: str) -> list[str]:
    """What an untouched form would send for a field."""
    field = form.fields[name]
    value = form.get_initial_for_field(field, name)
    value = field.prepare_value(value) if value is not None else None
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    shown = field.widget.format_value(value)
    if isinstance(shown, list | tuple):
        return [str(item) for item in shown if item not in (None, "")]
    return [] if shown is None else [str(shown)]


def text_of(field: Any, value: Any, user: Any) -> str:
    """A stored value in words, as far as the person may see what it names."""
    if isinstance(field, models.ManyToManyField):
        return format_value([str(item) for item in value])
    if field.is_relation and value is not None:
        return name_of(field.related_model, value, user)
    if getattr(field, "choices", None):
        return format_value(dict(field.flatchoices).get(value, value))
    return format_value(value)


def name_of(model: Any, key: int, user: Any) -> str:
    """What a related row is called; records out of sight keep their name to themselves."""
    kept = issubclass(model, RecordBase)
    rows = registry.for_model(model).visible_to(user) if kept else model._base_manager
    found = rows.filter(pk=key).first()
    return str(found) if found else OUT_OF_SIGHT if kept else f"#{key}"


class Sides:
    """One row in its three states; `base` and `current` are rows of the model or `None`."""

    def __init__(
        self, register: Register, user: Any, data: QueryDict, prefix: str | None, states: Any
    ):
        self.register, self.user, self.data, self.prefix = register, user, data, prefix
        self.base, self.current = states

    def form(self, instance: Any, *, bound: bool) -> Any:
        """The row's form; `bound` to the input, else as the page would first show it."""
        made = form_class(self.register)(
            self.data if bound else None, instance=instance, user=self.user, prefix=self.prefix
        )
        for name in (NOT_COMPARED | {self.owner_field}) & set(made.fields):
            del made.fields[name]
        return made

    @property
    def owner_field(self) -> str:
        return self.register.model.owner if self.prefix else ""

    @cached_property
    def shown(self) -> Any:
        return self.form(self.current or self.base, bound=False)

    @cached_property
    def names(self) -> list[str]:
        """Form fields that are fields of the model, in the order of the page."""
        known = {f.name for f in self.register.model._meta.get_fields()}
        listed = [name for _, entered in self.register.fieldsets for name in entered]
        return [name for name in listed if name in self.shown.fields and name in known]

    @cached_property
    def mine(self) -> set[str]:
        """What the person changed, from the state they started with."""
        start = self.base or self.current
        return set(self.form(start, bound=True).changed_data) & set(self.names)

    @cached_property
    def theirs(self) -> set[str]:
        """What others changed since; anything, where one of the two states is missing."""
        if self.base is None or self.current is None:
            return set(self.names)
        return {name for name in self.names if self._moved(name)}

    def _moved(self, name: str) -> bool:
        field = self.register.model._meta.get_field(name)
        if field.many_to_many:
            return linked(self.base, name) != linked(self.current, name)
        return bool(getattr(self.base, field.attname) != getattr(self.current, field.attname))

    @cached_property
    def differing(self) -> set[str]:
        """Where the input is not what is stored now."""
        start = self.current or self.base
        return set(self.form(start, bound=True).changed_data) & set(self.names)

    def stored(self, row: Any, name: str) -> str:
        """A stored value as the page may show it to this person."""
        if row is None:
            return "—"
        field = self.register.model._meta.get_field(name)
        if field.many_to_many:
            return text_of(field, getattr(row, name).all(), self.user)
        value = getattr(row, field.attname)
        mask = masks_for(self.register, self.user).get(name)
        return hide(mask, value) if mask else text_of(field, value, self.user)

    def typed(self, name: str) -> str:
        """The input in words; as it was typed when it cannot be understood."""
        bound = self.form(self.base or self.current, bound=True)
        try:
            value = bound.fields[name].clean(bound[name].data)
        except ValidationError:
            return "、".join(self.data.getlist(bound.add_prefix(name))) or "—"
        field = self.register.model._meta.get_field(name)
        stored = value.pk if isinstance(value, models.Model) else value
        return text_of(field, stored, self.user)

    def label(self, name: str) -> str:
        return str(self.shown.fields[name].label)

    def in_words(self, row: Any) -> str:
        """A whole stored row on one line; empty fields are left out."""
        if row is None:
            return GONE
        pairs = ((name, self.stored(row, name)) for name in self.names)
        return "；".join(f"{self.label(name)}：{text}" for name, text in pairs if text != "—")

    def typed_in_words(self) -> str:
        pairs = ((name, self.typed(name)) for name in self.names)
        return "；".join(f"{self.label(name)}：{text}" for name, text in pairs if text != "—")


class Comparison:
    """The input against the present record, field by field and row by row."""

    def __init__(
        self, register: Register, user: Any, record: Any, data: QueryDict, base_revision: int
    ):
        self.register, self.user, self.record, self.data = register, user, record, data
        self.base_revision = base_revision
        model = register.model
        base = row_at(model, record.pk, base_revision)
        self.sides = Sides(register, user, data, None, (base, record))
        self.notes: list[str] = []
        self.accepted: dict[str, dict[int, list[tuple[str, list[str]]] | None]] = {}
        self.differences = [self._field(name) for name in self._differing()]
        if not register.is_part:
            for part in inline_parts(register, user):
                self._rows(part)

    def _differing(self) -> list[str]:
        return [name for name in self.sides.names if name in self.sides.differing]

    def _field(self, name: str) -> Difference:
        sides = self.sides
        preset = ""
        if name not in sides.theirs:
            preset = MINE
        elif name not in sides.mine:
            preset = THEIRS
        return Difference(
            name,
            sides.label(name),
            sides.stored(sides.base, name),
            sides.stored(sides.current, name),
            sides.typed(name),
            self.data.get(f"merge-{name}") or preset,
        )

    def _rows(self, part: Register) -> None:
        """Rows of one kind that others changed, added or removed since the page was opened."""
        if f"{part.slug}-TOTAL_FORMS" not in self.data:
            return
        rows = rows_of(part, self.data)
        stored = {
            row.pk: row
            for row in part.model._default_manager.filter(**{part.model.owner: self.record})
        }
        present = revisions_of(part.model, stored)
        for row in rows:
            if row.pk is not None and row.revision != present.get(row.pk):
                self._row(part, row, stored.get(row.pk))
        known = {row.pk for row in rows}
        # The page had every row there was.
        for pk in sorted(stored.keys() - known):
            self.notes.append(f"{part.title}：新增“{stored[pk]}”，保存后保留。")

    def _row(self, part: Register, row: SentRow, current: Any) -> None:
        base = row_at(part.model, row.pk or 0, row.revision)
        if base is None and current is None:
            return
        sides = Sides(part, self.user, self.data, row.prefix, (base, current))
        label = f"{part.title}“{current or base}”"
        if not row.deleted and not sides.mine:
            what = "已由他人删除" if current is None else "已由他人修改"
            self.notes.append(f"{label}：{what}，保存后以最新内容为准。")
            self._take(part, row, sides)
            return
        if current is None and row.deleted:
            self._take(part, row, sides)
            return
        key = f"{part.slug}-{row.pk}"
        choice = self.data.get(f"merge-{key}", "")
        self.differences.append(
            Difference(
                key,
                label,
                sides.in_words(base),
                sides.in_words(current),
                GONE if row.deleted else sides.typed_in_words(),
                choice,
            )
        )
        if choice == THEIRS:
            self._take(part, row, sides)
        elif choice == MINE:
            self._keep(part, row, current)

    def _take(self, part: Register, row: SentRow, sides: Sides) -> None:
        """The stored row instead of the input: its values, or no row at all."""
        taken = None
        if sides.current is not None:
            form = sides.form(sides.current, bound=False)
            taken = [(name, raw_values(form, name)) for name in form.fields]
            taken.append(("id", [str(row.pk)]))
            taken.append(("rev", [str(revision_of(sides.current))]))
        self.accepted.setdefault(part.slug, {})[row.number] = taken

    def _keep(self, part: Register, row: SentRow, current: Any) -> None:
        """The input instead of the stored row; a row that is gone is entered anew."""
        values = dict(row.values)
        if current is None:
            values.pop("id", None)
            values.pop("rev", None)
        else:
            values["rev"] = [str(revision_of(current))]
        self.accepted.setdefault(part.slug, {})[row.number] = list(values.items())

    @property
    def undecided(self) -> list[Difference]:
        return [d for d in self.differences if d.choice not in (THEIRS, MINE)]

    @property
    def by(self) -> str:
        """Who saved last, and when."""
        owner = self.record.owner_record()
        at = f"{timezone.localtime(owner.updated_at):%Y-%m-%d %H:%M}"
        if owner.updated_by_id == self.user.pk:
            return f"您在另一个窗口于 {at}"
        return f"{owner.updated_by or '其他人'}于 {at}"

    def hidden_input(self) -> list[tuple[str, str]]:
        """The input, to be carried along by the page."""
        left = ("merge-", "csrfmiddlewaretoken", "action", "version", "conflict_base")
        return [
            (name, value)
            for name in self.data
            if not name.startswith(left)
            for value in self.data.getlist(name)
        ]

    def merged(self) -> QueryDict:
        """The input with every choice applied, started from the present state."""
        left = ("merge-", "conflict_base")
        data = as_post({n: self.data.getlist(n) for n in self.data if not n.startswith(left)})
        for difference in self.differences:
            if difference.key in self.sides.shown.fields and difference.choice == THEIRS:
                data.setlist(difference.key, raw_values(self.sides.shown, difference.key))
                # What was typed into a search field named the other choice.
                data.pop(f"{difference.key}{TEXT}", None)
        for slug, changes in self.accepted.items():
            data = self._with_rows(data, slug, changes)
        data["version"] = str(revision_of(self.record))
        return data

    def _with_rows(self, data: QueryDict, slug: str, changes: dict[int, Any]) -> QueryDict:
        part = next(p for p in inline_parts(self.register, self.user) if p.slug == slug)
        kept = []
        for row in rows_of(part, data):
            values = changes.get(row.number, list(row.values.items()))
            if values is not None:
                kept.append(dict(values))
        return replace_rows(data, slug, kept)
