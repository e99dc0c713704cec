"""From a document to HTML, and from HTML to an archivable PDF."""

import datetime
import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache

import weasyprint
from django.template.loader import render_to_string
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from kernel.typesetting.document import Band, Document, Table, chinese_date
from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.fontfile import latin_only, levelled
from kernel.typesetting.fonts import LATIN_FAMILY, FontTable, font_table
from kernel.typesetting.justify import justify
from kernel.typesetting.stylesheet import face_url, stylesheet

PDF_VARIANT = "pdf/a-2b"
# The engine's time for a group of table rows grows with the square of their number.
ROWS_IN_GROUP = 40
# The text engine's font map is not made for two threads at once.
_press_lock = threading.Lock()


@dataclass(frozen=True)
class Pdf:
    """A finished PDF file and the number of its pages."""

    content: bytes
    pages: int


class _NoResources(URLFetcher):
    """Refuses everything: a document is text only and must not reach for files or hosts."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        raise PermissionError(url)


class _FontsOnly(_NoResources):
    """Hands out the files of the font table, and nothing else."""

    def __init__(self, table: FontTable) -> None:
        super().__init__()
        self.faces = {face_url(family, f): (family, f) for family, f in table.files().items()}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url not in self.faces:
            raise PermissionError(url)
        family, font = self.faces[url]
        data = levelled(font.path.read_bytes())
        return URLFetcherResponse(url, latin_only(data) if family == LATIN_FAMILY else data)


@dataclass(frozen=True)
class _Press:
    fonts: FontConfiguration
    css: weasyprint.CSS


def html(document: Document) -> str:
    """The document as one HTML page without styles; every text is escaped."""
    context = {
        "document": document,
        "date": chinese_date(document.date),
        "printed_on": chinese_date(document.printed_on),
        "row_groups": _row_groups(document.appendix) if document.appendix else [],
    }
    return render_to_string("typesetting/document.html", context)


def write_pdf(html: str, *, title: str, author: str, created: datetime.datetime) -> Pdf:
    """The PDF/A file of ``html``; the same arguments and fonts give the same bytes.

    ``created`` must know its time zone. Raises TypesettingError when a font is missing or the
    HTML asks for a file or an address.
    """
    with _press_lock:
        press = _current_press()
        try:
            document = weasyprint.HTML(string=html, url_fetcher=_NoResources()).render(
                font_config=press.fonts, stylesheets=[press.css], pdf_variant=PDF_VARIANT
            )
            justify(document.pages)
            _describe(document.metadata, title, author, created)
            content = document.write_pdf(
                pdf_variant=PDF_VARIANT, pdf_identifier=_identifier(html, title, created)
            )
        except FatalURLFetchingError as error:
            raise TypesettingError(
                "文稿引用了外部文件或网址，已拒绝读取。", remedy="请删去引用，只保留文字。"
            ) from error
    return Pdf(content, len(document.pages))


def _row_groups(table: Table) -> list[list[dict[str, object]]]:
    """The rows as the template wants them, in groups small enough to lay out quickly."""
    aligns = [column.align for column in table.columns]
    rows: list[dict[str, object]] = [
        {"band": row.text} if isinstance(row, Band) else {"cells": zip(aligns, row, strict=True)}
        for row in table.rows
    ]
    return [rows[at : at + ROWS_IN_GROUP] for at in range(0, len(rows), ROWS_IN_GROUP)]


def _current_press() -> _Press:
    """Fonts and style sheet, loaded once per process and again when a font file changes."""
    table = font_table()
    fatal = [problem for problem in table.problems if problem.fatal]
    if fatal:
        raise TypesettingError("".join(problem.message for problem in fatal))
    key = tuple((family, f.path, f.path.stat().st_mtime_ns) for family, f in table.files().items())
    return _press(key)


@lru_cache(maxsize=1)
def _press(key: tuple[object, ...]) -> _Press:
    table = font_table()
    fonts = FontConfiguration()
    try:
        css = weasyprint.CSS(
            string=stylesheet(table), font_config=fonts, url_fetcher=_FontsOnly(table)
        )
    except (FatalURLFetchingError, OSError) as error:
        raise TypesettingError(
            "字体文件无法读取，或临时目录无法写入。",
            remedy="请检查字体目录的权限和磁盘空间后重试。",
        ) from error
    return _Press(fonts, css)


def _describe(
    metadata: weasyprint.document.DocumentMetadata,
    title: str,
    author: str,
    created: datetime.datetime,
) -> None:
    moment = created.isoformat(timespec="seconds")
    metadata.title = title
    metadata.authors = [author] if author else []
    metadata.created = metadata.modified = moment


def _identifier(html: str, title: str, created: datetime.datetime) -> bytes:
    facts = "\0".join([html, title, created.isoformat()]).encode()
    return hashlib.sha256(facts).hexdigest()[:32].encode()
