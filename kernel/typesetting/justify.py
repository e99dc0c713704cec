"""Straight right edges for Chinese text.

The PDF engine stretches only blanks, of which Chinese has none: a line that ends early because
a punctuation mark may not begin the next one stays ragged. Here such lines are spread between
their characters, after the lines are broken and before the page is drawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure.boxes import LineBox, TextBox

_JUSTIFIED_CLASS = "text"
# Never spread further than this share of the character size: a gap of that kind has another cause.
_MOST = 0.12


class _Spaced:
    """A computed style seen through another letter spacing; copying it for each line is slow."""

    def __init__(self, style: Any, spacing: float) -> None:
        self._style = style
        self._spacing = spacing

    def __getitem__(self, key: str) -> Any:
        return self._spacing if key == "letter_spacing" else self._style[key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._style, name)


def justify(pages: Iterable[Any]) -> None:
    """Spread every line but the last of each ``class="text"`` paragraph to the full width."""
    for lines in _lines_by_paragraph(pages).values():
        for line, right_edge in lines[:-1]:
            _spread(line, right_edge)


def _lines_by_paragraph(pages: Iterable[Any]) -> dict[int, list[tuple[LineBox, float]]]:
    """Lines with their right edge in CSS px, by paragraph, also across page breaks."""
    found: dict[int, list[tuple[LineBox, float]]] = defaultdict(list)
    for page in pages:
        for block in page._page_box.descendants():
            element = getattr(block, "element", None)
            if element is None or element.get("class") != _JUSTIFIED_CLASS:
                continue
            right_edge = block.content_box_x() + block.width
            found[id(element)] += [
                (line, right_edge) for line in block.children if isinstance(line, LineBox)
            ]
    return found


def _texts(box: Any) -> Iterator[TextBox]:
    for child in getattr(box, "children", ()):
        if isinstance(child, TextBox):
            yield child
        else:
            yield from _texts(child)


def _spread(line: LineBox, right_edge: float) -> None:
    texts = [text for text in _texts(line) if text.text]
    count = sum(len(text.text) for text in texts)
    if count <= 1:
        return
    free = right_edge - texts[-1].position_x - texts[-1].width
    step = free / (count - 1)
    if not 0 < step <= _MOST * texts[0].style["font_size"]:
        return
    before = 0
    for text in texts:
        text.position_x += step * before
        before += len(text.text)
        _space(text, step)


def _space(text: TextBox, step: float) -> None:
    """Widen the box's letter spacing by ``step`` px."""
    spacing = text.style["letter_spacing"]
    text.style = _Spaced(text.style, (0 if spacing == "normal" else spacing) + step)
    text.width += step * len(text.text)
