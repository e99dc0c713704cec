"""Amounts and counts as people write them: separators, units, 万 and 亿, per cent."""

import math
import re
from decimal import Decimal
from typing import Any

from .folding import Unreadable, fold, quote, squeeze

MONEY = {
    "元": Decimal(1),
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
    "角": Decimal("0.1"),
    "分": Decimal("0.01"),
}
TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
PLAIN = re.compile(r"([-+]?)([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(.*)", re.DOTALL)
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]*)?")
BRACKETED = re.compile(r"[（(]([^（）()]{1,8})[）)]$")
LEADING = re.compile(r"(?:人民币|RMB|CNY|[¥￥$])?(?:约)?", re.IGNORECASE)
#: A float of a sheet is exact to 15 figures; what follows is noise of the binary fraction.
SHEET_FIGURES = 15
LONGEST = 30


def unit_of(label: str) -> str:
    """The unit that a field's name states in brackets at its end: 金额（元） → 元."""
    match = BRACKETED.search(label)
    return match.group(1).strip() if match else ""


def parse_decimal(raw: Any, *, label: str = "") -> Decimal:
    """A number in the unit that `label` states; other units of money are converted.

    `1,234.5万元` is 12345000 for 金额（元） and 1234.5 for 投资（万元）. A unit of any other kind
    must be the field's own.
    """
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return _from_cell(raw)
    match = PLAIN.fullmatch(_without_grouping(raw))
    if match is None:
        raise Unreadable(f"{quote(str(raw))}不是数字，请用阿拉伯数字填写，如1234.5。")
    sign, digits, unit = match.groups()
    if len(digits) > LONGEST:
        raise Unreadable(f"{quote(str(raw))}位数过多，请核对。")
    value = Decimal(digits) * _factor(unit, label, raw)
    return -value if sign == "-" else value


def parse_integer(raw: Any, *, label: str = "") -> int:
    """A whole number; `12.0` and `1.2万` are whole, `12.5` is not."""
    value = parse_decimal(raw, label=label)
    if value != value.to_integral_value():
        raise Unreadable(f"{quote(str(raw))}不是整数，请填写不带小数的数字。")
    return int(value)


def plain(value: Decimal) -> str:
    """The number without exponent and without idle zeros after the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number_in_words(value: Decimal, label: str = "") -> str:
    """1,234.5万元: grouped, with the field's unit; large sums of yuan also in 万元."""
    unit = unit_of(label)
    whole, _, fraction = plain(abs(value)).partition(".")
    sign = "-" if value < 0 else ""
    text = f"{sign}{int(whole):,}{'.' + fraction if fraction else ''}{unit}"
    if unit == "元" and abs(value) >= MONEY["万元"]:
        return f"{text}（{plain(value / MONEY['万元'])}万元）"
    return text


def _from_cell(raw: int | float | Decimal) -> Decimal:
    if isinstance(raw, float):
        if not math.isfinite(raw):
            raise Unreadable("单元格里不是数字（公式出错），请填写数字。")
        raw = Decimal(f"{raw:.{SHEET_FIGURES}g}")
    value = Decimal(raw)
    if not value.is_finite() or abs(value.adjusted()) > LONGEST:
        raise Unreadable(f"{quote(str(raw))}位数过多，请核对。")
    return value


def _without_grouping(raw: Any) -> str:
    """The number in half-width signs, without separators of thousands and currency signs."""
    text = fold(str(raw)).replace("'", "")
    text = LEADING.sub("", text, count=1).strip()
    sign = text[:1] if text[:1] in ("-", "+") else ""
    body = text.removeprefix(sign).strip() if sign else text
    digits = re.match(r"[0-9., ]*[0-9.]|", body)
    number = digits.group().strip() if digits else ""
    rest = squeeze(body[len(digits.group()) if digits else 0 :])
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+", number + rest):
        raise Unreadable(f"{quote(str(raw))}是科学记数法，可能已丢失末尾数字，请写出完整的数字。")
    if "," in number:
        if not GROUPED.fullmatch(number.replace(" ", "")):
            raise Unreadable(f"{quote(str(raw))}的千分位逗号位置不对，应每三位一个，如1,234,567。")
        number = number.replace(",", "")
    elif " " in number and not SPACED.fullmatch(number):
        raise Unreadable(f"{quote(str(raw))}含有空格，看不出是几个数字，请只填一个。")
    return f"{sign}{number.replace(' ', '').rstrip('.')}{rest}"


def _factor(unit: str, label: str, raw: Any) -> Decimal:
    """What a number with this unit is multiplied by to stand in the field's unit."""
    wanted = unit_of(label)
    if unit in ("", wanted):
        return Decimal(1)
    if wanted in MONEY:
        # 3万 in a field of 万元 means 3万元: nobody writes it for three hundred millions.
        given = unit if unit in MONEY else f"{unit}元"
        if given in MONEY:
            return MONEY[given] / MONEY[wanted]
    else:
        times = next((t for t in ("千", "万", "亿") if unit.startswith(t)), "")
        counter = unit.removeprefix(times)
        if not counter or counter == wanted or (counter not in MONEY and counter in label):
            return Decimal(TIMES[times])
    expected = f"本栏以“{wanted}”为单位，" if wanted else ""
    raise Unreadable(f"{quote(str(raw))}中的“{unit[:10]}”不是本栏的单位，{expected}请只填数字。")
