"""What an official document is made of, before it is given a page.

Texts are plain: no mark-up is understood in them, all of it is printed as it stands.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.titles import balanced

Layout = Literal["official", "public"]
Kind = Literal["heading1", "heading2", "paragraph"]
Align = Literal["start", "center", "end"]

# Which font role each kind of block is set in (GB/T 9704-2012 §7.3.3).
BLOCK_ROLES = {"heading1": "heiti", "heading2": "kaiti", "paragraph": "fangsong"}


@dataclass(frozen=True)
class Span:
    """A text, the font role it is set in, and the words that lead a reader to it."""

    place: str
    role: str
    text: str


@dataclass(frozen=True)
class Block:
    """A heading or a paragraph. ``run_in`` is a heading inside the paragraph's first line.

    ``place`` tells where an error is; without it the place is counted from the headings.
    """

    kind: Kind
    text: str
    run_in: str = ""
    place: str = ""

    @property
    def paragraphs(self) -> list[str]:
        """The text cut at its line breaks: a page has paragraphs, not line breaks."""
        return [line.strip() for line in self.text.splitlines() if line.strip()] or [""]


@dataclass(frozen=True)
class Column:
    """A table column: ``width`` in per cent of the type area, 1 to 100."""

    title: str
    width: int
    align: Align = "start"


@dataclass(frozen=True)
class Band:
    """A row that spans the table and names the rows below it."""

    text: str


@dataclass(frozen=True)
class Table:
    """An appendix of one table, on pages of its own. ``note`` stands under the table."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str] | Band]
    label: str = "附件"
    note: str = ""

    def __post_init__(self) -> None:
        for count, row in enumerate(self.rows, start=1):
            if not isinstance(row, Band) and len(row) != len(self.columns):
                raise TypesettingError(
                    f"有{len(row)}格，而表头有{len(self.columns)}列。",
                    place=f"{self.label}第{count}行",
                )


@dataclass(frozen=True)
class Document:
    """An official document. Empty texts and missing dates leave their element out.

    ``lines`` breaks the title by hand; without it the title is balanced, and none of
    ``keep`` is split. ``head`` is the red head's wording, by default issuer + 文件.
    ``issuer`` and ``date`` also stand under the title of the public layout.
    """

    title: str
    issuer: str = ""
    lines: Sequence[str] = ()
    keep: Sequence[str] = ()
    head: str = ""
    number: str = ""
    signer: str = ""
    addressee: str = ""
    sections: Sequence[Block] = ()
    attachments: Sequence[str] = ()
    sign_off: str = ""
    date: datetime.date | None = None
    note: str = ""
    cc: str = ""
    printed_by: str = ""
    printed_on: datetime.date | None = None
    appendix: Table | None = None
    layout: Layout = "official"
    language: str = "zh-CN"
    title_lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        lines = [*self.lines] or balanced(self.title, self.keep)
        object.__setattr__(self, "title_lines", lines)

    @property
    def red_head(self) -> str:
        """The words of the red head."""
        return self.head or f"{self.issuer}文件"

    @property
    def has_imprint(self) -> bool:
        """Whether the last page closes with the imprint (版记)."""
        return self.layout == "official" and bool(self.cc or self.printed_by)


def chinese_date(day: datetime.date | None) -> str:
    """``2024年2月28日``: Arabic figures, month and day without a leading zero (§7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def spans(document: Document) -> Iterator[Span]:
    """Every text of the document with its place and font role, in reading order."""
    if document.layout == "official":
        yield Span("发文机关标志", "title", document.red_head)
        yield Span("发文字号", "fangsong", document.number)
        yield Span("签发人", "kaiti", document.signer)
    yield Span("标题", "title", "".join(document.title_lines))
    yield Span("发文机关", "kaiti", document.issuer)
    yield Span("主送机关", "fangsong", document.addressee)
    yield from _body_spans(document.sections)
    for count, name in enumerate(document.attachments, start=1):
        yield Span(f"附件说明第{count}项", "fangsong", name)
    yield Span("署名", "fangsong", document.sign_off)
    yield Span("附注", "fangsong", document.note)
    if document.appendix:
        yield from _table_spans(document.appendix)
    yield Span("抄送机关", "fangsong", document.cc)
    yield Span("印发机关", "fangsong", document.printed_by)


def _body_spans(blocks: Sequence[Block]) -> Iterator[Span]:
    heading, count = "正文", 0
    for block in blocks:
        if block.kind == "paragraph":
            count += 1
            place = f"{heading}第{count}段"
        else:
            heading, count = f"“{block.text}”", 0
            place = f"标题{heading}"
        yield Span(block.place or place, BLOCK_ROLES[block.kind], block.run_in + block.text)


def _table_spans(table: Table) -> Iterator[Span]:
    yield Span(f"{table.label}名称", "title", table.title)
    yield Span(f"{table.label}序号", "heiti", table.label)
    yield Span(f"{table.label}表头", "heiti", "".join(column.title for column in table.columns))
    for count, row in enumerate(table.rows, start=1):
        is_band = isinstance(row, Band)
        text = row.text if isinstance(row, Band) else "".join(row)
        yield Span(f"{table.label}第{count}行", "heiti" if is_band else "song", text)
    yield Span(f"{table.label}注", "song", table.note)
