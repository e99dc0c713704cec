"""How a figure is written: exact, rounded down for 多, or in Chinese numerals."""

from decimal import Decimal

from .aggregates import Number

DIGITS = "零一二三四五六七八九"


def number_text(value: Number) -> str:
    """Plain digits without thousands separators; at most four decimals, none that are zero."""
    if isinstance(value, int):
        return str(value)
    rounded = Decimal(value).quantize(Decimal("0.0001"))
    return f"{rounded.normalize():f}"


def at_least(value: Number) -> str:
    """The count rounded down to its first digit: 537 → `500多`, 500 → `500`, 7 → `7`."""
    whole = int(value)
    step = 10 ** (len(str(whole)) - 1)
    floor = whole - whole % step
    return f"{floor}多" if whole > floor else str(floor)


def chinese(value: Number) -> str:
    """Chinese numeral of a whole number below 100 (三, 十二, 二十); digits for all others."""
    whole = int(value)
    if whole != value or not 0 <= whole < 100:
        return number_text(value)
    tens, ones = divmod(whole, 10)
    if not tens:
        return DIGITS[ones]
    return f"{DIGITS[tens] if tens > 1 else ''}十{DIGITS[ones] if ones else ''}"
