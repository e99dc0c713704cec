"""One reading of input for every way in: the form, the pasted block and the imported sheet.

`parse_field(model_field, raw)` gives the value that the field would store, or raises `Unreadable`,
whose text says what is wrong and what would do. Which rule applies follows from the field: its
class, its choices, the unit in its name (`金额（元）`), and the validators of numbers that carry
their own proof (`valid_phone`, `valid_credit_code`, `valid_id_number`).
"""

import datetime as dt
import difflib
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from .codes import (
    CODES,
    parse_credit_code,
    parse_id_number,
    parse_phone,
)
from .dates import date_in_words, parse_date, parse_datetime
from .folding import Unreadable, clean, quote, squeeze, tidy
from .numbers import number_in_words, parse_decimal, parse_integer, plain, unit_of

__all__ = [
    "Unreadable",
    "field_parser",
    "in_words",
    "is_nothing",
    "parse_boolean",
    "parse_choice",
    "parse_credit_code",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "parse_field",
    "parse_id_number",
    "parse_integer",
    "parse_phone",
    "parse_text",
    "split_list",
    "unit_of",
]

YES = frozenset(
    {"是", "有", "√", "✓", "✔", "☑", "对", "真", "已", "1", "y", "yes", "t", "true", "on"}
)
NO = frozenset(
    {"否", "无", "没有", "不是", "×", "✗", "✘", "☐", "x", "错", "假", "未"}
    | {"0", "n", "no", "f", "false", "off"}
)
#: What people put into a cell to say that there is nothing to say.
NOTHING = frozenset(
    {"", "/", "\\", "-", "--", "—", "——", "无", "空", "暂无", "n/a", "na", "null", "none"}
)
#: A number cell holds no more exact figures than this; longer codes come out changed.
EXACT_FIGURES = 15
LOST_FIGURES = "单元格是数值格式，超过15位的数字已被表格软件改动，请把单元格设为“文本”后重新填写。"
LISTED = 10

Parser = Callable[[Any], Any]


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    return squeeze(text).casefold() in NOTHING


def _is_blank(text: str) -> bool:
    return not squeeze(text)


# --- Single values -------------------------------------------------------------------------------


def parse_text(raw: Any, *, multiline: bool = False) -> str:
    """Text without stray spaces and invisible marks; a cell's number without its `.0`."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, dt.datetime) and not (raw.hour or raw.minute or raw.second):
        raw = raw.date()
    if isinstance(raw, int | float | Decimal):
        raw = _digits(raw)
    return clean(str(raw)) if multiline else tidy(str(raw))


def _digits(raw: float | Decimal) -> str:
    text = plain(parse_decimal(raw))
    if isinstance(raw, float) and len(text.strip("-").replace(".", "")) > EXACT_FIGURES:
        raise Unreadable(LOST_FIGURES)
    return text


def parse_boolean(raw: Any) -> bool:
    """是/否, 有/无, √/× and the like."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float) and raw in (0, 1):
        return bool(raw)
    text = squeeze(str(raw)).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unreadable(f"{quote(str(raw))}不是“是”或“否”，请填写“是”或“否”。")


def _key(text: str) -> str:
    """What of a choice is compared: letters, digits and hanzi, without width and case."""
    return "".join(c for c in squeeze(text).casefold() if c.isalnum() or c in "+-<>=%")


def parse_choice(raw: Any, choices: Iterable[tuple[Any, Any]]) -> Any:
    """The stored code of a choice, named by its code or its label."""
    return _choice_parser(choices)(raw)


def _choice_parser(choices: Iterable[tuple[Any, Any]]) -> Parser:
    labels = {code: str(label) for code, label in choices if code not in (None, "")}
    codes = {_key(label): code for code, label in labels.items()}
    codes |= {_key(str(code)): code for code in labels}

    def parse(raw: Any) -> Any:
        text = parse_text(raw)
        found = codes.get(_key(text))
        if found is None:
            raise Unreadable(f"{quote(text)}不在可选值中。{_offer(text, list(labels.values()))}")
        return found

    return parse


def _offer(text: str, labels: list[str]) -> str:
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.5)
    hint = f"您要填的可能是“{near[0]}”。" if near else ""
    more = f"等{len(labels)}项" if len(labels) > LISTED else ""
    return f"{hint}可选：{'、'.join(labels[:LISTED])}{more}。"


# --- Fields of a model ---------------------------------------------------------------------------


