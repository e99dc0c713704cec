"""Writes xlsx as a stream: one pass over the rows, no workbook in memory."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any

from ..cells import escape

HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
EPOCH = dt.date(1899, 12, 30)
PLAIN, DAY, MOMENT, HEAD, WRAPPED, ALARM = range(6)
EXACT = 10**15
BUFFER = 256
MAX_TEXT = 32_767
STYLES = f"""{HEADER}<styleSheet xmlns="{NS}"><numFmts count="2">\
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>\
<fonts count="3"><font><sz val="11"/><name val="宋体"/></font>\
<font><b/><sz val="11"/><name val="宋体"/></font>\
<font><sz val="11"/><color rgb="FFB3201A"/><name val="宋体"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE9F0F9"/></patternFill></fill></fills>\
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>\
<cellXfs count="6"><xf/><xf numFmtId="164" applyNumberFormat="1"/>\
<xf numFmtId="165" applyNumberFormat="1"/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>\
<xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>\
<xf fontId="2" applyFont="1"/></cellXfs><cellStyles count="1">\
<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


@dataclass
class Sheet:
    """One sheet: a head (may be empty), rows of cells, widths in characters."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[float] = field(default_factory=tuple)
    alarm_column: int | None = None
    """Index of the column that is written in red."""
    escaped: bool = True


def write_xlsx(target: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write the sheets into an open binary file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part:
                for text in _sheet_xml(sheet):
                    part.write(text.encode())
        for name, text in _frame(sheets):
            archive.writestr(name, text)


def _sheet_xml(sheet: Sheet) -> Iterator[str]:
    frozen = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        if sheet.header
        else ""
    )
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>'
        for i, width in enumerate(sheet.widths, 1)
    )
    columns = f"<cols>{columns}</cols>" if columns else ""
    yield f'{HEADER}<worksheet xmlns="{NS}">{frozen}{columns}<sheetData>'
    if sheet.header:
        yield f"<row>{''.join(_text(head, HEAD) for head in sheet.header)}</row>"
    yield from _buffered(_row_xml(row, sheet) for row in sheet.rows)
    yield "</sheetData></worksheet>"


def _buffered(texts: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    for text in texts:
        held.append(text)
        if len(held) == BUFFER:
            yield "".join(held)
            held = []
    yield "".join(held)


def _row_xml(row: Sequence[Any], sheet: Sheet) -> str:
    if sheet.alarm_column is None:
        return f"<row>{''.join([_cell(value, sheet.escaped) for value in row])}</row>"
    cells = [
        _text(str(value), ALARM) if i == sheet.alarm_column else _cell(value, sheet.escaped)
        for i, value in enumerate(row)
    ]
    return f"<row>{''.join(cells)}</row>"


def _cell(value: Any, escaped: bool) -> str:
    if isinstance(value, str):
        return _text(escape(value) if escaped else value) if value else "<c/>"
    if value is None:
        return "<c/>"
    if isinstance(value, int | Decimal | float):
        return f"<c><v>{value}</v></c>" if -EXACT < value < EXACT else _text(str(value))
    if isinstance(value, dt.date):
        return _day(value)
    return _text(str(value))


def _day(value: dt.date) -> str:
    if isinstance(value, dt.datetime) or value < dt.date(1900, 3, 1):
        return _text(value.isoformat())
    return f'<c s="{DAY}"><v>{(value - EPOCH).days}</v></c>'


def _text(text: str, style: int = PLAIN) -> str:
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
    if not text.isprintable():
        text = ILLEGAL.sub("", text).replace("\r", "_x000D_")
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    mark = f' s="{style}"' if style else ""
    return f'<c{mark} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _frame(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """The parts around the sheets."""
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    yield (
        "[Content_Types].xml",
        f'{HEADER}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{main}.styles+xml"/>{types}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    names = "".join(
        f'<sheet name="{_attribute(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    active = len(sheets) - 1
    yield (
        "xl/workbook.xml",
        f'{HEADER}<workbook xmlns="{NS}" xmlns:r="{REL}"><bookViews><workbookView '
        f'activeTab="{active}"/></bookViews><sheets>{names}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    styles = f'<Relationship Id="styles" Type="{REL}/styles" Target="styles.xml"/>'
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{HEADER}<Relationships xmlns="{PACKAGE}/relationships">{links}{styles}</Relationships>',
    )
    yield "xl/styles.xml", STYLES


def _attribute(text: str) -> str:
    """A sheet's name: at most 31 characters, none of those that sheets refuse."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", text)[:31]
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def width_of(label: str) -> float:
    """A width in which the head and usual values can be read."""
    wide = sum(2 if ord(sign) > 0xFF else 1 for sign in label)
    return float(min(40, max(12, wide + 4)))
