"""Reading positions out of a PDF, in millimetres from the page's upper left corner."""

import io
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pdfplumber
from PIL import Image

from kernel.typesetting.render import Pdf

MM = 25.4 / 72
PAGE_FOOT = 265.0


@dataclass(frozen=True)
class Line:
    """One printed line: its base line, its outer edges, its characters in order."""

    base: float
    left: float
    right: float
    text: str
    fonts: tuple[str, ...]
    sizes: tuple[float, ...]


def pages(pdf: Pdf) -> list[Any]:
    return pdfplumber.open(io.BytesIO(pdf.content)).pages


def lines(page: Any) -> list[Line]:
    """The lines of a page from top to bottom; characters on one base line are one line."""
    rows: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for char in page.chars:
        rows[round((float(page.height) - char["matrix"][5]) * MM, 2)].append(char)
    return [_line(base, rows[base]) for base in sorted(rows)]


def body_lines(page: Any) -> list[Line]:
    return [line for line in lines(page) if line.base < PAGE_FOOT]


def page_number(page: Any) -> Line:
    return next(line for line in lines(page) if line.base > PAGE_FOOT)


def find(page: Any, text: str) -> Line:
    return next(line for line in lines(page) if text in line.text)


def plain_text(pdf: Pdf) -> str:
    """What pdftotext makes of the file."""
    return _run(["pdftotext", "-", "-"], pdf).decode()


def fonts(pdf: Pdf) -> list[list[str]]:
    """Rows of pdffonts: name, type …, emb, sub, uni, object id."""
    return [row.split() for row in _run(["pdffonts", "-"], pdf).decode().splitlines()[2:]]


def image(pdf: Pdf, page: int) -> Image.Image:
    """The page drawn at ten pixels to the millimetre."""
    number = str(page)
    png = _run(["pdftoppm", "-r", "254", "-f", number, "-l", number, "-png", "-"], pdf)
    return Image.open(io.BytesIO(png)).convert("RGB")


def _run(command: list[str], pdf: Pdf) -> bytes:
    return subprocess.run(command, input=pdf.content, capture_output=True, check=True).stdout


def _line(base: float, chars: list[dict[str, Any]]) -> Line:
    chars = sorted(chars, key=lambda char: char["x0"])
    return Line(
        base=base,
        left=chars[0]["x0"] * MM,
        right=chars[-1]["x1"] * MM,
        text="".join(char["text"] for char in chars),
        fonts=tuple(char["fontname"].partition("+")[2] for char in chars),
        sizes=tuple(round(char["size"], 1) for char in chars),
    )
