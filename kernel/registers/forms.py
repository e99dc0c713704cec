"""The entry form of a register, built from its field sets."""

from typing import Any, cast

from django import forms
from django.db import models

from kernel.records.models import RecordBase
from kernel.records.status import Status

from .filters import date_widget
from .register import Register, registry


class RecordForm(forms.ModelForm):
    """Form of one record or part: own unit preset, choices limited to what the person may see."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="修改原因",
        required=False,
        max_length=200,
        help_text="修改已审核的记录须说明原因，保存后重新送审。",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self._limit_choices()
        self._word_messages()
        if "unit" in self.fields:
            self._prepare_unit()
        if self._needs_reason():
            self.fields["change_reason"].required = True
        else:
            del self.fields["change_reason"]
        self.initial["version"] = getattr(self.instance, "version", None)

    def _needs_reason(self) -> bool:
        new = self.instance._state.adding
        owner = _preset_owner(self) if new else self.instance.owner_record()
        return owner is not None and owner.status == Status.APPROVED

    def _word_messages(self) -> None:
        for field in self.fields.values():
            verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
            field.error_messages["required"] = f"请{verb}{field.label}。"

    def _limit_choices(self) -> None:
        for field in self.fields.values():
            queryset = getattr(field, "queryset", None)
            if queryset is not None and issubclass(queryset.model, RecordBase):
                target = registry.for_model(queryset.model)
                field.queryset = target.visible_to(self.user)  # type: ignore[attr-defined]

    def _prepare_unit(self) -> None:
        field: Any = self.fields["unit"]
        field.queryset = field.queryset.filter(pk__in=self.user.writable_unit_ids())
        if self.instance._state.adding:
            self.initial.setdefault("unit", self.user.unit_id)


def _preset_owner(form: RecordForm) -> Any:
    """The record to which a new part is about to be added, if the form already knows it."""
    first, _, rest = type(form.instance).owner.partition("__")
    if first not in form.fields:
        return None
    field: Any = form.fields[first]
    try:
        owner = field.to_python(form[first].value())
    except forms.ValidationError:
        return None
    for name in filter(None, rest.split("__")):
        owner = getattr(owner, name, None)
    return owner


def _widget(field: models.Field, **kwargs: Any) -> Any:
    """Django's form field, with a date picker for dates and a low text area for long text."""
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        kwargs["widget"] = date_widget()
    if isinstance(field, models.TextField):
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    if isinstance(field, models.ManyToManyField):
        kwargs["widget"] = forms.CheckboxSelectMultiple
    return field.formfield(**kwargs)


def form_class(register: Register) -> type[RecordForm]:
    """The register's own form or the one that follows from its field sets."""
    base = register.form_class or RecordForm
    fields = [name for _, names in register.fieldsets for name in names]
    made: Any = forms.modelform_factory(
        register.model, form=base, fields=fields, formfield_callback=_widget
    )
    return cast(type[RecordForm], made)


def grouped_fields(register: Register, form: forms.ModelForm) -> list[dict[str, Any]]:
    """Field sets of the page: [{label, fields: [bound fields]}], the reason first when asked."""
    groups = [
        {"label": label, "fields": [form[name] for name in names if name in form.fields]}
        for label, names in register.fieldsets
    ]
    if "change_reason" in form.fields:
        groups.insert(0, {"label": "修改说明", "fields": [form["change_reason"]]})
    return groups
