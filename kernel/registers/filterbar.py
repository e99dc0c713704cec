"""The fields of a filter bar as HTML, in Python: Django renders each option by a template."""

from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .filters import RegisterFilterSet

IN_SIGHT = ("q", "since", "until", "year")
"""Filters that always stand in the first row, with two more of the register's own."""
OWN_IN_SIGHT = 2


def filter_bar(filterset: RegisterFilterSet) -> tuple[SafeString, SafeString]:
    """The fields in sight and those behind 更多."""
    fields = filterset.form.visible_fields()
    always = [field for field in fields if field.name in IN_SIGHT]
    own = [field for field in fields if field.name not in IN_SIGHT]
    return _html(always + own[:OWN_IN_SIGHT]), _html(own[OWN_IN_SIGHT:])


def _html(fields: list[Any]) -> SafeString:
    return mark_safe("".join(map(_field, fields)))  # noqa: S308 (every part is escaped)


def _field(bound: Any) -> str:
    label, name = escape(bound.label), escape(bound.html_name)
    errors = str(bound.errors) if bound.errors else ""
    widget = bound.field.widget
    plain = type(widget).render is forms.Widget.render and isinstance(widget, forms.Select)
    control = _select(bound) if plain else str(bound)
    return (
        f'<div class="field" id="field-{name}"><label for="{escape(bound.id_for_label)}">{label}'
        f"</label>{control}{errors}</div>"
    )


def _select(bound: Any) -> str:
    """A drop-down; its options are those of the widget, in the same order."""
    chosen = {str(value) for value in _listed(bound.value())}
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if str(value) in chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in _flat(bound.field.widget.choices)
    )
    invalid = ' aria-invalid="true"' if bound.errors else ""
    name, key = escape(bound.html_name), escape(bound.id_for_label)
    many = " multiple" if getattr(bound.field.widget, "allow_multiple_selected", False) else ""
    return f'<select name="{name}" id="{key}"{many}{invalid}>{options}</select>'


def _listed(value: Any) -> list[Any]:
    if value is True or value is False:
        return [str(value).lower()]
    return list(value) if isinstance(value, list | tuple) else ["" if value is None else value]


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Options without their groups."""
    flat: list[tuple[Any, Any]] = []
    for value, label in choices:
        flat += label if isinstance(label, list | tuple) else [(value, label)]
    return [("" if value is None else value, label) for value, label in flat]
