"""csv straight out of PostgreSQL: `COPY` formats the rows where SQL can say all there is to say.

Choices become labels, related records their names, days ISO text, all in one statement made from
the ORM's own. What only Python knows (masks, encrypted columns, properties) is left to `rows.py`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from kernel.privacy.fields import EncryptedMixin

from ..cells import LIST_MARK, escape
from ..keys import SEPARATOR, aliases, same_names
from .columns import ExportColumn

FORMULA_CODES = (61, 43, 45, 64, 9, 13)  # = + - @ tab CR
MANY_SAME_NAMES = 500
BLOCK = 64 * 1024


class Impossible(Exception):
    """A column that SQL alone cannot write."""


def copy_csv(queryset: QuerySet[Any], columns: Sequence[ExportColumn]) -> Iterator[bytes] | None:
    """The rows as csv without a head, in blocks; `None` where Python has to write them."""
    try:
        expressions = {f"c{i}": _expression(column) for i, column in enumerate(columns)}
    except Impossible:
        return None
    rows = queryset.values_list(**{}).annotate(**expressions).values_list(*expressions)
    sql, params = rows.query.sql_with_params()
    return _blocks(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", params)


def _blocks(sql: str, params: Sequence[Any]) -> Iterator[bytes]:
    held, size = [], 0
    with connection.cursor() as cursor, cursor.cursor.copy(sql, params) as copy:
        for data in copy:
            held.append(bytes(data))
            size += len(data)
            if size > BLOCK:
                yield b"".join(held)
                held, size = [], 0
    yield b"".join(held)


def _expression(column: ExportColumn) -> Any:
    if column.mask or not column.lookup:
        raise Impossible
    if column.is_many:
        return _names(column)
    if column.is_relation:
        return _escaped(_name(column))
    if column.lookup == "pk":
        return Cast("pk", TextField())
    field = column.field
    if field is None or isinstance(field, EncryptedMixin | ArrayField | models.JSONField):
        raise Impossible
    return _plain(field, column.lookup)


def _plain(field: Any, lookup: str) -> Any:
    if field.choices:
        labels = {code: escape(str(label)) for code, label in field.flatchoices}
        whens = [When(**{lookup: code}, then=Value(label)) for code, label in labels.items()]
        return Case(*whens, default=Cast(lookup, TextField()), output_field=TextField())
    if isinstance(field, models.BooleanField):
        return Case(
            When(**{lookup: True}, then=Value("是")),
            When(**{lookup: False}, then=Value("否")),
            output_field=TextField(),
        )
    if isinstance(field, models.DateTimeField):
        return _moment(lookup)
    if isinstance(field, models.DecimalField):
        trimmed = Func(F(lookup), function="trim_scale", output_field=field)
        return Cast(trimmed, TextField())
    if isinstance(field, models.CharField | models.TextField):
        return _escaped(F(lookup))
    if isinstance(field, models.DateField | models.IntegerField):
        return Cast(lookup, TextField())
    raise Impossible


def _moment(lookup: str) -> Any:
    zone = Value(settings.TIME_ZONE)
    local = Func(zone, F(lookup), function="timezone", output_field=models.DateTimeField())
    return Func(
        local,
        Value("YYYY-MM-DD HH24:MI:SS"),
        function="to_char",
        output_field=TextField(),
    )


def _escaped(expression: Any) -> Any:
    """An apostrophe before text that a spreadsheet would run as a formula."""
    code = Func(expression, function="ascii", output_field=models.IntegerField())
    marked = Concat(Value("'"), expression, output_field=TextField())
    return Case(
        When(_In(code, FORMULA_CODES), then=marked),
        default=expression,
        output_field=TextField(),
    )


def _escaped_once(expression: Any) -> Any:
    """The same for what is dear to compute: a pattern instead of naming the expression twice."""
    return Func(
        expression,
        Value(r"^([=+\-@\t\r])"),
        Value(r"'\1"),
        function="regexp_replace",
        output_field=TextField(),
    )


class _In(Func):
    """`ascii(x) IN (…)` as a condition."""

    template = "%(expressions)s IN %(codes)s"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, expression: Any, codes: Sequence[int]):
        super().__init__(expression, codes=f"({', '.join(map(str, codes))})")


def _names(column: ExportColumn) -> Any:
    """Names of several related records in one text, in the order of their keys."""
    field = column.field
    through, other = field.remote_field.through, field.m2m_reverse_field_name()
    one = ExportColumn("", f"{other}_id", through._meta.get_field(other))
    listed = StringAgg(_name(one), LIST_MARK, order_by=f"{other}_id")
    own = field.m2m_field_name()
    rows = through._base_manager.filter(**{own: OuterRef("pk")}).order_by().values(own)
    joined = Subquery(rows.annotate(listed=listed).values("listed"), output_field=TextField())
    # Most records have none: looking is ten times cheaper than joining nothing.
    some = Exists(through._base_manager.filter(**{own: OuterRef("pk")}))
    return Case(When(some, then=_escaped_once(joined)), default=Value(""), output_field=TextField())


def _name(column: ExportColumn) -> Any:
    """The related record's name, as `keys.Names` writes it."""
    model = column.field.related_model
    paths = aliases(model)
    base = column.lookup.removesuffix("_id")
    if not paths or any(_is_dressed(model, path) for path in paths[0]):
        raise Impossible
    texts = [_text(f"{base}__{path}") for path in paths[0]]
    double = same_names(model)
    if len(double) > MANY_SAME_NAMES:
        raise Impossible
    if len(texts) == 1 and not double:
        return texts[0]
    name = _joined(texts)
    whens = [When(**{f"{column.lookup}__isnull": True}, then=Value(""))]
    if double:
        number = Cast(column.lookup, TextField())
        numbered = Concat(name, Value("#"), number, output_field=TextField())
        whens.append(When(_Among(name, sorted(double)), then=numbered))
    return Case(*whens, default=name, output_field=TextField())


def _text(lookup: str) -> Any:
    return Coalesce(Cast(lookup, TextField()), Value(""), output_field=TextField())


def _joined(texts: Sequence[Any]) -> Any:
    if len(texts) == 1:
        return texts[0]
    parts = [part for text in texts for part in (Value(SEPARATOR), text)]
    return Concat(*parts[1:], output_field=TextField())


def _is_dressed(model: Any, path: str) -> bool:
    """Whether the value at the end of the path is not plain text in its column."""
    field: Any = None
    for name in path.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model
    return not isinstance(field, CharField | models.IntegerField) or isinstance(
        field, EncryptedMixin
    )


class _Among(Func):
    """`name IN ('…', '…')` as a condition."""

    output_field = models.BooleanField()
    conditional = True
    arg_joiner = ", "

    def __init__(self, name: Any, values: Sequence[str]):
        super().__init__(name, *[Value(value) for value in values])

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        sql, params = [], []
        for source in self.get_source_expressions():
            text, values = compiler.compile(source)
            sql.append(text)
            params += values
        return f"{sql[0]} IN ({', '.join(sql[1:])})", params
