"""Breaking a title into lines that keep their words whole (GB/T 9704-2012 §7.3.1)."""

import re
from collections.abc import Sequence
from itertools import combinations, pairwise
from math import ceil, inf

# 156 mm hold 20 characters of 22 pt.
LINE_CELLS = 20
_MAX_LINES = 4
_WHOLE = re.compile(r"[0-9.]+[年月日号届次%]?|[A-Za-z]+|《[^》]{1,12}》|〔[^〕]*〕")
# A line must not begin with these: they belong to what stands before them.
_CLINGING = "的和与及、，。；：）》”〕"
_OPENING = "（《“〔"


def balanced(title: str, keep: Sequence[str] = ()) -> list[str]:
    """``title`` in as few lines as fit, of even length; words of ``keep`` stay whole."""
    count = ceil(cells(title) / LINE_CELLS)
    if not 1 < count <= _MAX_LINES:
        return [title] if title else []
    breaks = _break_points(title, keep)
    for lines in range(count, _MAX_LINES + 1):
        best = min(combinations(breaks, lines - 1), key=lambda c: _cost(title, c), default=None)
        if best is not None and _cost(title, best) < inf:
            return _cut(title, best)
    return [title]


def cells(text: str) -> float:
    """Width in full characters; Latin letters and figures count half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _break_points(title: str, keep: Sequence[str]) -> list[int]:
    inside = {at for start, end in _whole_parts(title, keep) for at in range(start + 1, end)}
    return [
        at
        for at in range(2, len(title) - 1)
        if at not in inside and title[at] not in _CLINGING and title[at - 1] not in _OPENING
    ]


def _whole_parts(title: str, keep: Sequence[str]) -> list[tuple[int, int]]:
    parts = [match.span() for match in _WHOLE.finditer(title)]
    for word in filter(None, keep):
        parts += [match.span() for match in re.finditer(re.escape(word), title)]
    return parts


def _cut(title: str, breaks: Sequence[int]) -> list[str]:
    edges = [0, *breaks, len(title)]
    return [title[start:end] for start, end in pairwise(edges)]


def _cost(title: str, breaks: Sequence[int]) -> float:
    widths = [cells(line) for line in _cut(title, breaks)]
    if max(widths) > LINE_CELLS:
        return inf
    mean = sum(widths) / len(widths)
    return sum((width - mean) ** 2 for width in widths)
