"""The rules of a record beyond single cells: validators, `clean()`, and the form's own rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.utils import ErrorDict

from kernel.registers.forms import RecordForm, form_class
from kernel.registers.register import Register

from .cells import text_of, writer
from .fields import SheetColumn
from .plan import RowPlan

AUTHORS = {"created_by", "updated_by"}


class RecordRules:
    """Checks filled records without a query per row."""

    def __init__(self, register: Register, user: Any, columns: Mapping[str, SheetColumn]):
        self.register, self.columns = register, columns
        self.single = [c for c in columns.values() if not c.is_many]
        self.related = [c for c in self.single if c.is_relation]
        self.has_clean = register.model.clean is not models.Model.clean
        self.form = FormRules(register, user, columns) if _has_rules(register) else None
        self._loaded: dict[str, dict[int, Any]] = {c.name: {} for c in self.related}

    def load_related(self, plans: Sequence[RowPlan]) -> None:
        """Load what the rows refer to, so that `clean()` finds it without asking."""
        for column in self.related:
            attribute, loaded = column.field.attname, self._loaded[column.name]
            keys = {getattr(plan.record, attribute) for plan in plans} - {None, *loaded}
            if keys:
                loaded |= with_owners(column.field.related_model).in_bulk(keys)
            for plan in plans:
                key = getattr(plan.record, attribute)
                if key is not None:
                    setattr(plan.record, column.name, loaded.get(key))

    def check(self, plan: RowPlan) -> None:
        """Add what is wrong with the record to the row's errors."""
        for column in self.single:
            if not column.is_relation and (plan.is_new or column.name in plan.changed):
                self._validate(plan, column)
        if self.has_clean and not plan.errors:
            try:
                plan.record.clean()
            except ValidationError as error:
                self._note(plan, error)
        if self.form and not plan.errors:
            self.form.check(plan, self._note)

    def _validate(self, plan: RowPlan, column: SheetColumn) -> None:
        field = column.field
        value = getattr(plan.record, field.attname)
        if value in field.empty_values:
            return
        try:
            field.run_validators(value)
        except ValidationError as error:
            text = text_of(writer(field)(value))
            plan.fail(column.label, text, f"{''.join(error.messages)}{column.allowed}")

    def _note(self, plan: RowPlan, error: ValidationError) -> None:
        found = getattr(error, "error_dict", None) or {NON_FIELD_ERRORS: error.error_list}
        for name, faults in found.items():
            column = self.columns.get(name)
            messages = [text for fault in faults for text in fault.messages]
            plan.fail(column.label if column else "", "", "".join(messages))


def with_owners(model: Any) -> models.QuerySet[Any]:
    """Rows with what their own rules and names read: what they always refer to."""
    names = [
        field.name
        for field in model._meta.concrete_fields
        if field.many_to_one and not field.null and field.name not in AUTHORS
    ]
    rows: models.QuerySet[Any] = model._base_manager.select_related(*names)
    return rows


def _has_rules(register: Register) -> bool:
    """Whether the register's form checks anything that the record itself does not."""
    form = register.form_class
    if form is None:
        return False
    own = form.__mro__[: form.__mro__.index(RecordForm)]
    return any(name == "clean" or name.startswith("clean_") for base in own for name in vars(base))


class FormRules:
    """Runs the `clean` methods of a register's form on values that are already read."""

    def __init__(self, register: Register, user: Any, columns: Mapping[str, SheetColumn]):
        self.form: Any = form_class(register)(user=user)
        self.columns = columns
        self._many: dict[str, dict[int, Any]] = {}

    def check(self, plan: RowPlan, note: Any) -> None:
        form = self.form
        form.instance, form._errors = plan.record, ErrorDict()
        form.cleaned_data = {name: self._value(plan, c) for name, c in self.columns.items()}
        try:
            for name in self.columns:
                method = getattr(form, f"clean_{name}", None)
                if method is not None:
                    form.cleaned_data[name] = method()
            form.clean()
        except ValidationError as error:
            note(plan, error)
        if form._errors:
            note(plan, ValidationError({n: e.as_data() for n, e in form._errors.items()}))

    def _value(self, plan: RowPlan, column: SheetColumn) -> Any:
        if not column.is_many or not (plan.is_new or column.name in plan.many):
            found = getattr(plan.record, column.name)
            return found.all() if column.is_many else found
        return self._rows(column, plan.many.get(column.name, []))

    def _rows(self, column: SheetColumn, keys: list[int]) -> Any:
        """A queryset that already holds its rows, as the form's rules expect one."""
        model = column.field.related_model
        if column.name not in self._many:
            self._many[column.name] = model._default_manager.in_bulk()
        rows = model._default_manager.filter(pk__in=keys)
        rows._result_cache = [self._many[column.name][key] for key in keys]
        return rows
