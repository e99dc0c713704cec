"""Fields that are asked for only when another field has a certain value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from kernel.values.parsing import in_words

ANY = "*"
EMPTY: tuple[Any, ...] = (None, "", False)


@dataclass(frozen=True)
class When:
    """`field` has one of `values` (as stored); without values: it is filled in at all.

    With `required` the dependent field must then be filled in as well. A field that is also of
    use without the condition is `always` shown.
    """

    field: str
    values: tuple[Any, ...] = ()
    required: bool = True
    always: bool = False

    def __init__(self, field: str, *values: Any, required: bool = True, always: bool = False):
        object.__setattr__(self, "field", field)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "required", required)
        object.__setattr__(self, "always", always)

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Whether the cleaned values of a form meet the condition."""
        value = data.get(self.field)
        return value in self.values if self.values else value not in EMPTY

    @property
    def wanted(self) -> str:
        """The values as a page's script compares them."""
        return ",".join(map(str, self.values)) or ANY

    def words(self, form: forms.ModelForm) -> str:
        """处理结果为“受理”, or 已填写“延期至”, or 勾选“已替换”."""
        label = form.fields[self.field].label
        if self.values == (True,):
            return f"勾选“{label}”"
        if not self.values:
            return f"已填写“{label}”"
        model_field: Any = form._meta.model._meta.get_field(self.field)
        names = "”或“".join(in_words(model_field, value) for value in self.values)
        return f"{label}为“{names}”"


def require_dependents(form: forms.ModelForm, conditions: Mapping[str, When]) -> None:
    """Name each field that the given values call for and that was left empty."""
    for name, when in conditions.items():
        if not when.required or name not in form.fields or when.field not in form.fields:
            continue
        known = name in form.cleaned_data and when.field in form.cleaned_data
        if known and when.holds(form.cleaned_data) and _is_empty(form.cleaned_data[name]):
            form.add_error(name, f"{when.words(form)}，请填写{form.fields[name].label}。")


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0)
