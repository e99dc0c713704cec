"""Turns a cell of a sheet into text: dates as ISO days, numbers without `.0`, errors named."""

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kernel.values.parsing import EXACT_FIGURES, LOST_FIGURES

from .table import BadCell

BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
DATE_SIGNS = re.compile(r"[ymdhs]", re.IGNORECASE)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
EPOCH, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
LONGEST_NUMBER = 30
FORMULA = BadCell("单元格是公式。")
"""Stands for every formula: what it would give cannot be checked here, whatever is stored."""


@dataclass
class Styles:
    """Which cell styles show a number as a day."""

    dates: set[int] = field(default_factory=set)


def read_styles(root: Any) -> Styles:
    formats: dict[int, str] = {}
    dates: set[int] = set()
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "numFmt":
            formats[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
        elif name == "cellXfs":
            for index, style in enumerate(element):
                if _is_date(int(style.get("numFmtId", 0)), formats):
                    dates.add(index)
    return Styles(dates)


def _is_date(number: int, formats: dict[int, str]) -> bool:
    code = formats.get(number)
    if code is None:
        return number in BUILT_IN_DATES
    return bool(DATE_SIGNS.search(QUOTED.sub("", code.partition(";")[0])))


def cell_text(cell: Any, strings: list[str], styles: Styles, epoch_1904: bool) -> str:
    """Text of one cell; a `BadCell` when it holds no usable value, `FORMULA` for a formula."""
    value = None
    for child in cell:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            value = child.text
        elif name == "is":
            return _unescape("".join(e.text or "" for e in child.iter() if e.tag.endswith("}t")))
        elif name == "f":
            return FORMULA
    if value is None:
        return ""
    kind = cell.get("t", "n")
    if kind == "n":
        return _number(value, int(cell.get("s") or 0) in styles.dates, epoch_1904)
    return _typed(kind, value, strings)


def _typed(kind: str, value: str, strings: list[str]) -> str:
    if kind == "s":
        return _unescape(strings[int(value)])
    if kind == "b":
        return "是" if value == "1" else "否"
    if kind == "e":
        return BadCell(f"单元格是错误值“{value}”，请改填正确的值。")
    if kind == "d":
        return value.removesuffix("T00:00:00")
    return _unescape(value)


def _unescape(text: str) -> str:
    """Control characters are written `_x000D_` in a sheet."""
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text).replace("\r\n", "\n")


def _number(value: str, is_date: bool, epoch_1904: bool) -> str:
    if value.isdigit() and len(value) <= EXACT_FIGURES and not is_date:
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if is_date:
        return _moment(number, epoch_1904)
    return _plain(number)


def _plain(number: float) -> str:
    if math.isnan(number) or abs(number) >= 10**LONGEST_NUMBER:
        return BadCell("单元格里的数值超出范围，请核对。")
    if abs(number) >= 10**EXACT_FIGURES:
        return BadCell(LOST_FIGURES)
    text = f"{Decimal(format(number, f'.{EXACT_FIGURES}g')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(number: float, epoch_1904: bool) -> str:
    try:
        moment = (EPOCH_1904 if epoch_1904 else EPOCH) + dt.timedelta(days=number)
    except OverflowError:
        return BadCell("单元格里的日期超出范围，请核对。")
    moment = (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if moment.time() == dt.time():
        return moment.date().isoformat()
    return moment.isoformat(sep=" ")
