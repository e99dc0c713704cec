"""What people type, brought to one spelling before it is read."""

import re
from typing import Any

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SPACES = dict.fromkeys([*range(0x2000, 0x200B), 0x00A0, 0x1680, 0x202F, 0x205F, 0x3000], " ")
#: Marks that show nothing and come along with text copied from web pages and chats.
INVISIBLE = dict.fromkeys(
    [0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
CONTROL = dict.fromkeys(
    [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)]
)
LINE_ENDS = re.compile(r"\r\n|[\r\u2028\u2029]")
DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-")
LETTERS_AND_DIGITS = {c: t for c, t in FULL_WIDTH.items() if chr(t).isalnum()}

_CLEAN: dict[int, Any] = SPACES | INVISIBLE | CONTROL
_FOLD: dict[int, Any] = _CLEAN | FULL_WIDTH | DASHES
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
SHOWN = 30


class Unreadable(ValueError):
    """Input that no rule understands. The text says what is wrong with it and what would do."""


def clean(text: str) -> str:
    """Without invisible marks and control characters; odd spaces become ordinary ones."""
    if _PRINTABLE.fullmatch(text):
        return text.strip()
    return LINE_ENDS.sub("\n", text).translate(_CLEAN).strip()


def fold(text: str) -> str:
    """In half-width characters, for values in which width has no meaning: numbers, codes."""
    if _PRINTABLE.fullmatch(text):
        return text.strip()
    return text.translate(_FOLD).strip()


def squeeze(text: str) -> str:
    """Folded and without any space, for comparing and for reading numbers."""
    return "".join(fold(text).split())


def tidy(text: str) -> str:
    """One line of text: half-width letters and digits, Chinese punctuation as it was.

    What consists of nothing but letters, digits and signs is a code and is folded wholly.
    """
    text = re.sub(r"\s*[\n\t]\s*", " ", clean(text))
    if text.isascii():
        return text
    folded = fold(text)
    return folded if folded.isascii() else text.translate(LETTERS_AND_DIGITS)


def quote(text: str) -> str:
    """The input as a message repeats it: in quotes, not longer than a line."""
    text = clean(text)
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"
