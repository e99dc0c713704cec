"""Days and moments in the spellings that people and spreadsheets use."""

import datetime as dt
import re
from typing import Any

from .folding import Unreadable, fold, quote, squeeze

EXAMPLE = "请写成2023-05-06或2023年5月6日。"
FIRST_YEAR, LAST_YEAR = 1900, 2100
FOR_EVER = dt.date(9999, 12, 31)
"""How certificates write that they never expire."""

SIGN = r"[-./年月·、,]"
FULL = re.compile(rf"([0-9]{{4}}){SIGN}([0-9]{{1,2}}){SIGN}([0-9]{{1,2}})[日号]?")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
CLOCK = re.compile(
    r"(?:T|(上午|下午|晚上|中午|凌晨))?([0-9]{1,2})[:时点]"
    r"(?:([0-9]{1,2})(?:[:分](?:([0-9]{1,2})(?:\.[0-9]+)?秒?)?)?)?$"
)
SHORT_YEAR = re.compile(rf"[0-9]{{2}}{SIGN}[0-9]{{1,2}}{SIGN}[0-9]{{1,2}}[日号]?|[0-9]{{6}}")
YEAR_LAST = re.compile(rf"[0-9]{{1,2}}{SIGN}[0-9]{{1,2}}{SIGN}[0-9]{{4}}")
NO_YEAR = re.compile(rf"[0-9]{{1,2}}{SIGN}[0-9]{{1,2}}[日号]?")
NO_DAY = re.compile(rf"[0-9]{{4}}(?:{SIGN}[0-9]{{0,2}}月?)?|(?:19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])")
DAYS = "一二三四五六日"

#: Day 1 of a sheet is 1900-01-01, and sheets believe in a 29 February 1900.
SHEET_EPOCH = dt.datetime(1899, 12, 30)
#: Five digits (1927 to 2173): shorter numbers are years or amounts.
SERIALS = range(10_000, 100_000)
#: Outside a sheet only 1990 to 2099: below lie a year and a month without its nought (20235).
TYPED_SERIALS = range(32_874, 73_051)


def parse_date(raw: Any, *, from_sheet: bool = False) -> dt.date:
    """A day. With `from_sheet` also what only cells hold: dates, serial numbers of any year."""
    if isinstance(raw, dt.datetime):
        return _in_range(raw.date(), raw.isoformat(" "))
    if isinstance(raw, dt.date):
        return _in_range(raw, raw.isoformat())
    text = _text(raw)
    serial = _serial(text)
    if serial is not None:
        if from_sheet or _typed(text):
            return _in_range(serial.date(), text)
        raise Unreadable(
            f"{quote(text)}是表格里的日期序号（即{serial:%Y-%m-%d}），请填写日期本身。{EXAMPLE}"
        )
    return _day(text, raw)


def parse_datetime(raw: Any, *, from_sheet: bool = False) -> dt.datetime:
    """A day with a time of day (without: midnight); naive, in local time."""
    if isinstance(raw, dt.date):
        day = parse_date(raw)
        return raw if isinstance(raw, dt.datetime) else dt.datetime.combine(day, dt.time())
    text = _text(raw)
    serial = _serial(text)
    if serial is not None and (from_sheet or _typed(text)):
        _in_range(serial.date(), text)
        return serial
    body, match = _split_clock(text)
    if match is None:
        return dt.datetime.combine(parse_date(raw), dt.time())
    return dt.datetime.combine(_day(body, raw), _time(match, raw))


def date_in_words(day: dt.date) -> str:
    """2023年5月6日（星期六）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{DAYS[day.weekday()]}）"


def _text(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return fold(str(raw))


def _serial(text: str) -> dt.datetime | None:
    """The moment behind a sheet's serial number; `None` for all other text."""
    if not re.fullmatch(r"[0-9]{5}(?:\.[0-9]{1,12})?", text):
        return None
    number = float(text)
    if int(number) not in SERIALS:
        return None
    moment = SHEET_EPOCH + dt.timedelta(days=number)
    return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def _typed(serial: str) -> bool:
    """Whether a serial number is one that somebody copied from a sheet into a form."""
    return int(float(serial)) in TYPED_SERIALS


def _split_clock(text: str) -> tuple[str, re.Match[str] | None]:
    """The day's part and the time of day, whatever stands between them."""
    squeezed = squeeze(text)
    parts = re.split(r"\s+|(?<=[0-9])T(?=[0-9])|(?<=[日号])", text, maxsplit=1)
    if len(parts) == 2:
        match = CLOCK.fullmatch(squeeze(parts[1]))
        if match:
            return parts[0], match
    return squeezed, None


def _day(text: str, raw: Any) -> dt.date:
    body = WEEKDAY.sub("", squeeze(_split_clock(WEEKDAY.sub("", text))[0]))
    match = FULL.fullmatch(body) or COMPACT.fullmatch(body)
    if match is None:
        raise Unreadable(f"{quote(str(raw))}{_fault(body)}")
    year, month, day = map(int, match.groups())
    try:
        return _in_range(dt.date(year, month, day), str(raw))
    except ValueError as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable(f"{quote(str(raw))}{_absent(year, month, day)}{EXAMPLE}") from None


def _in_range(day: dt.date, shown: str) -> dt.date:
    if FIRST_YEAR <= day.year <= LAST_YEAR or day == FOR_EVER:
        return day
    raise Unreadable(
        f"{quote(shown)}的年份{day.year}不在{FIRST_YEAR}至{LAST_YEAR}之间，请核对年份。"
    )


def _absent(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return f"的月份{month}不存在，应为1至12。"
    return f"不存在：{year}年{month}月没有{day}日。"


def _fault(body: str) -> str:
    """Why the text is no day, and what would be one."""
    if NO_DAY.fullmatch(body):
        return f"没有写到日，请补全月和日。{EXAMPLE}"
    if SHORT_YEAR.fullmatch(body):
        return f"的年份只有两位，分不清年代，请写全四位年份。{EXAMPLE}"
    if YEAR_LAST.fullmatch(body):
        return f"的年份写在最后，分不清哪个是月、哪个是日。{EXAMPLE}"
    if NO_YEAR.fullmatch(body) or re.fullmatch(r"[0-9]{3,4}", body):
        return f"没有写年份，请补全。{EXAMPLE}"
    return f"不是日期。{EXAMPLE}"


def _time(match: re.Match[str], raw: Any) -> dt.time:
    part, hour, minute, second = match.groups()
    hours = int(hour)
    if part in ("下午", "晚上") and hours < 12:
        hours += 12
    try:
        return dt.time(hours, int(minute or 0), int(second or 0))
    except ValueError:
        raise Unreadable(
            f"{quote(str(raw))}的时刻不存在，请按24小时制填写，如2023-05-06 14:30。"
        ) from None
