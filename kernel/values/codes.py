"""Numbers that carry their own proof: telephone, resident identity, social credit code.

Each reader returns the canonical spelling or raises `Unreadable`, which names the place of the
wrong digit. The `valid_…` functions are the same rules as model validators.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from .folding import Unreadable, fold, quote, squeeze

LENGTH = 18

# --- Telephone numbers ---------------------------------------------------------------------------

MOBILE_LENGTH = 11
MOBILE = re.compile(r"1[3-9][0-9]{9}")
#: 010 and 02x have three digits; all other area codes four.
AREA_CODE = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
LANDLINE = re.compile(rf"({AREA_CODE})-?([2-9][0-9]{{6,7}})(?:-([0-9]{{1,6}}))?")
LOCAL = re.compile(r"([2-9][0-9]{6,7})(?:-([0-9]{1,6}))?")
SERVICE = re.compile(r"1[0-2][0-9]|1[0-2][0-9]{3}|116[0-9]{3}|9[56][0-9]{3,4}")
TOLL_FREE = re.compile(r"([48]00)([0-9]{3})([0-9]{4})")
COUNTRY = re.compile(r"^(?:\+|00)86-?|^86-?(?=1[3-9][0-9]{9}$)")
PHONE_EXAMPLE = "请填写11位手机号码，或写成“区号-号码-分机”，如0513-88880000-801。"


def parse_phone(raw: str) -> str:
    """A mobile number (11 digits), a landline (`0513-88880000-801`) or a service number."""
    text = _phone_text(raw)
    digits = text.replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        raise Unreadable(f"{quote(raw)}{_odd_phone(text)}{PHONE_EXAMPLE}")
    if MOBILE.fullmatch(digits):
        return digits
    for reader in (_landline, _toll_free, _service):
        found = reader(text)
        if found:
            return found
    raise Unreadable(f"{quote(raw)}{_phone_fault(text, digits)}{PHONE_EXAMPLE}")


def _phone_text(raw: str) -> str:
    text = re.sub(r"\s*(?:转|分机|ext\.?)\s*", "-", fold(raw).lower())
    text = re.sub(r"\s*-+\s*", "-", text.replace("(", "").replace(")", "-"))
    return COUNTRY.sub("", re.sub(r"\s+", "", text)).strip("-")


def _landline(text: str) -> str:
    match = LANDLINE.fullmatch(text) or LOCAL.fullmatch(text)
    return "-".join(part for part in match.groups() if part) if match else ""


def _toll_free(text: str) -> str:
    match = TOLL_FREE.fullmatch(text.replace("-", ""))
    return "-".join(match.groups()) if match else ""


def _service(text: str) -> str:
    return text if SERVICE.fullmatch(text) else ""


def _odd_phone(text: str) -> str:
    if re.search(r"[、,;/]", text):
        return "含有多个号码，本栏只填一个。"
    odd = ((i, c) for i, c in enumerate(text, 1) if c not in "0123456789-")
    place, sign = next(odd, (0, ""))
    if not place:
        return "里没有数字。"
    return f"第{place}位的“{sign}”不是数字。"


def _phone_fault(text: str, digits: str) -> str:
    if digits.startswith("0"):
        return "不是完整的固定电话：区号之后应有7至8位号码，且号码不以0或1开头。"
    if digits.startswith("1") and len(digits) != MOBILE_LENGTH:
        return f"共{len(digits)}位，手机号码应为{MOBILE_LENGTH}位。"
    if digits.startswith("1"):
        return f"第2位的“{digits[1]}”不对，手机号码以13至19开头。"
    return f"共{len(digits)}位，不是可以拨打的号码。"


# --- Resident identity numbers (GB 11643) --------------------------------------------------------

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"


def parse_id_number(raw: str) -> str:
    """A resident identity number of 18 characters, its last one checked."""
    text = squeeze(raw).upper()
    _check_length(text, "公民身份号码", "旧的15位号码请换成18位。" if len(text) == 15 else "")
    for place, sign in enumerate(text, 1):
        if sign not in "0123456789" and not (place == LENGTH and sign == "X"):
            hint = "只有第18位可以是X，" if sign == "X" else ""
            raise Unreadable(f"公民身份号码第{place}位的“{sign}”不是数字，{hint}请核对该位。")
    _check_birthday(text[6:14])
    _check_last(text, id_check_digit, "公民身份号码")
    return text


def id_check_digit(body: str) -> str:
    """The 18th character that follows from the first 17."""
    total = sum(int(sign) * weight for sign, weight in zip(body, ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def _check_birthday(digits: str) -> None:
    fault = f"公民身份号码第7至14位（出生日期{digits}）"
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Unreadable(f"{fault}不是存在的日期，请核对这8位。") from None
    if not dt.date(1900, 1, 1) <= day <= dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(1):
        raise Unreadable(f"{fault}早于1900年或晚于今天，请核对这8位。")


# --- Unified social credit codes (GB 32100) ------------------------------------------------------

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LOOK_ALIKES = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


def parse_credit_code(raw: str) -> str:
    """A unified social credit code of 18 characters, its last one checked."""
    text = squeeze(raw).upper().replace("-", "")
    _check_length(text, "统一社会信用代码", "")
    for place, sign in enumerate(text, 1):
        if sign in LOOK_ALIKES:
            raise Unreadable(
                f"统一社会信用代码第{place}位的“{sign}”不使用（不用I、O、S、V、Z），"
                f"可能是“{LOOK_ALIKES[sign]}”，请核对该位。"
            )
        if sign not in CREDIT_ALPHABET:
            raise Unreadable(f"统一社会信用代码第{place}位的“{sign}”不是数字或字母，请核对该位。")
        if 3 <= place <= 8 and not sign.isdigit():
            raise Unreadable(
                f"统一社会信用代码第{place}位的“{sign}”不对：第3至8位是行政区划代码，只能是数字。"
            )
    _check_last(text, credit_check_character, "统一社会信用代码")
    return text


def credit_check_character(body: str) -> str:
    """The 18th character that follows from the first 17."""
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


# --- What both have in common --------------------------------------------------------------------


def _check_length(text: str, name: str, hint: str) -> None:
    if len(text) != LENGTH:
        verb = "少" if len(text) < LENGTH else "多"
        gap = abs(LENGTH - len(text))
        raise Unreadable(f"{name}应为18位，现为{len(text)}位，{verb}了{gap}位。{hint}请逐位核对。")


def _check_last(text: str, check: Callable[[str], str], name: str) -> None:
    wanted = check(text[:-1])
    if text[-1] == wanted:
        return
    swapped = _swaps(text, check)
    hint = f"第{swapped[0]}、{swapped[0] + 1}位可能写反了，" if len(swapped) == 1 else ""
    raise Unreadable(
        f"{name}的校验码不符：按前17位计算，第18位应为“{wanted}”，现为“{text[-1]}”，"
        f"其中有一位写错。{hint}请逐位核对。"
    )


def _swaps(text: str, check: Callable[[str], str]) -> list[int]:
    """Places (from 1) where exchanging two neighbours would make the number right."""
    found = []
    # An X of a check digit stands nowhere else.
    last = len(text) - 1 - (check is id_check_digit and text.endswith("X"))
    for i in range(last):
        other = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        if other != text and check(other[:-1]) == other[-1]:
            found.append(i + 1)
    return found


# --- Model validators ----------------------------------------------------------------------------


def _validate(parse: Callable[[str], str], value: str) -> None:
    """A stored value must be readable; its spelling is the form's affair."""
    try:
        parse(value)
    except Unreadable as fault:
        raise ValidationError(str(fault)) from fault


def valid_phone(value: str) -> None:
    """Model validator: a telephone number that can be dialled."""
    _validate(parse_phone, value)


def valid_id_number(value: str) -> None:
    """Model validator: a resident identity number with a right check digit."""
    _validate(parse_id_number, value)


def valid_credit_code(value: str) -> None:
    """Model validator: a unified social credit code with a right check character."""
    _validate(parse_credit_code, value)


@dataclass(frozen=True)
class Code:
    """A field that carries the validator `valid` is read by `read`."""

    valid: Callable[[str], None]
    read: Callable[[str], str]


CODES = (
    Code(valid_phone, parse_phone),
    Code(valid_id_number, parse_id_number),
    Code(valid_credit_code, parse_credit_code),
)
