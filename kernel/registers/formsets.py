"""A record's form together with the rows that belong to it, saved as one."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict

from kernel.records.errors import InvalidPart
from kernel.records.querysets import permission_name
from kernel.records.revisions import revision_of, revisions_of
from kernel.records.services import PartChanges

from .choices import with_names
from .forms import RecordForm, form_class, grouped_fields
from .register import Register

MAX_ROWS = 100
SHOWN_ROWS = 30
"""A record with more rows than this keeps them on their own list."""
NOT_IN_ROWS = ("version", "change_reason")


class RevisionField(forms.IntegerField):
    """Which state of the row the page showed; no input of the person."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class PartFormSet(forms.BaseInlineFormSet):
    """Rows of one kind on their record's form."""

    part: Register
    remark = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        stored = self.get_queryset() if self.instance.pk else []
        self.names = {row.pk: str(row) for row in stored}
        part: Any = self.model
        self.revisions = revisions_of(part, self.names) if self.names else {}

    def get_queryset(self) -> Any:
        """The record's rows, each of which knows its record without asking for it."""
        rows = super().get_queryset()
        for row in rows:
            setattr(row, self.fk.name, self.instance)
        return rows

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        setattr(form.instance, self.fk.name, self.instance)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name in NOT_IN_ROWS:
            form.fields.pop(name, None)
        form.fields["rev"] = RevisionField(
            required=False, initial=self.revisions.get(form.instance.pk)
        )
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].label = "删除本行"

    @property
    def title(self) -> str:
        return self.part.title

    @property
    def row_fields(self) -> list[str]:
        """What a row asks for, in the order of the part's own form."""
        names = [name for _, entered in self.part.fieldsets for name in entered]
        return [name for name in names if name != self.fk.name]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows for the page, the last one an empty pattern for new ones."""
        for form in self.forms:
            yield self._row(form)

    @property
    def pattern(self) -> dict[str, Any]:
        """An empty row, from which a page can make new ones by itself."""
        return self._row(self.empty_form)

    def _row(self, form: Any) -> dict[str, Any]:
        shown = [form[name] for name in self.row_fields if name in form.fields]
        deletable = self.can_delete and DELETION_FIELD_NAME in form.fields
        name = self.names.get(form.instance.pk, "")
        return {
            "form": form,
            "name": name,
            # A stored row folds up until it has something to say.
            "open": not name or bool(form.is_bound and (form.errors or form.has_changed())),
            "fields": shown,
            "hidden": form.hidden_fields(),
            "delete": form[DELETION_FIELD_NAME] if deletable else None,
        }

    def changes(self) -> PartChanges:
        """What a valid formset saves and removes."""
        gone = set(self.deleted_forms) if self.can_delete else set()
        kept = [form for form in self.forms if form.has_changed() and form not in gone]
        return PartChanges(
            saved=[form.instance for form in kept],
            deleted=[form.instance for form in gone if form.instance.pk],
        )


def inline_parts(register: Register, user: Any) -> Iterator[Register]:
    """Part registers that this person may fill on the record's own form."""
    if register.is_part:
        return
    for part in register.part_registers():
        own = part.is_part and part.model.owner == part.link_field(register.model)
        entered = "add" in part.model._meta.default_permissions
        if own and entered and user.has_perm(permission_name(part.model, "add")):
            yield part


def part_formset(
    register: Register, part: Register, instance: Any, user: Any, data: QueryDict | None
) -> PartFormSet:
    """The rows of one kind, with one empty row on the form of a new record."""
    made: Any = forms.inlineformset_factory(
        register.model,
        part.model,
        form=form_class(part),
        formset=PartFormSet,
        fk_name=part.model.owner,
        extra=0 if instance.pk else 1,
        can_delete=user.has_perm(permission_name(part.model, "delete")),
        max_num=MAX_ROWS,
        validate_max=True,
        absolute_max=2 * MAX_ROWS,
    )
    made.part = part
    formset: PartFormSet = made(
        data,
        instance=instance,
        prefix=part.slug,
        queryset=with_names(part.model._default_manager.order_by("pk")),
        form_kwargs={"user": user, "host": register, "lists": {}},
        error_messages={
            "too_many_forms": f"“{part.title}”一次最多填 {MAX_ROWS} 行，其余请保存后再添加。",
            "missing_management_form": f"“{part.title}”的表格不完整，请刷新页面后重填。",
        },
    )
    return formset


