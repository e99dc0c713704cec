"""Texts are printed, never obeyed; nothing outside the document is read."""

import pytest

from kernel.typesetting.document import Band, Block, Column, Table
from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.render import html, write_pdf
from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import body_lines, pages, plain_text

EVIL = '<script>alert(1)</script><img src="file:///etc/passwd"><style>p{color:red}</style>&amp;'


def test_mark_up_in_any_text_is_printed_as_it_stands():
    table = Table(EVIL, [Column(EVIL, 100)], [(EVIL,), Band(EVIL)], label="附件", note=EVIL)
    document = samples.official(
        title="标题" + EVIL,
        lines=["标题", EVIL],
        issuer=EVIL,
        head=EVIL,
        number=EVIL,
        signer=EVIL,
        addressee=EVIL,
        sections=[Block("heading1", EVIL), Block("heading2", EVIL), Block("paragraph", EVIL, EVIL)],
        attachments=[EVIL],
        sign_off=EVIL,
        note=EVIL,
        cc=EVIL,
        printed_by=EVIL,
        appendix=table,
    )
    page = html(document)
    for tag in ("<script", "<img", "<style"):
        assert tag not in page
    text = plain_text(samples.typeset(document))
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    assert "root:" not in text


@pytest.mark.parametrize(
    "fragment",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import "file:///etc/passwd";</style>',
        '<p style="background:url(file:///etc/passwd)">x</p>',
        '<object data="file:///etc/passwd"></object>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@font-face{font-family:x;src:url("file:///etc/passwd")}p{font-family:x}</style>x',
    ],
)
def test_html_that_reaches_out_is_refused(fragment):
    with pytest.raises(TypesettingError, match="引用了外部文件或网址"):
        write_pdf(
            f"<html lang=zh-CN><body>{fragment}</body>",
            title="t",
            author="",
            created=samples.WHEN,
        )


def test_line_breaks_in_a_text_make_paragraphs():
    pdf = samples.typeset(samples.public(sections=[Block("paragraph", "甲段。\n\n乙段。")]))
    texts = [line.text for line in body_lines(pages(pdf)[0])]
    assert "甲段。" in texts
    assert "乙段。" in texts
