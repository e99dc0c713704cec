"""GB/T 9704-2012 §7: the elements of a document in both layouts."""

import pytest

from kernel.typesetting.document import Block, chinese_date
from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import body_lines, find, image, lines, pages


def _is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 180 and colour[1] < 100


def _red_rows(pdf) -> list[float]:
    """Millimetres from the top of the first page's pixel rows that have something red."""
    picture = image(pdf, 1)
    width, height = picture.size
    rows = (picture.crop((0, y, width, y + 1)).getcolors(width) for y in range(height))
    return [y / 10 for y, row in enumerate(rows) if any(_is_red(colour) for _, colour in row)]


def test_the_red_head_begins_35_mm_below_the_type_area_s_edge(official_pdf):
    assert _red_rows(official_pdf)[0] == pytest.approx(37 + 35, abs=1)


def test_the_red_rule_is_4_mm_below_the_number_and_as_wide_as_the_type_area(official_pdf):
    page = pages(official_pdf)[0]
    rule = min((r for r in page.rects if r["top"] > 300), key=lambda r: r["top"])
    assert rule["x0"] * 25.4 / 72 == pytest.approx(28, abs=0.1)
    assert rule["x1"] * 25.4 / 72 == pytest.approx(184, abs=0.1)
    number = find(page, "〔2024〕12号")
    assert _red_rows(official_pdf)[-1] - (number.base + 0.9) == pytest.approx(4, abs=0.6)


def test_number_left_and_signer_right_one_character_in(official_pdf):
    row = find(pages(official_pdf)[0], "云教体〔2024〕12号")
    assert row.text == "云教体〔2024〕12号签发人：王喆"
    assert row.left == pytest.approx(28 + 5.57, abs=0.1)
    assert row.right == pytest.approx(184 - 5.57, abs=0.3)
    assert row.fonts[row.text.index("签")] == "GB-FangSong"
    assert row.fonts[row.text.index("王")] == "GB-KaiTi"


def test_without_a_signer_the_number_is_centred():
    row = find(pages(samples.typeset(samples.official(signer="")))[0], "云教体〔2024〕12号")
    assert (row.left + row.right) / 2 == pytest.approx(106, abs=0.3)


def test_the_title_is_22_pt_of_the_title_font_centred_without_split_words(official_pdf):
    page = pages(official_pdf)[0]
    first, second = find(page, "云溪市教育体育局2023年"), find(page, "法治政府建设情况报告")
    for row in (first, second):
        assert set(row.fonts) == {"GB-Title"}
        assert set(row.sizes) == {22.0}
        assert (row.left + row.right) / 2 == pytest.approx(106, abs=0.3)
    assert second.base - first.base == pytest.approx(10.22, abs=0.1)


def test_body_follows_on_the_first_page(official_pdf):
    assert any("加大监管力度" in line.text for line in body_lines(pages(official_pdf)[0]))


def test_headings_have_their_fonts_and_the_body_size(official_pdf):
    page = pages(official_pdf)[0]
    assert set(find(page, "一、主要工作").fonts) == {"GB-HeiTi"}
    assert set(find(page, "（一）依法履行职能").fonts) == {"GB-KaiTi"}
    run_in = find(page, "1.加大监管力度。")
    assert set(run_in.fonts) == {"GB-FangSong", "GB-Latin"}
    for row in (run_in, find(page, "一、主要工作"), find(page, "（一）依法履行职能")):
        assert set(row.sizes) == {16.0}


def test_figures_and_letters_are_set_in_the_latin_font(official_pdf):
    row = next(
        line for page in pages(official_pdf) for line in body_lines(page) if "100%" in line.text
    )
    assert row.fonts[row.text.index("1")] == "GB-Latin"


def test_attachments_are_numbered_and_aligned_behind_the_word(official_pdf):
    page = next(p for p in pages(official_pdf) if "附件：" in (p.extract_text() or ""))
    first, second = find(page, "附件：1."), find(page, "2.其他材料")
    assert first.left == pytest.approx(28 + 2 * 5.571, abs=0.1)
    assert second.left == pytest.approx(first.left + 3 * 5.571, abs=0.2)


