"""GB/T 9704-2012 §7.3.1: title lines of balanced length, words kept whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.typesetting.titles import LINE_CELLS, balanced, cells


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", []),
        ("关于开展检查的通知", ["关于开展检查的通知"]),
        (
            "云溪市教育体育局2023年法治政府建设情况报告",
            ["云溪市教育体育局2023年", "法治政府建设情况报告"],
        ),
    ],
)
def test_known_titles(title, expected):
    assert balanced(title) == expected


def test_kept_words_are_not_split():
    title = "云溪市教育体育局关于进一步加强校外培训机构安全管理工作的通知"
    words = ["教育体育局", "校外培训机构", "安全管理工作", "进一步", "加强"]
    for line in balanced(title, words):
        assert cells(line) <= LINE_CELLS
    joined = "|".join(balanced(title, words))
    assert all(word in joined for word in words)


def test_years_and_book_titles_are_not_split():
    joined = "|".join(balanced("关于印发《2023年度工作要点》和2024年度重点任务分解表的通知"))
    assert "《2023年度工作要点》" in joined
    assert "2024年" in joined


@given(st.text(alphabet="甲乙丙的、（）2026", max_size=90))
def test_nothing_is_lost_and_no_line_is_blank(title):
    lines = balanced(title)
    assert "".join(lines) == title
    assert all(lines)
