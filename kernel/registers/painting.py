"""The rows of a list as HTML, written in Python: a template for each cell costs many times more."""

from collections.abc import Callable, Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .columns import BoundColumn, format_value
from .personal import hide, mask_for
from .register import Register

LONGEST_CELL = 120
"""Characters of a value that a list shows; the record's own page shows all."""

Paint = Callable[[Any], str]


def body(
    register: Register,
    records: Iterable[Any],
    user: Any,
    columns: list[BoundColumn],
    *,
    selectable: bool = False,
    place: str = "",
    start: int = 0,
) -> SafeString:
    """The rows of the table. The first column names the record and opens it.

    `place` and the row's number in the whole list (its first row being `start`) are added to the
    record's address, so that its page knows the list around it.
    """
    first, *others = columns
    base = register.url("detail", 0).removesuffix("0/")
    read, label = _text(register, first, user), escape(first.label)
    cells = [_cell(register, column, user) for column in others]
    rows = []
    place = escape(place)
    for number, record in enumerate(records, start):
        url = f"{base}{record.pk}/"
        name = escape(read(record))
        pick = _pick(record.pk, name) if selectable else ""
        address = f"{url}{place}{number}" if place else url
        painted = "".join([cell(record) for cell in cells])
        rows.append(
            f'<tr data-href="{url}">{pick}<th scope="row" data-label="{label}">'
            f'<a href="{address}">{name}</a></th>{painted}</tr>'
        )
    return mark_safe("\n".join(rows))  # noqa: S308 (every value is escaped below)


def _pick(pk: int, name: str) -> str:
    return (
        f'<td class="pick"><label><input type="checkbox" name="pk" value="{pk}" form="bulk"'
        f' aria-label="选择 {name}" data-pick></label></td>'
    )


def _text(register: Register, column: BoundColumn, user: Any) -> Callable[[Any], str]:
    mask = mask_for(register, column.path, user)
    if mask is not None:
        return lambda record: hide(mask, column.value(record))
    field = column.field
    if field is None or "." in column.path or field.many_to_many or field.is_relation:
        return column.text
    # The labels of choices are read once: some ask the cache for what a bureau calls them.
    labels, name = dict(field.flatchoices), column.path

    def plain(record: Any) -> str:
        value = getattr(record, name)
        return format_value(labels.get(value, value) if labels else value)

    return plain


def _cell(register: Register, column: BoundColumn, user: Any) -> Paint:
    if column.path == "status":
        return _status(column)
    kind = column.field.get_internal_type() if column.field is not None else ""
    number = " number" if column.align == "end" else ""
    start = (
        f'<td class="type-{kind} priority-{column.priority}{number}"'
        f' data-label="{escape(column.label)}">'
    )
    text = _text(register, column, user)

    def paint(record: Any) -> str:
        value = text(record)
        if len(value) > LONGEST_CELL:
            value = f"{value[: LONGEST_CELL - 1]}…"
        return f"{start}{escape(value)}</td>"

    return paint


def _status(column: BoundColumn) -> Paint:
    """A badge; there are few states, so each is rendered once."""
    badges: dict[str, str] = {}
    start = f'<td class="is-status priority-{column.priority}" data-label="{escape(column.label)}">'

    def paint(record: Any) -> str:
        if record.status not in badges:
            context = {"tone": record.status, "label": column.text(record)}
            badges[record.status] = render_to_string("components/badge.html", context)
        return f"{start}{badges[record.status]}</td>"

    return paint
