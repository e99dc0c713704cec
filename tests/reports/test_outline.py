"""The outline holds every part that the law requires (厅字〔2019〕28号 第二十四条)."""

from reports.models import TEXTS
from reports.outline import SECTIONS, numbered, point_number


def test_five_required_parts_are_in_the_outline():
    headings = [item.part_heading or item.heading for item in numbered() if item.level < 2]
    firsts = [item.part_heading for item in numbered() if item.part_heading]
    assert firsts == ["一、推进法治政府建设的主要举措和成效"]
    assert [h for h in headings if h] == [
        "二、主要负责人履行推进法治建设第一责任人职责情况",
        "三、存在不足和原因",
        "四、下一年度主要安排",
        "五、其他需要报告的情况",
    ]


def test_first_part_has_the_eight_systems_in_order():
    headings = [item.heading for item in numbered() if item.level == 2]
    assert [h[:3] for h in headings] == [f"（{n}）" for n in "一二三四五六七八"]
    assert headings[3] == "（四）严格规范公正文明执法"


def test_points_are_numbered_by_the_level_of_their_section():
    assert point_number(2, 3) == "3."
    assert point_number(1, 3) == "（三）"


def test_every_section_has_a_stock_text_of_its_own():
    assert {path.stem for path in TEXTS.glob("*.txt")} == {section.key for section in SECTIONS}
    assert all((TEXTS / f"{s.key}.txt").read_text().strip() for s in SECTIONS)
