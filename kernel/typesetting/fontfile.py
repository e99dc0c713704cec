"""Reading one font file: its names, its characters, and its bytes made ready for the page."""

import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from kernel.typesetting.errors import TypesettingError

# The em box of the document fonts: every font is given this one, so that a rare character
# set from another font does not move the base line of its line.
ASCENT = 0.88
DESCENT = 0.12

_FAMILY_NAMES = (1, 4, 6, 16)
_STYLE_NAMES = (2, 17)
_DIRECTORY = 12
_ENTRY = 16


@dataclass(frozen=True)
class FontFile:
    """A readable font: ``names`` are its family, full and PostScript names, folded."""

    path: Path
    names: frozenset[str]
    style: str
    characters: frozenset[int]


def fold(name: str) -> str:
    """A font name without case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_\-]", "", name).casefold()


def read_font(path: Path) -> FontFile:
    """The font at ``path``, parsed once per version of the file; TypesettingError if broken."""
    status = path.stat()
    return _parse(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _parse(path: Path, mtime_ns: int, size: int) -> FontFile:
    try:
        with TTFont(path, lazy=True) as font:
            table = font["name"]
            names = frozenset(fold(str(n)) for n in table.names if n.nameID in _FAMILY_NAMES)
            style = " ".join(str(n) for n in table.names if n.nameID in _STYLE_NAMES)
            return FontFile(path, names, style.casefold(), frozenset(font.getBestCmap() or {}))
    except Exception as error:  # a damaged file fails in as many ways as there are tables
        raise TypesettingError(
            f"字体文件“{path.name}”已损坏或不是字体，", remedy="请重新取得该文件后再试。"
        ) from error


def levelled(data: bytes) -> bytes:
    """The font's bytes with the common ascent and descent written into them.

    The table of base lines is hidden: by it the text engine shifts the lines of mixed fonts.
    """
    entries = _entries(data)
    units = struct.unpack_from(">H", data, _start(data, b"head") + 18)[0]
    box = struct.pack(">hhh", round(units * ASCENT), -round(units * DESCENT), 0)
    patched = bytearray(data)
    for table, offset in ((b"hhea", 4), (b"OS/2", 68)):
        at = _start(data, table) + offset
        patched[at : at + len(box)] = box
    if at := entries.get(b"BASE", 0):
        patched[at : at + 4] = b"BASX"
    return bytes(patched)


def latin_only(data: bytes) -> bytes:
    """The font's bytes reduced to the characters U+0020-7E by a shorter character map.

    A CSS ``unicode-range`` does not do this reliably: where the whole font is loaded as well,
    its Chinese characters win over the fonts named after it.
    """
    with TTFont(BytesIO(data), lazy=True) as font:
        glyphs = font.getBestCmap() or {}
        groups = [(c, c, font.getGlyphID(glyphs[c])) for c in range(0x20, 0x7F) if c in glyphs]
    body = b"".join(struct.pack(">III", *group) for group in groups)
    table = struct.pack(">HHHHI", 0, 1, 3, 10, 12)  # version, one sub-table: Unicode, offset
    table += struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body
    start = _start(data, b"cmap")
    patched = bytearray(data)
    patched[start : start + len(table)] = table
    struct.pack_into(">I", patched, _entries(data)[b"cmap"] + 12, len(table))
    return bytes(patched)


def _entries(data: bytes) -> dict[bytes, int]:
    """Where the directory of the font file speaks of each table."""
    count = struct.unpack_from(">H", data, 4)[0]
    places = range(_DIRECTORY, _DIRECTORY + count * _ENTRY, _ENTRY)
    return {data[at : at + 4]: at for at in places}


def _start(data: bytes, table: bytes) -> int:
    return int(struct.unpack_from(">I", data, _entries(data)[table] + 8)[0])
