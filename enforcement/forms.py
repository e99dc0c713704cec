"""Entry forms that know more than their fields: agencies, result codes, drawn subjects."""

from typing import Any

from django import forms
from django.db.models import Q

from kernel.registers.forms import RecordForm

from .models import ResultCode


def narrow(form: RecordForm, name: str, otherwise: Q) -> None:
    """Offer only the row the page was opened for; without one, the rows that meet `otherwise`."""
    field: Any = form.fields[name]
    chosen = form.data.get(name) or form.initial.get(name)
    try:
        this = Q(pk=field.to_python(chosen).pk) if chosen else Q(pk__in=())
    except forms.ValidationError:
        this = Q(pk__in=())
    condition = this if chosen and not form.is_bound else this | otherwise
    field.queryset = field.queryset.filter(condition).select_related("subject", "task")


class OperationForm(RecordForm):
    """A joint operation is one of at least two departments."""

    def clean_agencies(self) -> Any:
        agencies = self.cleaned_data["agencies"]
        if agencies.count() < 2:
            raise forms.ValidationError("联合检查至少有两个部门参加，请补选参加部门。")
        return agencies


class TaskForm(RecordForm):
    """The leading department is not its own partner."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lead, partners = data.get("lead_agency"), data.get("partners")
        if lead and partners is not None and lead in partners:
            self.add_error("partners", "配合部门不能包含发起部门，请取消勾选发起部门。")
        return data


class AssignmentForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        narrow(self, "drawn", Q(task__finished_on__isnull=True))


class ResultForm(RecordForm):
    codes = forms.MultipleChoiceField(
        label="抽查结果",
        choices=[(code.value, f"{code.value} {code.label}") for code in ResultCode],
        widget=forms.CheckboxSelectMultiple,
        help_text="可多选；“未发现问题”不能与其他结果同选。",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        narrow(self, "drawn", Q(results__isnull=True, replaced=False))


class OrderForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["violation"]
        field.queryset = field.queryset.select_related("subject")
