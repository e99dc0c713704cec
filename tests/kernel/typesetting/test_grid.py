"""GB/T 9704-2012 §5: type area 156 mm x 225 mm, 22 lines of 28 characters, page numbers."""

from itertools import pairwise

import pytest

from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import body_lines, image, lines, page_number, pages


def test_the_page_is_a4(official_pdf):
    page = pages(official_pdf)[0]
    assert (float(page.width), float(page.height)) == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_full_page_has_22_lines_on_a_pitch_of_10_2_mm(plain_pdf):
    full = body_lines(pages(plain_pdf)[1])
    assert len(full) == 22
    for upper, lower in pairwise(full):
        assert lower.base - upper.base == pytest.approx(10.22, abs=0.05)


def test_the_first_line_stands_at_the_upper_edge_of_the_type_area(plain_pdf):
    first = body_lines(pages(plain_pdf)[1])[0]
    # Upper edge 37 mm, half leading 2.3 mm, ascent 5 mm.
    assert first.base == pytest.approx(44.26, abs=0.1)


def test_a_full_line_holds_28_characters_between_the_margins(plain_pdf):
    full = [line for line in body_lines(pages(plain_pdf)[1]) if len(line.text) == 28]
    assert len(full) > 15
    for line in full:
        assert line.left == pytest.approx(28.0, abs=0.05)
        assert 183.9 <= line.right <= 184.2


def test_lines_shortened_by_punctuation_or_figures_still_end_at_the_right_margin(official_pdf):
    checked = 0
    for page in pages(official_pdf)[:3]:
        rows = [line for line in body_lines(page) if line.base > 180 or page.page_number > 1]
        for line, following in pairwise(rows):
            in_one_paragraph = following.left < 28.1
            if in_one_paragraph and following.fonts[-1] == "GB-FangSong":
                assert line.right == pytest.approx(184.1, abs=0.4), line.text
                checked += 1
    assert checked > 20


def test_the_last_line_of_a_paragraph_is_not_spread():
    pdf = samples.typeset(samples.public(sections=[samples.Block("paragraph", "办" * 52)]))
    first, last = (line for line in body_lines(pages(pdf)[0]) if line.text.startswith("办办"))
    assert (len(first.text), len(last.text)) == (26, 26)
    assert first.right == pytest.approx(184.1, abs=0.1)
    assert last.right == pytest.approx(28 + 26 * 5.571, abs=0.2)


def test_a_rare_character_from_the_fallback_font_does_not_move_the_lines():
    text = "办" * 100 + "王喆李堃赵垚" + "办" * 100
    pdf = samples.typeset(samples.public(sections=[samples.Block("paragraph", text)]))
    rows = [line for line in body_lines(pages(pdf)[0]) if "办" in line.text]
    assert any("GB-Wide-Serif" in line.fonts for line in rows)
    for upper, lower in pairwise(rows):
        assert lower.base - upper.base == pytest.approx(10.22, abs=0.05)


def test_the_first_page_of_an_official_document_keeps_to_the_same_grid(official_pdf):
    rows = [line for line in body_lines(pages(official_pdf)[0]) if line.base > 170]
    for line in rows:
        steps = (line.base - 44.26) / 10.2235
        assert steps == pytest.approx(round(steps), abs=0.03)
    assert rows[-1].base == pytest.approx(258.95, abs=0.2)


def test_paragraphs_start_two_characters_in(plain_pdf):
    first = next(line for line in body_lines(pages(plain_pdf)[0]) if line.text.startswith("统筹"))
    assert first.left == pytest.approx(28 + 2 * 5.571, abs=0.1)


def test_page_numbers_stand_outside_one_character_in_on_both_sides(official_pdf):
    sheets = pages(official_pdf)
    for number, sheet in enumerate(sheets, start=1):
        row = page_number(sheet)
        assert row.text == f"— {number} —"
        assert set(row.fonts) == {"GB-Song"}
        assert set(row.sizes) == {14.0}
        if number % 2:
            assert row.right == pytest.approx(184 - 4.94, abs=0.2)
        else:
            assert row.left == pytest.approx(28 + 4.94, abs=0.2)


def test_the_dash_of_the_page_number_is_7_mm_below_the_type_area(official_pdf):
    picture = image(official_pdf, 1)
    row = page_number(pages(official_pdf)[0])
    x = round((row.left + 2) * 10)
    dark = [y / 10 for y in range(2640, 2760) if sum(picture.getpixel((x, y))) < 600]
    assert dark[0] == pytest.approx(262 + 7, abs=0.3)


def test_a_document_without_any_text_is_one_page_with_its_number():
    pdf = samples.typeset(samples.Document(title="", layout="public"))
    assert pdf.pages == 1
    assert [line.text for line in lines(pages(pdf)[0])] == ["— 1 —"]


def test_three_hundred_paragraphs_come_out_whole():
    blocks = [samples.Block("paragraph", f"第{n}段。{samples.LONG}") for n in range(300)]
    pdf = samples.typeset(samples.public(sections=blocks))
    text = "".join(line.text for page in pages(pdf) for line in body_lines(page))
    assert pdf.pages > 40
    assert all(f"第{n}段。" in text for n in range(300))
