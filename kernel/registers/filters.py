"""Filter sets whose every filter is a condition.

A list page, a figure and a link to the records behind the figure all go through `as_q`, so they
cannot disagree about which rows are meant.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic
from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceField

from kernel.records.models import Record, RecordBase
from kernel.records.status import Status
from kernel.search.matching import matches

from .choices import LONGEST_LIST, RelationSelect
from .columns import resolve_field

Rule = Callable[[Any], Q]


class RuleMixin:
    """A filter whose condition is given by a function instead of a field lookup."""

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any):
        self.rule = rule
        super().__init__(*args, **kwargs)


class ChoiceRule(RuleMixin, filters.ChoiceFilter):
    """A choice with a condition of its own."""


class YesNoFilter(filters.BooleanFilter):
    """A drop-down 不限 / 是 / 否."""

    def __init__(self, *args: Any, **kwargs: Any):
        choices = [("", "不限"), ("true", "是"), ("false", "否")]
        super().__init__(*args, **{"widget": forms.Select(choices=choices)} | kwargs)


class BooleanRule(RuleMixin, YesNoFilter):
    """是/否 with a condition of its own; `rule` receives the boolean."""


class DateRule(RuleMixin, filters.DateFilter):
    """A day with a condition of its own."""


class WholeNumberFilter(filters.Filter):
    """A key or a year: whole numbers that the database can hold."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, min_value=0, max_value=2**31 - 1, **kwargs)


class TextRule(RuleMixin, filters.CharFilter):
    """Text with a condition of its own."""


class SearchRule(TextRule):
    """Words that the row's text must hold, or a whole number that is kept secret."""

    def __init__(self, model: type[models.Model], **kwargs: Any):
        super().__init__(rule=partial(matches, model), **kwargs)


def condition(filter_: filters.Filter, value: Any) -> Q:
    """What one filter with one value demands of a row."""
    if isinstance(filter_, RuleMixin):
        return filter_.rule(value)
    q = Q(**{f"{filter_.field_name}__{filter_.lookup_expr}": value})
    return ~q if filter_.exclude else q


def is_empty(value: Any) -> bool:
    return value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0)


class FilterChoice(RelationSelect):
    """Remembers which lists are long, so that a filter bar does not read them at every page."""

    _long: ClassVar[dict[str, float]] = {}
    REMEMBERED_SECONDS = 300

    def _first_rows(self, queryset: QuerySet[Any]) -> list[Any]:
        key, now = queryset.model._meta.label, monotonic()
        if self._long.get(key, 0) > now:
            return [None] * (LONGEST_LIST + 1)
        rows = super()._first_rows(queryset)
        if len(rows) > LONGEST_LIST:
            self._long[key] = now + self.REMEMBERED_SECONDS
        return rows


class RegisterFilterSet(filters.FilterSet):
    """Filter set of a register; combines its filters by AND, as one `Q`."""

    @property
    def form(self) -> Any:
        """The filter bar; long lists of records to choose from are searched by typing."""
        is_new = not hasattr(self, "_form")
        form = super().form
        if is_new and self.request is not None:
            for name, field in form.fields.items():
                if hasattr(field, "queryset"):
                    field.widget = self._choice(name, field)
        return form

    def _choice(self, name: str, field: Any) -> FilterChoice:
        url = self._register().url("choices", field=name, **{"for": "filter"})
        widget = FilterChoice(url=url)
        widget.choices = field.choices
        widget.is_required = False
        return widget

    def _register(self) -> Any:
        from .register import registry  # noqa: PLC0415 (a register is built with its filters)

        return registry.for_model(self._meta.model)

    _is_frequent = False
    """Whether words are found by reading along the list: see `kernel.search.matching.matches`."""

    def as_q(self) -> Q:
        """The whole filter as one condition. Unusable values are left out (the form names them)."""
        self.form.is_valid()
        q = Q()
        for name, value in self.form.cleaned_data.items():
            if is_empty(value):
                continue
            if isinstance(self.filters[name], SearchRule):
                q &= self._holding(value)
            else:
                q &= condition(self.filters[name], value)
        return q

    def _holding(self, text: str) -> Q:
        found = matches(self._meta.model, text, frequent=self._is_frequent)
        user = getattr(self.request, "user", None)
        if user is None:
            return found
        from .personal import personal_matches  # noqa: PLC0415 (knows the registers)

        secret = personal_matches(self._register(), text, user)
        return found if secret == Q(pk__in=[]) else found | secret

    @property
    def searches(self) -> bool:
        """Whether words are asked for."""
        self.form.is_valid()
        return any(
            isinstance(self.filters[name], SearchRule) and not is_empty(value)
            for name, value in self.form.cleaned_data.items()
        )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.as_q())

    def frequent(self) -> QuerySet[Any]:
        """The rows of `qs`, to be read in the list's order instead of collected first."""
        self._is_frequent = True
        try:
            return self.queryset.all().filter(self.as_q())
        finally:
            self._is_frequent = False


