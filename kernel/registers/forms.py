"""The entry form of a register, built from its field sets."""

from typing import Any, cast

from django import forms

from kernel.records.models import RecordBase
from kernel.records.querysets import permission_name
from kernel.records.status import Status

from .choices import RelationSelect
from .conditions import require_dependents
from .extensions import notes_on
from .fields import form_field
from .personal import hide_personal
from .presets import preset
from .register import Register, registry


class RecordForm(forms.ModelForm):
    """Form of one record or part: own unit preset, choices limited to what the person may see.

    `host` is the register whose page shows the form, when that is not the form's own (rows of
    a part inside its record's form); such rows share what they list in `lists`. `presets`
    switches off what a new form is filled with.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label="修改原因",
        required=False,
        max_length=200,
        help_text="修改已审核的记录须说明原因，保存后重新送审。",
    )

    def __init__(
        self,
        *args: Any,
        user: Any,
        host: Register | None = None,
        lists: dict[str, Any] | None = None,
        presets: bool = True,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.user = user
        self.register = registry.for_model(self._meta.model)
        self.host = host or self.register
        self.lists = {} if lists is None else lists
        self._limit_choices()
        if "unit" in self.fields:
            self._prepare_unit()
        if self._needs_reason():
            self.fields["change_reason"].required = True
        else:
            del self.fields["change_reason"]
        self.initial["version"] = getattr(self.instance, "version", None)
        self._describe()
        # A row of a part that holds nothing but presets would look entered and not be saved.
        if presets and not self.prefix and self.instance._state.adding and not self.is_bound:
            preset(self, user)
        hide_personal(self, self.register, user)

    def _needs_reason(self) -> bool:
        new = self.instance._state.adding
        owner = _preset_owner(self) if new else self.instance.owner_record()
        return owner is not None and owner.status == Status.APPROVED

    def _describe(self) -> None:
        """Tell each field its messages, its counting rule, its condition and its search."""
        for name, field in self.fields.items():
            known: Any = field
            verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
            known.error_messages["required"] = f"请{verb}{field.label}。"
            known.notes = notes_on(self.register, name)
            known.when = self.register.conditions.get(name)
            known.understand_url = self.register.url("understand")
            if isinstance(field.widget, RelationSelect):
                self._connect(name, field.widget)

    def _connect(self, name: str, widget: RelationSelect) -> None:
        """Tell a choice where its suggestions are, and the record it already names."""
        widget.url = self.register.url("choices", field=name)
        widget.find_url = self.host.url(
            "find", of=self.register.key, field=name, into=self.add_prefix(name)
        )
        widget.lists = self.lists
        relation: Any = self._meta.model._meta.get_field(name)
        if not self.instance._state.adding:
            widget.kept = getattr(self.instance, relation.attname)
        if relation.is_cached(self.instance):
            row = relation.get_cached_value(self.instance)
            widget.known = row if surely_in_sight(row, self.user) else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        require_dependents(self, self.register.conditions)
        return data

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


def surely_in_sight(row: Any, user: Any) -> bool:
    """Whether the person may see this row, as far as that is known without a query."""
    if not isinstance(row, RecordBase):
        return True
    if not user.has_perm(permission_name(type(row), "view")):
        return False
    everywhere = row.shared or user.sees_all_units
    return bool(everywhere or getattr(row, "unit_id", None) == user.unit_id)


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


def form_class(register: Register) -> type[RecordForm]:
    """The register's own form or the one that follows from its field sets."""
    base = register.form_class or RecordForm
    fields = [name for _, names in register.fieldsets for name in names]
    made: Any = forms.modelform_factory(
        register.model, form=base, fields=fields, formfield_callback=form_field
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