def parse_field(field: models.Field, raw: Any, *, from_sheet: bool = False) -> Any:
    """The value of a model field; `None` or the empty text for nothing.

    `from_sheet` reads cells as well: serial numbers of days, numbers in text columns, `/` for
    nothing. Raises `Unreadable`; `TypeError` for relations, which are looked up, not read.
    """
    return field_parser(field, from_sheet=from_sheet)(raw)


def field_parser(field: models.Field, *, from_sheet: bool = False) -> Parser:
    """The reader of one field, made once for a whole column of values."""
    if field.is_relation:
        raise TypeError(f"{field} is a relation")
    read = _reader(field, from_sheet)
    words = isinstance(field, models.CharField | models.TextField) and not field.choices
    empty: Any = "" if field.empty_strings_allowed and not field.null else None
    blank = is_nothing if from_sheet and not words else _is_blank

    def parse(raw: Any) -> Any:
        if raw is None or (isinstance(raw, str) and blank(raw)):
            return [] if isinstance(field, ArrayField) else empty
        return read(raw)

    # 无 is an answer to a question of yes or no.
    return read_boolean(field, from_sheet) if isinstance(field, models.BooleanField) else parse


def read_boolean(field: models.Field, from_sheet: bool) -> Parser:
    """Reader of a yes-or-no field; nothing means no, unless the field may be unknown."""

    def parse(raw: Any) -> bool | None:
        if raw is None or (isinstance(raw, str) and not squeeze(raw)):
            return None if field.null else False
        return parse_boolean(raw)

    return parse


def _reader(field: models.Field, from_sheet: bool) -> Parser:
    if isinstance(field, ArrayField):
        return _list_parser(field_parser(field.base_field, from_sheet=from_sheet))
    if field.choices:
        return _choice_parser(field.flatchoices)
    for kind, make in READERS_BY_CLASS:
        if isinstance(field, kind):
            return make(field, from_sheet)
    return _text_reader(field)


def _number_reader(field: Any, from_sheet: bool) -> Parser:
    label = str(field.verbose_name)
    if isinstance(field, models.DecimalField):
        return lambda raw: _scaled(parse_decimal(raw, label=label), field.decimal_places)
    if isinstance(field, models.FloatField):
        return lambda raw: float(parse_decimal(raw, label=label))
    return lambda raw: parse_integer(raw, label=label)


def _text_reader(field: models.Field) -> Parser:
    own = [code.read for code in CODES if code.valid in field.validators]
    if own:
        return lambda raw: own[0](parse_text(raw))
    return lambda raw: parse_text(raw, multiline=isinstance(field, models.TextField))


READERS_BY_CLASS: tuple[tuple[Any, Callable[[Any, bool], Parser]], ...] = (
    (
        models.DateTimeField,
        lambda field, sheet: lambda raw: _aware(parse_datetime(raw, from_sheet=sheet)),
    ),
    (models.DateField, lambda field, sheet: lambda raw: parse_date(raw, from_sheet=sheet)),
    ((models.IntegerField, models.DecimalField, models.FloatField), _number_reader),
)


def _list_parser(item: Parser) -> Parser:
    def parse(raw: Any) -> list[Any]:
        parts = raw if isinstance(raw, list | tuple) else split_list(parse_text(raw))
        return [item(part) for part in parts]

    return parse


def split_list(text: str) -> list[str]:
    """The items of a list that a person typed with any usual separator."""
    for sign in "、，；;\n":
        text = text.replace(sign, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def _scaled(value: Decimal, places: int) -> Decimal:
    """With exactly the stored places, when that loses nothing; else as it is, to be refused."""
    try:
        scaled = round(value, places)
    except ArithmeticError:
        return value
    return scaled if scaled == value else value


def _aware(moment: dt.datetime) -> dt.datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def in_words(field: models.Field, value: Any) -> str:
    """What was understood, for the person to compare: 2023年5月6日（星期六）, 1,234.5万元."""
    if value in (None, ""):
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return _day_in_words(value)
    if isinstance(value, int | float | Decimal):
        return number_in_words(Decimal(str(value)), str(field.verbose_name))
    return str(value)


def _day_in_words(day: dt.date) -> str:
    if not isinstance(day, dt.datetime):
        return date_in_words(day)
    local = timezone.localtime(day) if timezone.is_aware(day) else day
    return f"{date_in_words(local.date())}{local:%H:%M}"