class Entry:
    """The form of a record and its rows.

    `data` is what was sent; with `checked=False` (a draft, one more row) it is shown again
    without judging it.
    """

    def __init__(
        self,
        register: Register,
        user: Any,
        *,
        record: Any = None,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        checked: bool = True,
    ):
        self.register, self.user, self.record = register, user, record
        self.form: RecordForm = form_class(register)(
            data, instance=record, user=user, initial=initial or {}
        )
        self.form.initial["version"] = revision_of(record) if record is not None else None
        self.formsets: list[PartFormSet] = []
        self.lists: list[dict[str, Any]] = []
        for part in inline_parts(register, user):
            self._add(part, data)
        if not checked:
            self._spare()

    def _add(self, part: Register, data: QueryDict | None) -> None:
        if self.record is not None:
            rows = part.model._default_manager.filter(**{part.model.owner: self.record})
            if (count := rows.count()) > SHOWN_ROWS:
                url = part.url("list", **{part.model.owner: self.record.pk})
                self.lists.append({"label": part.title, "count": count, "url": url})
                return
        # A form sent without these rows (by a script, or before they were offered) leaves them.
        given = data is None or f"{part.slug}-TOTAL_FORMS" in data
        instance = self.form.instance
        self.formsets.append(
            part_formset(self.register, part, instance, self.user, data if given else None)
        )

    def _spare(self) -> None:
        """Take the input as it is: no errors are looked for."""
        bound: list[Any] = [self.form]
        tables: list[Any] = self.formsets
        for formset in tables:
            bound += formset.forms
            formset._errors = [ErrorDict() for _ in formset.forms]
            formset._non_form_errors = ErrorList(error_class="nonform")
        for form in bound:
            form._errors = ErrorDict()

    @property
    def sent(self) -> list[PartFormSet]:
        """The rows that came with the form."""
        return [formset for formset in self.formsets if formset.is_bound]

    def is_valid(self) -> bool:
        """Judges all of it, so that everything wrong is named at once."""
        valid = self.form.is_valid()
        for formset in self.sent:
            valid = formset.is_valid() and valid
        return bool(valid)

    @property
    def has_errors(self) -> bool:
        return bool(
            self.form.errors
            or any(f.non_form_errors() or any(f.errors) for f in self.formsets if f.is_bound)
        )

    def part_changes(self) -> PartChanges:
        """Rows to save and to remove with the record."""
        changes = [formset.changes() for formset in self.sent]
        return PartChanges(
            saved=[row for change in changes for row in change.saved],
            deleted=[row for change in changes for row in change.deleted],
        )

    def blame(self, error: ValidationError) -> None:
        """Show a refusal of the service at the row or the record it is about."""
        if isinstance(error, InvalidPart):
            rows: list[Any] = [form for formset in self.sent for form in formset.forms]
            for form in rows:
                if form.instance is error.part:
                    form._update_errors(error)
                    return
        self.form.add_error(None, error.messages)

    def groups(self) -> list[dict[str, Any]]:
        return grouped_fields(self.register, self.form)

    def faults(self) -> list[dict[str, str]]:
        """Everything wrong with the rows: where it is, what it is, the field it leads to."""
        return [fault for formset in self.sent for fault in _faults(formset)]

    def put_remarks(self, remarks: dict[str, str]) -> None:
        """Show a reviewer's remarks beside the fields and rows they name, and nowhere else."""
        known = {name: text for name, text in remarks.items() if name in self.form.fields}
        self.form.remarks = known  # type: ignore[attr-defined]
        for name, text in known.items():
            self.form.fields[name].remark = text  # type: ignore[attr-defined]
        for formset in self.formsets:
            formset.remark = remarks.get(formset.part.slug, "")


def _faults(formset: PartFormSet) -> Iterable[dict[str, str]]:
    for error in formset.non_form_errors():
        yield {"text": f"{formset.title}：{error}", "to": f"rows-{formset.prefix}"}
    for number, form in enumerate(formset.forms, 1):
        for name, errors in form.errors.items():
            label = "" if name == "__all__" else f"“{form.fields[name].label}”"
            target = form[name].id_for_label if label else f"rows-{formset.prefix}"
            for error in errors:
                text = f"{formset.title}第 {number} 行{label}：{error}"
                yield {"text": text, "to": target or f"rows-{formset.prefix}"}


def one_more_row(data: QueryDict, prefix: str) -> QueryDict:
    """The same input with an empty row more; unchanged when there is no such table."""
    more = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = more.get(name, "")
    if total.isdecimal() and int(total) < MAX_ROWS:
        more[name] = str(int(total) + 1)
    return more
