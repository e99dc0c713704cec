"""The file lasts: PDF/A, embedded fonts, text in reading order, title, language, outline."""

import dataclasses
import io

import pikepdf
import pytest

from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import fonts, plain_text


@pytest.fixture(scope="module")
def opened(official_pdf):
    with pikepdf.open(io.BytesIO(official_pdf.content)) as file:
        yield file


def test_all_fonts_are_embedded_with_a_unicode_map(official_pdf):
    found = fonts(official_pdf)
    assert len(found) >= 6
    for row in found:
        assert row[-5:-2] == ["yes", "yes", "yes"], row


def test_no_font_of_the_machine_slips_in(official_pdf):
    assert all(row[0].partition("+")[2].startswith("GB-") for row in fonts(official_pdf))


def test_it_declares_pdf_a_2b_with_an_output_intent(opened):
    with opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
    intent = opened.Root.OutputIntents[0]
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()


def test_title_author_date_and_language_are_set(opened):
    assert str(opened.docinfo["/Title"]) == samples.TITLE
    assert str(opened.docinfo["/Author"]) == "云溪市教育体育局"
    assert str(opened.docinfo["/CreationDate"]).startswith("D:20240228093000")
    assert str(opened.Root.Lang) == "zh-CN"
    with opened.open_metadata() as metadata:
        assert metadata["dc:title"] == samples.TITLE
        assert metadata["xmp:CreateDate"].startswith("2024-02-28T09:30:00")


def test_the_outline_follows_the_headings(opened):
    with opened.open_outline() as outline:
        top = [item.title for item in outline.root]
        assert top == ["一、主要工作", "二、主要工作", "三、主要工作", "四、主要工作", "指标明细表"]
        assert [child.title for child in outline.root[0].children] == ["（一）依法履行职能"]


def test_text_is_extracted_in_reading_order(official_pdf):
    text = plain_text(official_pdf).replace("\n", "").replace(" ", "")
    order = [
        "云溪市教育体育局文件",
        "云教体〔2024〕12号",
        "法治政府建设情况报告",
        "市委、市人民政府：",
        "一、主要工作",
        "1.加大监管力度。",
        "2.加大监管力度。",
        "二、主要工作",
        "附件：1.",
        "（盖章）",
        "指标明细表",
        "抄送：",
        "2024年3月1日印发",
    ]
    places = []
    for words in order:
        places.append(text.index(words, places[-1] if places else 0))
    assert "王喆" in text


def test_the_same_document_gives_the_same_bytes(official_pdf):
    again = samples.typeset(samples.official(appendix=samples.table()))
    assert again.content == official_pdf.content


def test_another_date_gives_another_file():
    document = samples.public(sections=[])
    later = dataclasses.replace(document, date=samples.WHEN.date().replace(day=1))
    assert samples.typeset(document).content != samples.typeset(later).content
