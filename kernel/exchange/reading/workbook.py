"""Reads xlsx without trusting it: sizes are checked before unpacking, nothing is executed.

Own reader instead of a library's: it streams with limits, refuses entity declarations, does not
believe the sheet's own dimensions, and is several times faster.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from typing import IO, Any
from xml.etree import ElementTree

from .numbers import FORMULA, Styles, cell_text, read_styles
from .table import LISTS, LISTS_NAME, Collector, Refusal, Table

MAX_ENTRIES = 2_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_SHARED = 80 * 1024 * 1024
MAX_RATIO = 150
RATIO_FROM = 5 * 1024 * 1024
"""Small parts may shrink by any ratio."""
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
PASTE_VALUES = "请全选后复制，用“选择性粘贴－数值”粘贴到新工作簿，再导入。"
BROKEN = "文件无法读取，可能已损坏。请在 Excel 或 WPS 中打开并另存为 xlsx 后再导入。"
NO_FORMULAS = "请选中这些单元格，用“复制－选择性粘贴－数值”换成数值，保存后再导入。"
SHOWN_PLACES = 5
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    LookupError,
    OSError,
    ValueError,
)
"""What a damaged file makes the readers raise."""
SHEET_DATA = re.compile(rb"<sheetData\s*>")
NO_ROWS = re.compile(rb"<sheetData\s*/>")
WORKSHEET = re.compile(rb"<worksheet\b[^>]*>")
NAMESPACE = re.compile(rb"xmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
MERGED = re.compile(rb"<mergeCell\s[^>]*?ref=\"([A-Z0-9:]+)\"")


class SafeStream(io.RawIOBase):
    """Passes on a part of the archive; stops at its limit and at any declaration (entities)."""

    def __init__(self, source: IO[bytes], limit: int):
        self.source, self.left, self.tail = source, limit, b""

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(65_536 if size < 0 else size)
        self.left -= len(data)
        if self.left < 0:
            raise Refusal(f"文件解压后过大。{PASTE_VALUES}")
        seen = self.tail + data
        if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\x00" in data:
            raise Refusal(f"文件内含有不允许的声明，已拒绝读取。{PASTE_VALUES}")
        self.tail = seen[-10:]
        return data


class Workbook:
    """The parts of one xlsx file."""

    def __init__(self, archive: zipfile.ZipFile):
        self.archive = archive
        self.names = set(archive.namelist())

    def stream(self, name: str, limit: int = MAX_UNPACKED) -> SafeStream:
        return SafeStream(self.archive.open(name), limit)

    def tree(self, name: str) -> Any:
        return ElementTree.parse(self.stream(name, MAX_SHARED)).getroot()  # noqa: S314

    def relations(self) -> dict[str, str]:
        """Targets of the workbook's relations by id."""
        root = self.tree("xl/_rels/workbook.xml.rels")
        return {item.get("Id"): _path(item.get("Target", "")) for item in root}

    def sheets(self) -> Iterator[tuple[str, str, bool]]:
        """Name, part and visibility of each sheet, in order."""
        targets = self.relations()
        for element in self.tree("xl/workbook.xml").iter():
            if _local(element.tag) == "sheet":
                key = element.get(RELATION) or element.get(STRICT_RELATION) or ""
                visible = element.get("state", "visible") == "visible"
                if "worksheets/" in targets.get(key, ""):
                    yield element.get("name", ""), targets[key], visible

    def has_lists(self) -> bool:
        """Whether the workbook was made from a template, which hides its own lists."""
        root = self.tree("xl/workbook.xml")
        names = (e for e in root.iter() if _local(e.tag) == "definedName")
        return any(e.get("name") == LISTS_NAME and LISTS in (e.text or "") for e in names)

    def styles(self) -> Styles:
        known = "xl/styles.xml" in self.names
        return read_styles(self.tree("xl/styles.xml")) if known else Styles()

    def epoch_1904(self) -> bool:
        root = self.tree("xl/workbook.xml")
        found = (e.get("date1904") for e in root.iter() if _local(e.tag) == "workbookPr")
        return next(found, None) in ("1", "true")

    @cached_property
    def strings(self) -> list[str]:
        """The texts that cells refer to by number."""
        if "xl/sharedStrings.xml" not in self.names:
            return []
        found = []
        stream: Any = self.stream("xl/sharedStrings.xml", MAX_SHARED)
        for _, element in ElementTree.iterparse(stream):  # noqa: S314
            if _local(element.tag) == "si":
                found.append(rich_text(element))
                element.clear()
        return found


