"""GB/T 9704-2012 §7.3.7: the appendix begins a page and stands before the imprint."""

import pytest

from kernel.typesetting.document import Column, Table
from kernel.typesetting.errors import TypesettingError
from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import body_lines, find, pages


@pytest.fixture(scope="module")
def sheets(official_pdf):
    """The appendix's pages."""
    everything = pages(official_pdf)
    first = next(i for i, p in enumerate(everything) if body_lines(p)[0].text == "附件")
    return everything[first:]


def test_even_a_short_document_does_not_share_a_page_with_its_appendix():
    pdf = samples.typeset(samples.public(sections=[], attachments=[], appendix=samples.table(3)))
    first, second = pages(pdf)
    assert "附件" not in first.extract_text()
    assert body_lines(second)[0].text == "附件"


def test_it_begins_a_page_with_the_word_flush_left_and_the_title_on_the_third_line(sheets):
    label, title = body_lines(sheets[0])[:2]
    assert (label.text, title.text) == ("附件", "指标明细表")
    assert label.left == pytest.approx(28, abs=0.1)
    assert set(label.fonts) == {"GB-HeiTi"}
    assert set(title.fonts) == {"GB-Title"}
    assert title.base - label.base == pytest.approx(2 * 10.22, abs=1)
    assert (title.left + title.right) / 2 == pytest.approx(106, abs=0.3)


def test_a_long_table_spans_pages_and_repeats_its_head(sheets):
    assert len(sheets) >= 3
    for sheet in sheets:
        assert find(sheet, "统计口径").text == "序号指标数值统计口径"


def test_every_row_is_printed_once_and_in_order(sheets):
    text = "".join(line.text for sheet in sheets for line in body_lines(sheet))
    places = [text.index(f"第{n}项指标") for n in range(1, 60)]
    assert places == sorted(places)
    assert all(text.count(f"统计第{n}项，") == 1 for n in range(1, 60))


def test_nothing_leaves_the_type_area(sheets):
    for sheet in sheets:
        rows = body_lines(sheet)
        assert min(line.left for line in rows) >= 27.9
        assert max(line.right for line in rows) <= 184.3
        assert max(line.base for line in rows) < 262


def test_the_imprint_follows_the_appendix(sheets):
    assert find(sheets[-1], "印发")
    assert not any("印发" in (sheet.extract_text() or "") for sheet in sheets[:-1])


def test_the_rows_of_all_groups_are_printed():
    pdf = samples.typeset(samples.public(sections=[], appendix=samples.table(rows=300)))
    text = "".join(page.extract_text() for page in pages(pdf))
    assert all(f"第{n}项指标" in text for n in (1, 40, 41, 80, 81, 299))


def test_a_row_with_a_missing_cell_is_refused_with_its_place():
    with pytest.raises(TypesettingError, match=r"附件第2行：有1格，而表头有2列"):
        Table("表", [Column("甲", 50), Column("乙", 50)], [("1", "2"), ("3",)])