def date_widget() -> forms.DateInput:
    """A date picker whose year ends after four digits, so that 20250310 can be typed at one go."""
    return forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")


def _period_filters(model: type[RecordBase]) -> dict[str, filters.Filter]:
    name = model.period_field
    if not name:
        return {}
    field = resolve_field(model, name.replace("__", "."))
    label = str(field.verbose_name)
    if isinstance(field, models.DateField):
        return {
            "since": filters.DateFilter(name, "gte", label=f"{label}起", widget=date_widget()),
            "until": filters.DateFilter(name, "lte", label=f"{label}止", widget=date_widget()),
        }
    return {"year": WholeNumberFilter(name, label=label)}


def _validity_filter(model: type[RecordBase]) -> dict[str, filters.Filter]:
    validity = model.validity
    if validity is None:
        return {}
    return {"as_of": DateRule(rule=validity.q, label="在此日有效", widget=date_widget())}


def _owner_filters(model: type[RecordBase]) -> dict[str, filters.Filter]:
    prefix = model.owner_prefix()
    record_model = model if issubclass(model, Record) else owner_model(model)
    unit_model: Any = record_model._meta.get_field("unit").related_model
    return {
        "status": filters.ChoiceFilter(f"{prefix}status", label="状态", choices=Status.choices),
        "unit": filters.ModelChoiceFilter(
            field_name=f"{prefix}unit", label="所属单位", queryset=unit_model.objects.all()
        ),
    }


def _relation_filters(model: type[RecordBase], fields: Iterable[str]) -> dict[str, Any]:
    """Links from a record to its rows need `?operation=12`, but no drop-down of thousands."""
    relations: list[Any] = [f for f in model._meta.get_fields() if f.many_to_one]
    return {
        field.name: WholeNumberFilter(
            field_name=field.name, label=str(field.verbose_name), widget=forms.HiddenInput
        )
        for field in relations
        if field.name not in fields and issubclass(field.related_model, RecordBase)
    }


def owner_model(model: type[RecordBase]) -> type[Record]:
    """The record type that owns the rows of a part."""
    current: Any = model
    for name in model.owner.split("__"):
        current = current._meta.get_field(name).related_model
    return current


def build_filterset(
    model: type[RecordBase],
    *,
    fields: Iterable[str],
    search: Iterable[str],
    base: type[RegisterFilterSet],
) -> type[RegisterFilterSet]:
    """The filter set of one register: search, period, validity, its own, status, unit."""
    search, fields = tuple(search), tuple(fields)
    common: dict[str, Any] = {}
    if search:
        common["q"] = SearchRule(model, label="关键字", max_length=100)
    common |= _period_filters(model) | _validity_filter(model)
    overrides = {models.BooleanField: {"filter_class": YesNoFilter}}
    options = {"model": model, "fields": list(fields), "filter_overrides": overrides}
    meta = type("Meta", (), options)
    attrs = common | {"Meta": meta} | _owner_filters(model) | _relation_filters(model, fields)
    return type(f"{model.__name__}FilterSet", (base,), attrs)


def chips(filterset: RegisterFilterSet) -> list[tuple[str, str, str]]:
    """Active filters as (parameter, label, value in words)."""
    form = filterset.form
    form.is_valid()
    found = []
    for name, value in form.cleaned_data.items():
        if not is_empty(value):
            field = form.fields[name]
            words = _target_name(filterset, name, value) or _in_words(field, value)
            found.append((name, str(field.label or name), words))
    return found


def _target_name(filterset: RegisterFilterSet, name: str, value: Any) -> str:
    """What the row is called that a key names, if the person may see it."""
    from .register import registry  # noqa: PLC0415 (a register is built with its filters)

    field = resolve_field(filterset._meta.model, name)
    if not isinstance(value, int) or filterset.request is None or field is None:
        return ""
    if not field.is_relation or not registry.has(field.related_model):
        return ""
    target = registry.for_model(field.related_model)
    rows = target.with_facts(target.visible_to(filterset.request.user))
    row = rows.filter(pk=value).first()
    return str(row or "")


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(field, forms.ChoiceField) and not isinstance(field, ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)