def read_workbook(data: bytes, known: frozenset[str]) -> Table:
    """The table of the sheet that fits best; hidden sheets are never read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_archive(archive)
            return _best_sheet(Workbook(archive), known)
    except UNREADABLE as error:
        raise Refusal(BROKEN) from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refusal("文件被加密或用了不支持的压缩方式。请取消密码并另存为 xlsx。") from error


def check_archive(archive: zipfile.ZipFile) -> None:
    """Look at the table of contents before anything is unpacked."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise Refusal(f"文件解压后过大（疑似压缩炸弹），已拒绝读取。{PASTE_VALUES}")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
            raise Refusal(f"文件的压缩比异常（疑似压缩炸弹），已拒绝读取。{PASTE_VALUES}")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("不接受带宏的工作簿。请另存为“Excel 工作簿（*.xlsx）”后再导入。")
    if "xl/workbook.xml" not in names:
        raise Refusal(_not_a_workbook(names))
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Refusal(f"工作簿链接了其他文件，其中的值无法核对。{PASTE_VALUES}")


def _not_a_workbook(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "这是 xlsb 文件。请另存为“Excel 工作簿（*.xlsx）”后再导入。"
    if "content.xml" in names:
        return "这是 ods 文件。请另存为“Excel 工作簿（*.xlsx）”后再导入。"
    return "文件不是 Excel 工作簿（可能只是改了扩展名）。请选择 xlsx 或 csv 文件。"


def _best_sheet(book: Workbook, known: frozenset[str]) -> Table:
    """The sheet whose head fits best; the first one when none fits."""
    sheets = _open_sheets(book)
    heads = {name: _head(book, part) for name, part in sheets}
    filled = [(name, part) for name, part in sheets if heads[name]] or sheets[:1]
    name, part = max(filled, key=lambda sheet: len(known.intersection(heads[sheet[0]])))
    table = _Sheet(book, part).table()
    others = [other for other, _ in filled if other != name and len(heads[other]) > 1]
    if others:
        table.notes.insert(0, f"只读取了工作表“{name}”，未读取：{'、'.join(others)}。")
    return table


def _open_sheets(book: Workbook) -> list[tuple[str, str]]:
    """Name and part of the sheets that people see; raises `Refusal` when others are hidden."""
    sheets = list(book.sheets())
    hidden = [name for name, _, visible in sheets if not visible]
    if LISTS in hidden and book.has_lists():
        hidden.remove(LISTS)
    if hidden:
        more = f"等{len(hidden)}张" if len(hidden) > SHOWN_PLACES else ""
        raise Refusal(
            f"工作簿里有隐藏的工作表（{'、'.join(hidden[:SHOWN_PLACES])}{more}），无法判断该不该导入。"
            "请右击工作表标签，取消隐藏或删除后再导入；标签处看不到的，"
            "请把要导入的表复制到新工作簿。"
        )
    found = [(name, part) for name, part, visible in sheets if visible]
    if not found:
        raise Refusal("工作簿里没有可以读取的工作表。请打开文件核对后再导入。")
    return found


def _head(book: Workbook, part: str) -> list[str]:
    return _Sheet(book, part).head()


class _Sheet:
    """One pass over a sheet."""

    def __init__(self, book: Workbook, part: str):
        self.book, self.part = book, part
        self.styles, self.epoch_1904 = book.styles(), book.epoch_1904()
        self.collector = Collector()
        self.formulas: list[tuple[int, int]] = []
        self.merged: list[str] = []

    def head(self) -> list[str]:
        """The first row that holds anything."""
        for number, element in self._rows():
            self.collector.add(number, self._values(number, element))
            if self.collector.header:
                break
        return self.collector.header

    def table(self) -> Table:
        for number, element in self._rows():
            self.collector.add(number, self._values(number, element))
            if len(self.formulas) > SHOWN_PLACES:
                break
        self._refuse_formulas()
        self._refuse_merged()
        return self.collector.table()

    def _rows(self) -> Iterator[tuple[int, Any]]:
        number = 0
        for element in row_elements(self.book.stream(self.part)):
            if _local(element.tag) == "mergeCell":
                self.merged.append(element.get("ref", ""))
            else:
                number = int(element.get("r") or number + 1)
                yield number, element

    def _values(self, number: int, row: Any) -> list[str]:
        values: list[str] = []
        for cell in row:
            reference = cell.get("r")
            index = column_index(reference) if reference else len(values)
            if index >= 16_384 or index < len(values):
                raise Refusal(BROKEN)
            values.extend([""] * (index - len(values)))
            text = cell_text(cell, self.book.strings, self.styles, self.epoch_1904)
            if text is FORMULA:
                self.formulas.append((number, index))
            values.append(text)
        return values

    def _refuse_formulas(self) -> None:
        """A stored result may be out of date, or come from anywhere: only values are imported."""
        if self.formulas:
            places = "、".join(self._place(*place) for place in self.formulas[:SHOWN_PLACES])
            more = "等处" if len(self.formulas) > SHOWN_PLACES else ""
            raise Refusal(f"表中有公式（{places}{more}），只能导入数值。{NO_FORMULAS}")

    def _place(self, number: int, index: int) -> str:
        """Row and column letter, with the head where the cell stands below one."""
        heads = self.collector.header if number > self.collector.header_number else []
        head = f"“{heads[index]}”" if index < len(heads) and heads[index] else ""
        return f"第{number}行{column_letters(index)}列{head}"

    def _refuse_merged(self) -> None:
        """Merged cells leave gaps; a merged title above the head does no harm."""
        below = [r for r in self.merged if _last_row(r) >= self.collector.header_number]
        if below:
            more = "等" if len(below) > SHOWN_PLACES else ""
            raise Refusal(
                f"表中有合并单元格（{'、'.join(below[:SHOWN_PLACES])}{more}），"
                "无法判断每行的值。请取消合并、逐行填写后再导入。"
            )


def row_elements(stream: SafeStream) -> Iterator[Any]:
    """The sheet's `row` and `mergeCell` elements.

    Whole rows are cut out of the stream and parsed many at a time: events for each single cell
    would take three times as long.
    """
    head, rest = b"", b""
    while data := stream.read(1 << 18):
        rest += data
        if not head:
            head, rest = _opening(rest)
        end = rest.rfind(b"</row>") + len(b"</row>")
        if head and end >= len(b"</row>"):
            yield from ElementTree.fromstring(head + rest[:end] + b"</sheetData>")  # noqa: S314
            rest = rest[end:]
    yield from _remainder(head, rest)


def _opening(data: bytes) -> tuple[bytes, bytes]:
    """The tag that opens the rows, with the namespaces of the sheet, and what follows it."""
    found = SHEET_DATA.search(data)
    if found is None:
        return b"", data
    sheet = WORKSHEET.search(data, 0, found.start())
    names = b" ".join(NAMESPACE.findall(sheet.group())) if sheet else b""
    return b"<sheetData " + names + b">", data[found.end() :]


def _remainder(head: bytes, rest: bytes) -> Iterator[Any]:
    """What stands after the last full row; a sheet written in another style as a whole."""
    if not head and NO_ROWS.search(rest):
        return
    if not head or b"</sheetData>" not in rest:
        raise Refusal(BROKEN)
    before, _, after = rest.partition(b"</sheetData>")
    yield from ElementTree.fromstring(head + before + b"</sheetData>")  # noqa: S314
    for reference in MERGED.findall(after):
        yield ElementTree.Element("mergeCell", ref=reference.decode())


def rich_text(element: Any) -> str:
    """Text of a string item without the reading aids (rPh) of East Asian sheets."""
    parts = []
    for child in element:
        name = _local(child.tag)
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [e.text or "" for e in child if _local(e.tag) == "t"]
    return "".join(parts)


def column_index(reference: str) -> int:
    """Index from 0 of the column in a reference like `AB12`."""
    index = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        index = index * 26 + ord(sign) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Letters of the column with this index from 0: the way back from `column_index`."""
    letters = ""
    while index >= 0:
        index, place = divmod(index, 26)
        letters, index = chr(65 + place) + letters, index - 1
    return letters


def _last_row(reference: str) -> int:
    digits = "".join(c for c in reference.rpartition(":")[2] if c.isdigit())
    return int(digits or 0)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _path(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
