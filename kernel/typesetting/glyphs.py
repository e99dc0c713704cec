"""Proof, before anything is typeset, that every character of a document can be drawn."""

from kernel.typesetting.document import Document, spans
from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.fonts import ROLES, FontTable, font_table, undrawable

_MOST_PLACES = 20


def assert_glyphs(document: Document) -> None:
    """Raise TypesettingError naming each undrawable character with its place and font."""
    table = font_table()
    complaints = [
        f"{span.place}的字符{_named(chars)}在{ROLES[span.role].label}及后备字体中均无字形"
        for span in spans(document)
        if (chars := _missing(table, span.role, span.text))
    ]
    if complaints:
        more = f"；另有{len(complaints) - _MOST_PLACES}处" if len(complaints) > _MOST_PLACES else ""
        raise TypesettingError(
            f"{'；'.join(complaints[:_MOST_PLACES])}{more}。",
            remedy="请改用其他字符，或在字体目录放入含有该字的字体。",
        )


def _missing(table: FontTable, role: str, text: str) -> list[str]:
    fonts = [table.fonts.get(role), table.fallback(role)]
    return undrawable(text, fonts)


def _named(chars: list[str]) -> str:
    return "、".join(f"“{char if char.isprintable() else ''}”(U+{ord(char):04X})" for char in chars)
