"""Personal data of every register: what is hidden from whom, and how it is found all the same."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.html import format_html

from kernel.privacy.access import may_reveal, revealed_until
from kernel.privacy.cipher import Unreadable, normalize

from .columns import BoundColumn, format_value
from .register import Register, registry

Mask = Callable[[str], str]

SHORTEST_NUMBER = 7
"""Fewer digits are no phone or identity number: they are never compared with any."""
KEPT = "已登记，留空则不变。"


@lru_cache(maxsize=4096)
def _declared(register: Register, path: str) -> tuple[Mask | None, Mask | None]:
    """The masks (for everybody, by role) of the field at the end of a dotted path.

    A phone number stays hidden in the lists of other registers too, wherever a column reaches it.
    """
    model: Any = register.model
    *relations, name = path.split(".")
    for relation in relations:
        field = next((f for f in model._meta.get_fields() if f.name == relation), None)
        if field is None or field.related_model is None:
            return None, None
        model = field.related_model
    if not registry.has(model):
        return None, None
    owner = registry.for_model(model)
    return owner.personal.get(name), owner.masked.get(name)


def is_hidden(register: Register, path: str) -> bool:
    """Whether the field is hidden from anybody: such a field neither sorts nor filters."""
    return any(_declared(register, path))


def mask_for(register: Register, path: str, user: Any, *, revealed: bool = False) -> Mask | None:
    """The function that hides this field from this person; `None` when it is shown."""
    personal, by_role = _declared(register, path)
    if personal is not None:
        # Only the record's own data are opened by its reveal, not those of another it points to.
        return None if revealed and "." not in path else personal
    return None if by_role is None or user.sees_personal_data else by_role


def masks_for(register: Register, user: Any) -> dict[str, Mask]:
    """The functions that hide fields from this person wherever nothing is revealed, by field."""
    by_role = {} if user.sees_personal_data else register.masked
    return {**by_role, **register.personal}


def hide(mask: Mask, value: Any) -> str:
    """The masked value as a page shows it. That a value cannot be decrypted is no secret."""
    if isinstance(value, Unreadable):
        return str(value)
    return mask(str(value)) if value else format_value(value)


def value_text(
    register: Register, column: BoundColumn, record: Any, user: Any, *, revealed: bool = False
) -> str:
    """The value in words, hidden where the person may not see it (or has not asked to)."""
    mask = mask_for(register, column.path, user, revealed=revealed)
    return column.text(record) if mask is None else hide(mask, column.value(record))


def reveal_state(register: Register, record: Any, user: Any) -> dict[str, Any] | None:
    """How the record's page offers its personal data: until when open, or where to open them.

    `None` when the register has none. `url` is missing for those who may not open them.
    """
    if not register.personal:
        return None
    may = may_reveal(user)
    return {
        "until": revealed_until(user, register.key, record.pk) if may else None,
        "url": register.url("reveal", record.pk) if may else None,
    }


def hide_personal(form: forms.ModelForm, register: Register, user: Any) -> None:
    """Show stored personal data masked in an edit form; a field left empty keeps its value.

    Call it at the end of the form's `__init__`. Nothing is hidden on a new record, nor while the
    person has this record's data revealed.
    """
    record = form.instance
    if record._state.adding or not register.personal:
        return
    state = reveal_state(register, record, user) or {}
    for name, mask in register.personal.items():
        stored = getattr(record, name)
        hidden = state["until"] is None or isinstance(stored, Unreadable)
        if name in form.fields and stored and hidden:
            _keep(form.fields[name], stored)
            form.initial[name] = form.fields[name].initial = ""
            form.fields[name].widget.attrs["placeholder"] = hide(mask, stored)
            form.fields[name].help_text = _kept_help(state["url"])


def _kept_help(url: str | None) -> str:
    """How to leave the value, and how to see or clear it for those who may."""
    if url is None:
        return KEPT
    link = '{}要核对或清除，请先<a href="{}?to=edit">填写事由查看</a>。'
    return format_html(link, KEPT, url)


def _keep(field: Any, stored: str) -> None:
    """Let an empty input stand for the stored value."""
    clean = field.clean

    def keep_or_clean(value: Any, *rest: Any) -> Any:
        return clean(value, *rest) if str(value or "").strip() else stored

    field.required = False
    field.clean = keep_or_clean


def personal_matches(register: Register, text: str, user: Any) -> Q:
    """Condition: a searchable personal field has exactly this value; matches nothing for others.

    Whoever may not see a number must not find out by searching whose it is.
    """
    nothing = Q(pk__in=[])
    if not may_reveal(user) or sum(c.isdigit() for c in normalize(text)) < SHORTEST_NUMBER:
        return nothing
    for name in register.personal:
        if getattr(register.model._meta.get_field(name), "searchable", False):
            nothing |= Q(**{name: text})
    return nothing