def test_a_single_attachment_has_no_number():
    pdf = samples.typeset(samples.official(attachments=["指标明细表"]))
    texts = [line.text for page in pages(pdf) for line in lines(page)]
    assert "附件：指标明细表" in texts


def test_the_date_ends_four_characters_in_and_the_name_is_centred_over_it(official_pdf):
    page = next(p for p in pages(official_pdf) if "盖章" in (p.extract_text() or ""))
    date, name = find(page, "2024年2月28日"), _last(page, "云溪市教育体育局")
    assert date.right == pytest.approx(184 - 4 * 5.571, abs=0.3)
    assert (name.left + name.right) / 2 == pytest.approx((date.left + date.right) / 2, abs=0.2)
    assert date.base - name.base == pytest.approx(10.22, abs=0.1)
    assert find(page, "（盖章）").base < name.base


def test_a_long_name_stays_inside_the_type_area():
    name = "云溪市教育体育局政策法规科行政执法监督办公室"
    pdf = samples.typeset(samples.official(sign_off=name, attachments=[]))
    row = _last(pages(pdf)[-1], name)
    assert row.left > 28
    assert row.right == pytest.approx(184 - 2 * 5.571, abs=0.3)


def _last(page, text):
    return [line for line in lines(page) if line.text == text][-1]


def test_the_note_is_in_brackets_two_characters_in(official_pdf):
    page = next(p for p in pages(official_pdf) if "盖章" in (p.extract_text() or ""))
    row = find(page, "联系人")
    assert row.text.startswith("（联系人")
    assert row.text.endswith("）")
    assert row.left == pytest.approx(28 + 2 * 5.571, abs=0.1)


def test_the_imprint_closes_the_last_page_on_the_type_area_s_lower_edge(official_pdf):
    last = pages(official_pdf)[-1]
    picture = image(official_pdf, official_pdf.pages)
    rules = [
        y / 10
        for y in range(2000, 2660)
        if sum(picture.getpixel((x, y))[0] < 128 for x in range(300, 1820, 8)) > 180
    ]
    assert rules[-1] == pytest.approx(262, abs=0.3)
    assert find(last, "抄送：").base < find(last, "印发").base < 262
    printed = find(last, "印发")
    assert printed.text == "云溪市教育体育局办公室2024年3月1日印发"
    assert printed.left == pytest.approx(28 + 4.94, abs=0.1)
    assert printed.right == pytest.approx(184 - 4.94, abs=0.1)
    assert set(printed.sizes) == {14.0}


def test_the_second_line_of_the_copies_starts_behind_the_colon(official_pdf):
    last = pages(official_pdf)[-1]
    rows = [line for line in lines(last) if find(last, "抄送：").base <= line.base < 262][:2]
    assert rows[1].left == pytest.approx(rows[0].left + 3 * 4.94, abs=0.2)


def test_the_imprint_never_covers_the_text_of_a_full_page():
    for lines_on_page in range(4, 9):
        blocks = [Block("paragraph", "落实。") for _ in range(lines_on_page)]
        pdf = samples.typeset(
            samples.official(
                sections=blocks, attachments=[], sign_off="", date=None, note="", signer=""
            )
        )
        rows = body_lines(pages(pdf)[-1])
        texts = [line for line in rows if line.text == "落实。"]
        imprint = next(line for line in rows if line.text.startswith("抄送"))
        assert not texts or texts[-1].base < imprint.base - 6


def test_the_public_layout_has_title_issuer_and_date_and_no_red_head(public_pdf):
    rows = [line.text for line in body_lines(pages(public_pdf)[0])]
    assert rows[:4] == [
        "云溪市教育体育局2023年",
        "法治政府建设情况报告",
        "云溪市教育体育局",
        "2024年2月28日",
    ]
    text = "".join(page.extract_text() for page in pages(public_pdf))
    for word in ("文件", "〔2024〕", "签发人", "市委、市人民政府：", "盖章", "抄送", "印发"):
        assert word not in text
    assert not _red_rows(public_pdf)


def test_dates_have_no_leading_zeros():
    assert chinese_date(samples.official().printed_on) == "2024年3月1日"
    assert chinese_date(None) == ""
