"""Which files are taken, told by what is in them and not by what they are called."""

import re
import zipfile
from dataclasses import dataclass
from typing import Any

import filetype

HEAD = 8192
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_SAMPLE = 65_536
MARKUP = re.compile(
    r"\s*(<\?xml|<!doctype|<!--|<(html|svg|head|body|script|iframe|meta|title)\b)", re.IGNORECASE
)
_OOXML = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True)
class FileType:
    """A kind of file: its extensions, and the contents that may stand behind them.

    `inline`: a browser may show it in a tab of its own; everything else is only saved.
    """

    key: str
    label: str
    media_type: str
    extensions: tuple[str, ...]
    inline: bool = False
    image: bool = False


def _image(key: str, label: str, *extensions: str, inline: bool = True) -> FileType:
    return FileType(key, label, f"image/{key}", extensions or (key,), inline, image=True)


TYPES = (
    FileType("pdf", "PDF", "application/pdf", ("pdf",), inline=True),
    _image("jpeg", "JPEG 图片", "jpg", "jpeg"),
    _image("png", "PNG 图片"),
    _image("gif", "GIF 图片"),
    _image("webp", "WebP 图片"),
    _image("bmp", "BMP 图片", inline=False),
    _image("tiff", "TIFF 图片", "tif", "tiff", inline=False),
    _image("heic", "HEIC 照片", "heic", "heif", inline=False),
    FileType("docx", "Word 文档", f"{_OOXML}wordprocessingml.document", ("docx",)),
    FileType("xlsx", "Excel 表格", f"{_OOXML}spreadsheetml.sheet", ("xlsx",)),
    FileType("pptx", "演示文稿", f"{_OOXML}presentationml.presentation", ("pptx",)),
    FileType("doc", "Word 97-2003 文档", "application/msword", ("doc",)),
    FileType("xls", "Excel 97-2003 表格", "application/vnd.ms-excel", ("xls",)),
    FileType("ppt", "97-2003 演示文稿", "application/vnd.ms-powerpoint", ("ppt",)),
    FileType("wps", "WPS 文字", "application/wps-office.wps", ("wps",)),
    FileType("et", "WPS 表格", "application/wps-office.et", ("et",)),
    FileType("dps", "WPS 演示", "application/wps-office.dps", ("dps",)),
    FileType("ofd", "OFD 版式文件", "application/ofd", ("ofd",)),
    FileType("txt", "纯文本", "text/plain", ("txt",)),
    FileType("csv", "CSV 表格", "text/csv", ("csv",)),
    FileType("zip", "ZIP 压缩包", "application/zip", ("zip",)),
)
UNKNOWN = FileType("unknown", "未知文件", "application/octet-stream", ())
BY_KEY = {kind.key: kind for kind in TYPES}
BY_EXTENSION = {extension: kind for kind in TYPES for extension in kind.extensions}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in TYPES}
DEFAULT_TYPES = tuple(kind.key for kind in TYPES if kind.key != "zip")

CONTENT_LABELS = {kind.key: kind.label for kind in TYPES} | {
    "macro": "含宏的 Office 文件",
    "markup": "网页或 SVG 代码",
    "text": "纯文本",
    "ole": "旧格式 Office 文件",
    "encrypted": "加密的 Office 文件",
    "program": "可执行程序",
    "archive": "压缩包",
    "damaged": "损坏的压缩包或 Office 文件",
    "other": "无法识别的内容",
}
# WPS writes its own formats and Microsoft's under the same endings.
ACCEPTED_CONTENT = {
    "doc": {"ole"},
    "xls": {"ole"},
    "ppt": {"ole"},
    "wps": {"ole", "docx"},
    "et": {"ole", "xlsx"},
    "dps": {"ole", "pptx"},
    "txt": {"text"},
    "csv": {"text"},
}
GUESSED = {
    "jpg": "jpeg",
    "tif": "tiff",
    "heif": "heic",
    "exe": "program",
    "elf": "program",
    "rar": "archive",
    "7z": "archive",
    "gz": "archive",
}
PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
STREAMS = ("WordDocument", "Workbook", "Book", "PowerPoint Document")


def content_of(file: Any) -> str:
    """What the bytes are: the key of a type, or `text`, `markup`, `macro`, `program`, …"""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLE_HEAD):
        return _ole(file)
    if head.startswith(b"PK\x03\x04"):
        return _zip(file)
    guess = filetype.guess(head)
    if guess is not None:
        key = GUESSED.get(guess.extension, guess.extension)
        return key if key in CONTENT_LABELS else "other"
    return _text(file)


def expected_content(kind: FileType) -> set[str]:
    """The contents that may stand behind a type's extensions."""
    return ACCEPTED_CONTENT.get(kind.key, {kind.key})


def _zip(file: Any) -> str:
    """Office and OFD files are archives: the names inside tell which."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "damaged"
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "macro"
    found = (key for part, key in PARTS.items() if any(name.startswith(part) for name in names))
    return next(found, "zip")


def _ole(file: Any) -> str:
    """Old Office files name their main stream in UTF-16; an installer has the same head."""
    file.seek(0)
    content = file.read()
    if _stream("EncryptedPackage") in content:
        return "encrypted"
    return "ole" if any(_stream(name) in content for name in STREAMS) else "other"


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


def _text(file: Any) -> str:
    file.seek(0)
    sample = file.read(TEXT_SAMPLE)
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        if encoding == "utf-16" and sample[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        text = _decoded(sample, encoding)
        if text is not None:
            return "markup" if MARKUP.match(text) else "text"
    return "other"


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The text, or `None`. The sample may end in the middle of a character."""
    for cut in range(4):
        try:
            text = sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(ord(c) < 32 and c not in "\t\r\n\f\x1a" for c in text)
        return None if controls else text
    return None
