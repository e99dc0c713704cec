"""Choice of a record: a drop-down for short lists, a search by name and pinyin for long ones."""

from typing import Any, cast

from django import forms
from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet
from django.forms.models import ModelChoiceIterator
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from kernel.records.models import RecordBase
from kernel.search.matching import matches
from kernel.search.specs import is_declared, spec
from kernel.search.suggestions import suggest
from kernel.values.folding import quote, tidy

LONGEST_LIST = 50
"""A drop-down with more rows than this is slower than typing."""
SUGGESTIONS = 20
NAMED = 3
TEXT = "__text"
"""Ending of the input that holds what was typed, beside the key of the chosen row."""
OUT_OF_SIGHT = "（不在您的可见范围）"
"""What a record's present choice is called for those who may not see it."""


class Typed(str):
    """Text that names no row, or more than one."""

    candidates: list[str]


def with_names(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Join what rows are usually named by, so that a list of names is one query."""
    if queryset.query.select_related:
        return queryset
    relations = []
    for field in queryset.model._meta.concrete_fields:
        if field.is_relation and field.name not in ("created_by", "updated_by"):
            relations.append(field.name)
            relations += [
                f"{field.name}__{path}"
                for path in spec(field.related_model).relations
                if "__" not in path
            ]
    return queryset.select_related(*relations) if relations else queryset


def suggestions(queryset: QuerySet[Any], text: str, limit: int = SUGGESTIONS) -> list[Any]:
    """The best rows for a typed text, the best first."""
    return suggest(with_names(queryset), tidy(text), limit)


def holding(queryset: QuerySet[Any], text: str) -> list[Any]:
    """The first rows that hold the text in one piece, or its pinyin; no letters with gaps."""
    if not is_declared(queryset.model):
        return []
    return list(queryset.filter(matches(queryset.model, text))[:NAMED])


def hint(row: Model) -> str:
    """What tells rows of one name apart: their number or code."""
    for name in ("number", "code", "school_code", "credit_code"):
        value = getattr(row, name, "")
        if value and str(value) not in str(row):
            return str(value)
    return ""


class RelationSelect(forms.Select):
    """A drop-down up to 50 rows; beyond that a field to type in, with suggestions.

    Works on its own with any `ModelChoiceField`. `url` is the address of the suggestions and
    `find_url`, where there is one, that of the search page for browsers without scripts.
    Without either the list is a drop-down whatever its length.
    """

    search_template = "registers/choices_box.html"

    def __init__(self, *args: Any, url: str = "", find_url: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.url, self.find_url = url, find_url
        self.known: Model | None = None
        """The row that the record names already, where it was read with it and is in sight."""
        self.kept: int | None = None
        """Key of the row that the record names already, offered to this person or not."""
        self.lists: dict[str, list[Any]] = {}
        """Short lists that were read before, for the rows of one form."""
        self._resolved: dict[tuple[str, str], str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "RelationSelect":
        """Each form has its own widget, and what one person was shown is no other's business."""
        copied = super().__deepcopy__(memo)
        copied._resolved, copied.lists, copied.known, copied.kept = {}, {}, None, None
        return copied

    @property
    def queryset(self) -> QuerySet[Any] | None:
        """The rows to choose from; `None` when the choices were given as a list."""
        choices: Any = self.choices
        return with_names(choices.queryset) if isinstance(choices, ModelChoiceIterator) else None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value, text = data.get(name), data.get(name + TEXT)
        if text is None or self.queryset is None:
            return value
        key = (str(value or ""), tidy(str(text)))
        if key not in self._resolved:
            self._resolved[key] = self._resolve(*key)
        return self._resolved[key]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name + TEXT not in data

    def _resolve(self, value: str, text: str) -> str:
        """The key of the row that is meant. What is typed counts, not what was chosen before."""
        if not text:
            return ""
        chosen = self.find(value)
        name = str(chosen) if chosen is not None else self._kept_name(value)
        if name and tidy(name) == text:
            return value
        queryset: Any = self.queryset
        found = suggestions(queryset, text, NAMED)
        equal = [row for row in found if tidy(str(row)) == text]
        for rows in (equal, holding(queryset, text), found):
            if len(rows) == 1:
                return str(rows[0].pk)
        typed = Typed(text)
        typed.candidates = [str(row) for row in found]
        return typed

    def find(self, value: Any) -> Model | None:
        """The row with this key, if it may be chosen."""
        if value in (None, "") or isinstance(value, Typed) or self.queryset is None:
            return None
        if self.known is not None and str(self.known.pk) == str(getattr(value, "pk", value)):
            return self.known
        try:
            return self.queryset.filter(pk=getattr(value, "pk", value)).first()
        except (ValueError, TypeError, OverflowError):
            return None

    def is_kept(self, value: Any) -> bool:
        """Whether this is the choice that the record holds already."""
        return self.kept is not None and str(getattr(value, "pk", value)) == str(self.kept)

    def _kept_name(self, value: Any) -> str:
        """What the record's own choice is called where it is not offered; else nothing."""
        if not self.is_kept(value):
            return ""
        choices: Any = self.choices
        model = choices.queryset.model
        if issubclass(model, RecordBase):
            return OUT_OF_SIGHT
        return str(model._base_manager.get(pk=self.kept))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        queryset = self.queryset
        if queryset is None or not self.url:
            return super().get_context(name, value, attrs)
        rows = self._first_rows(queryset)
        if len(rows) > LONGEST_LIST:
            return self._search_context(name, value, attrs)
        choices, self.choices = self.choices, self._short_list(rows)
        try:
            return super().get_context(name, value, attrs)
        finally:
            self.choices = choices

    def _first_rows(self, queryset: QuerySet[Any]) -> list[Any]:
        try:
            key = str(queryset.query)
        except EmptyResultSet:
            return []
        if key not in self.lists:
            self.lists[key] = list(queryset[: LONGEST_LIST + 1])
        return self.lists[key]

    def _short_list(self, rows: list[Any]) -> list[tuple[Any, str]]:
        choices: Any = self.choices
        field = choices.field
        blank = [] if field.empty_label is None else [("", str(field.empty_label))]
        unlisted = all(row.pk != self.kept for row in rows)
        own = [(self.kept, name)] if unlisted and (name := self._kept_name(self.kept)) else []
        return [*blank, *own, *((row.pk, field.label_from_instance(row)) for row in rows)]

    def _search_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        chosen = self.find(value)
        unseen = self._kept_name(value) if chosen is None else ""
        context = forms.Widget.get_context(self, name, value, attrs)
        context["widget"] |= {
            "template_name": self.search_template,
            "key": chosen.pk if chosen is not None else self.kept if unseen else "",
            "text": str(chosen or (value if isinstance(value, Typed) else unseen)),
            "text_name": name + TEXT,
            "url": self.url,
            "find_url": self.find_url,
        }
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        context = self.get_context(name, value, attrs)
        template = context["widget"]["template_name"]
        if template == self.search_template:
            # One of the portal's own templates, which the renderer of forms does not know.
            return mark_safe(render_to_string(template, context))  # noqa: S308
        return self._render(template, context, renderer)  # type: ignore[attr-defined]


class RelationField(forms.ModelChoiceField):
    """A record of another register; typed names are understood where only one row is meant.

    What the record names already stays a choice even for those who may not see it.
    """

    widget = RelationSelect

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Typed):
            raise forms.ValidationError(self._doubt(value), code="invalid_choice")
        try:
            return super().to_python(value)
        except (forms.ValidationError, OverflowError) as fault:
            widget, rows = self.widget, cast(QuerySet[Any], self.queryset)
            if isinstance(widget, RelationSelect) and widget.is_kept(value):
                return rows.model._base_manager.get(pk=widget.kept)
            raise forms.ValidationError(
                f"所填的{self.label}不在可选范围内（可能已撤销或不属于您的单位），请重新选择。",
                code="invalid_choice",
            ) from fault

    def _doubt(self, typed: Typed) -> str:
        if not typed.candidates:
            return (
                f"没有找到{quote(typed)}，请换名称、编号或拼音首字母再查；"
                f"名录中没有的，请先登记到名录。"
            )
        names = "、".join(typed.candidates)
        return f"{quote(typed)}不止一个（{names}等），请从列表中选定，或写出全称。"
