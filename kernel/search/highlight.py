"""Mark in a text what a search found in it."""

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .functions import initials
from .text import LETTERS, fold


def highlight(text: str, found: Iterable[str]) -> SafeString:
    """The text with each of the (folded) words in <mark>; everything else escaped."""
    spans = _joined(span for word in found for span in _spans(text, word))
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        parts += [
            conditional_escape(text[end:start]),
            format_html("<mark>{}</mark>", text[start:stop]),
        ]
        end = stop
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))  # noqa: S308 (escaped)


def excerpt(text: str, found: list[str], length: int = 60) -> str:
    """A piece of a long text around the first word that stands in it."""
    spans = _joined(span for word in found for span in _spans(text, word))
    start = max(spans[0][0] - length // 3, 0) if spans else 0
    stop = start + length
    return ("…" if start else "") + text[start:stop] + ("…" if stop < len(text) else "")


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    """Places of the word in the text, or else of characters that are read like its letters."""
    folded = [fold(char) for char in text]
    origin = [place for place, char in enumerate(folded) for _ in char]
    whole, spans = "".join(folded), []
    at = whole.find(word)
    while at >= 0:
        spans.append((origin[at], origin[at + len(word) - 1] + 1))
        at = whole.find(word, at + len(word))
    return spans or (_read_spans(text, word) if LETTERS.fullmatch(word) else [])


def _read_spans(text: str, word: str) -> list[tuple[int, int]]:
    """The first place where a row of characters begins with the letters of the word."""
    sounding = [(place, letters) for place, char in enumerate(text) if (letters := initials(char))]
    for start in range(len(sounding) - len(word) + 1):
        run = sounding[start : start + len(word)]
        if all(letter.upper() in letters for letter, (_, letters) in zip(word, run, strict=True)):
            return [(run[0][0], run[-1][0] + 1)]
    return []


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, overlapping ones made one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
