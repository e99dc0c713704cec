"""Form fields that read what people write, and say what they understood."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.forms.boundfield import BoundField

from kernel.values.codes import CODES
from kernel.values.parsing import Unreadable, field_parser, in_words, unit_of

from .choices import RelationField
from .conditions import When

NOTHING_CHOSEN = "请选择"
"""What a drop-down shows before a choice is made."""


class RecordBoundField(BoundField):
    """A field on the page with all that is said around it."""

    field: Any

    @cached_property
    def understood(self) -> str:
        """What was typed, in words, where that says more than the value itself."""
        if not getattr(self.field, "echoes", False) or not self.form.is_bound:
            return ""
        try:
            value = self.field.read(self.value())
        except Unreadable:
            return ""
        words = in_words(self.field.model_field, value)
        return words if words != str(value) else ""

    @property
    def unit(self) -> str:
        """What the number counts: 元, 分钟."""
        return unit_of(str(self.label)) if getattr(self.field, "echoes", False) else ""

    @property
    def when(self) -> When | None:
        """The condition under which the field is asked for."""
        return getattr(self.field, "when", None)

    @property
    def hides_unless(self) -> When | None:
        """The condition without which a page's script need not show the field."""
        return None if self.when is None or self.when.always else self.when

    @property
    def when_name(self) -> str:
        """Name of the input that the condition looks at."""
        return self.form.add_prefix(self.when.field) if self.when else ""

    @property
    def when_words(self) -> str:
        """When the field must be filled in, unless its help says so already."""
        said = "必填" in str(self.help_text)
        if self.when is None or said or self.when.field not in self.form.fields:
            return ""
        must = "必填" if self.when.required else "填写"
        return f"{self.when.words(self.form)}时{must}"  # type: ignore[arg-type]


class ReadMixin(forms.Field):
    """Input goes through the reader of the model field, as an imported cell does."""

    model_field: models.Field
    echoes = False
    """Whether the page says below the input what was understood."""
    _parse: Callable[[Any], Any] | None = None

    def bind(self, model_field: models.Field) -> None:
        self.model_field = model_field

    def read(self, value: Any) -> Any:
        """The value of the input; raises `Unreadable`."""
        # Made on first use: names of choices may come from the database.
        if self._parse is None:
            self._parse = field_parser(self.model_field)
        return self._parse(value)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return super().to_python(value)
        try:
            return super().to_python(self.read(value))
        except Unreadable as fault:
            raise forms.ValidationError(str(fault), code="invalid") from fault

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again: the value as it was understood, else what was typed."""
        data = super().bound_data(data, initial)
        try:
            return data if data in self.empty_values else self.read(data)
        except Unreadable:
            return data

    def get_bound_field(self, form: Any, field_name: str) -> BoundField:
        return RecordBoundField(form, self, field_name)


class DateField(ReadMixin, forms.DateField):
    """A day; the script adds a button that opens the browser's calendar."""

    echoes = True
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"data-date": "", "autocomplete": "off"})


class DateTimeField(ReadMixin, forms.DateTimeField):
    echoes = True
    widget = forms.DateTimeInput(format="%Y-%m-%d %H:%M", attrs={"autocomplete": "off"})


class IntegerField(ReadMixin, forms.IntegerField):
    echoes = True
    widget = forms.TextInput(
        attrs={"inputmode": "decimal", "autocomplete": "off", "data-number": ""}
    )


class DecimalField(ReadMixin, forms.DecimalField):
    echoes = True
    widget = IntegerField.widget


class TextField(ReadMixin, forms.CharField):
    """Text; a number that carries its own proof may be typed with spaces and dashes."""

    def bind(self, model_field: models.Field) -> None:
        super().bind(model_field)
        if any(code.valid in model_field.validators for code in CODES):
            self.echoes = True
            self.widget.attrs.pop("maxlength", None)
            self.widget.attrs["autocomplete"] = "off"


class ChoiceField(ReadMixin, forms.TypedChoiceField):
    """A choice by its code or its label."""

    def bind(self, model_field: models.Field) -> None:
        super().bind(model_field)
        known: Any = self.choices
        self.choices = [
            (key, NOTHING_CHOSEN if key in self.empty_values else label) for key, label in known
        ]


class PlainMixin(forms.Field):
    """Fields that need no reader but the same things said around them."""

    def get_bound_field(self, form: Any, field_name: str) -> BoundField:
        return RecordBoundField(form, self, field_name)


class UrlField(PlainMixin, forms.URLField):
    pass


class BooleanField(PlainMixin, forms.BooleanField):
    pass


class RecordChoiceField(PlainMixin, RelationField):
    pass


class RecordMultipleField(PlainMixin, forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


CLASSES: tuple[tuple[type[models.Field], type[forms.Field]], ...] = (
    (models.ManyToManyField, RecordMultipleField),
    (models.ForeignKey, RecordChoiceField),
    (models.BooleanField, BooleanField),
    (models.DateTimeField, DateTimeField),
    (models.DateField, DateField),
    (models.DecimalField, DecimalField),
    (models.IntegerField, IntegerField),
    (models.URLField, UrlField),
    (models.CharField, TextField),
    (models.TextField, TextField),
)


def form_field(field: models.Field, **kwargs: Any) -> Any:
    """The form field of a model field, reading input by the same rules as an import."""
    kind = next((made for model, made in CLASSES if isinstance(field, model)), None)
    if kind is not None and not (kind is BooleanField and field.null):
        kwargs.setdefault("form_class", kind)
        kwargs.setdefault("choices_form_class", ChoiceField)
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    if isinstance(field, models.TextField):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
    made: Any = field.formfield(**kwargs)
    if isinstance(made, ReadMixin):
        made.bind(field)
    elif isinstance(made, RelationField) and made.empty_label is not None:
        made.empty_label = NOTHING_CHOSEN
    return made
