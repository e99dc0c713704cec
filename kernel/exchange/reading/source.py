"""Which reader a file needs, told by its content; the name must agree with it."""

import csv
import io
from pathlib import PurePath

from .table import MAX_FILE_BYTES, MAX_TEXT, Collector, Refusal, Table
from .workbook import read_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ("utf-8", "gb18030")
TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
SAVE_AS = "请在 Excel 或 WPS 中点“文件－另存为”，保存类型选“Excel 工作簿（*.xlsx）”，再导入。"


def read_file(name: str, data: bytes, known: frozenset[str] = frozenset()) -> Table:
    """The table of a file. `known` are the heads that the register expects, to find its sheet.

    Raises `Refusal` with the reason and the way out.
    """
    suffix = PurePath(name).suffix.lower()
    if not data:
        raise Refusal("文件是空的（0 字节）。请重新选择文件。")
    if len(data) > MAX_FILE_BYTES:
        raise Refusal(f"文件超过{MAX_FILE_BYTES // 1024 // 1024}MB，请分批导入。")
    if data.startswith(OLE):
        raise Refusal(_why_not_ole(data))
    if data.startswith(b"PK\x03\x04"):
        _refuse_other_name(suffix)
        return read_workbook(data, known)
    if suffix in (".xlsx", ".xlsm"):
        raise Refusal(f"文件名是{suffix}，内容却不是 Excel 工作簿，可能已损坏。{SAVE_AS}")
    if suffix not in TEXT_SUFFIXES:
        raise Refusal("只能导入 xlsx 或 csv 文件。" + SAVE_AS)
    return read_text(data)


def _why_not_ole(data: bytes) -> str:
    if ENCRYPTED in data[:65_536] or ENCRYPTED in data[-65_536:]:
        return "文件设有打开密码，无法读取。请在 Excel 或 WPS 中取消密码保护并另存后再导入。"
    return f"这是旧版 Excel（.xls）文件。{SAVE_AS}"


def _refuse_other_name(suffix: str) -> None:
    if suffix == ".xlsm":
        raise Refusal(f"不接受带宏的工作簿（.xlsm）。{SAVE_AS}")
    if suffix != ".xlsx":
        raise Refusal(
            f"文件名是{suffix or '无扩展名'}，内容却是 xlsx 一类的压缩文件，两者不一致。{SAVE_AS}"
        )


def decode(data: bytes) -> str:
    """Text of a csv file: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\x00" in data:
        raise Refusal("文件含有空字符（NUL），不是文本表格。请重新导出为 csv 或 xlsx 后再导入。")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("认不出文件的文字编码。请另存为“CSV UTF-8（逗号分隔）”或 xlsx 后再导入。")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(
            f"文件标明是{encoding.upper()}编码，但第{error.start + 1}字节起无法识别，可能已损坏。"
        ) from error
    if "\x00" in text:
        raise Refusal("文件含有空字符（NUL），不是文本表格。请重新导出后再导入。")
    return text


def read_text(data: bytes) -> Table:
    """A csv file; comma, tab or semicolon between the cells."""
    text = decode(data)
    head = text.lstrip("\ufeff\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    return _rows(text, delimiter, strict=True)


def read_paste(text: str) -> Table:
    """A block copied from a sheet: tabs between cells, quotes around cells with line breaks."""
    if "\x00" in text:
        raise Refusal("粘贴的内容含有空字符（NUL），请重新复制。")
    if len(text.encode()) > MAX_FILE_BYTES:
        raise Refusal("粘贴的内容太大，请改用文件导入。")
    return _rows(text, "\t", strict=False)


def _rows(text: str, delimiter: str, *, strict: bool) -> Table:
    collector = Collector()
    csv.field_size_limit(MAX_TEXT * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    last = 0
    try:
        for row in reader:
            collector.add(last + 1, row)
            last = reader.line_num
    except csv.Error as error:
        raise Refusal(
            f"第{last + 1}行附近的引号不成对，无法分列：内容里的引号应写成两个。请改好后再导入。"
        ) from error
    return collector.table()
