"""Fonts: found by their own names, missed loudly, and every character proved drawable."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings as project
from fontTools.ttLib import TTFont

from kernel.typesetting.document import Band, Block, Column, Table
from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.fonts import ROLES, check_fonts, font_table, missing_glyphs
from kernel.typesetting.glyphs import assert_glyphs
from tests.kernel.typesetting import samples
from tests.kernel.typesetting.measure import body_lines, find, fonts, pages

PRIVATE = "\ue123"


@pytest.fixture
def font_dir(settings, tmp_path) -> Path:
    """A folder of our own with the document fonts in it."""
    for path in Path(project.FONT_DIR).glob("Fandol*.otf"):
        (tmp_path / path.name).symlink_to(path)
    settings.FONT_DIR = tmp_path
    return tmp_path


def _renamed(source: Path, target: Path, name: str) -> None:
    with TTFont(source, lazy=True) as font:
        table = font["name"]
        for record in list(table.names):
            if record.nameID in (1, 4, 6, 16):
                table.setName(name, record.nameID, 3, 1, 0x804)
                table.removeNames(record.nameID, record.platformID, record.platEncID, 0x409)
                table.removeNames(record.nameID, 1, 0, 0)
        font.save(target)


def test_the_installed_fonts_are_complete():
    assert check_fonts() == []


@pytest.mark.parametrize("role", list(ROLES))
def test_a_missing_font_stops_with_file_role_and_way_out(font_dir, role):
    (font_dir / ROLES[role].default_file).unlink()
    problem = next(p for p in check_fonts() if p.role == role)
    assert problem.fatal
    for words in (ROLES[role].default_file, ROLES[role].label, str(font_dir), "请"):
        assert words in problem.message
    with pytest.raises(TypesettingError, match=ROLES[role].default_file):
        samples.typeset(samples.public(sections=[]))


def test_a_damaged_font_stops_with_its_name(font_dir):
    path = font_dir / "FandolFang-Regular.otf"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:5000])
    messages = "".join(problem.message for problem in check_fonts())
    assert "“FandolFang-Regular.otf”已损坏" in messages
    with pytest.raises(TypesettingError, match="缺少仿宋字体"):
        samples.typeset(samples.public(sections=[]))


def test_a_folder_that_does_not_exist_stops_the_same_way(settings, tmp_path):
    settings.FONT_DIR = tmp_path / "nowhere"
    assert {problem.role for problem in check_fonts()} == set(ROLES)


def test_a_licensed_font_wins_by_the_name_inside_whatever_its_file_is_called(font_dir):
    own = font_dir / "own"
    own.mkdir()
    _renamed(Path(project.FONT_DIR) / "FandolHei-Regular.otf", own / "x1.OTF", "方正小标宋简体")
    assert font_table().fonts["title"].path == own / "x1.OTF"
    pdf = samples.typeset(samples.public(sections=[]))
    assert set(find(pages(pdf)[0], "法治政府").fonts) == {"GB-Title"}
    assert font_table().fonts["fangsong"].path.name == "FandolFang-Regular.otf"


def test_without_the_own_font_the_stand_in_is_back(font_dir):
    own = font_dir / "a.otf"
    _renamed(Path(project.FONT_DIR) / "FandolKai-Regular.otf", own, "仿宋_GB2312")
    assert font_table().fonts["fangsong"].path == own
    own.unlink()
    assert font_table().fonts["fangsong"].path.name == "FandolFang-Regular.otf"


def test_rare_characters_of_names_come_from_the_fallback():
    pdf = samples.typeset(samples.public(sections=[Block("paragraph", "由王喆、李堃、赵垚负责。")]))
    row = find(pages(pdf)[0], "王喆、李堃、赵垚")
    used = dict(zip(row.text, row.fonts, strict=True))
    assert {used[char] for char in "喆堃垚"} == {"GB-Wide-Serif"}
    assert used["王"] == "GB-FangSong"
    assert missing_glyphs("喆堃垚镕瑀玥昇旻祎珺犇翀", "fangsong") == []


@pytest.mark.parametrize("role", list(ROLES))
def test_characters_that_no_font_has_are_named_once_each(role):
    assert missing_glyphs(f"甲{PRIVATE}乙{PRIVATE}𠮷", role)[0] == PRIVATE
    assert len(missing_glyphs(f"甲{PRIVATE}乙{PRIVATE}", role)) == 1


def test_characters_that_reorder_others_are_refused_and_joiners_are_not():
    assert missing_glyphs("甲\u202e乙", "fangsong") == ["\u202e"]
    assert missing_glyphs("葛\U000e0100\u200b", "fangsong") == []
    assert missing_glyphs("甲\x07", "fangsong") == ["\x07"]


def test_a_good_document_passes():
    assert_glyphs(samples.official(appendix=samples.table()))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": f"报告{PRIVATE}"}, "标题"),
        ({"signer": PRIVATE}, "签发人"),
        ({"addressee": PRIVATE}, "主送机关"),
        ({"cc": PRIVATE}, "抄送机关"),
        ({"attachments": ["甲", PRIVATE]}, "附件说明第2项"),
        ({"sections": [Block("paragraph", PRIVATE)]}, "正文第1段"),
        (
            {
                "sections": [
                    Block("heading2", "（六）信访"),
                    Block("paragraph", "甲"),
                    Block("paragraph", f"乙{PRIVATE}"),
                ]
            },
            "“（六）信访”第2段",
        ),
        ({"sections": [Block("paragraph", PRIVATE, place="一（六）2")]}, "一（六）2"),
        ({"sections": [Block("heading1", PRIVATE)]}, "标题“"),
        (
            {"appendix": Table("表", [Column("甲", 100)], [Band("乙"), (PRIVATE,)])},
            "附件第2行",
        ),
    ],
)
def test_an_undrawable_character_stops_with_place_and_code_point(changes, place):
    with pytest.raises(TypesettingError) as caught:
        assert_glyphs(samples.official(**changes))
    assert place in str(caught.value)
    assert "U+E123" in str(caught.value)


def test_what_the_check_lets_through_really_is_drawn():
    text = "喆堃垚镕瑀①★℃…—〔〕《》“”‘’·％×÷≥"
    assert missing_glyphs(text, "fangsong") == []
    pdf = samples.typeset(samples.public(sections=[Block("paragraph", text)]))
    assert any(text[:8] in line.text for line in body_lines(pages(pdf)[0]))
    assert all(row[0].partition("+")[2].startswith("GB-") for row in fonts(pdf))


def test_fonts_can_be_copied_in_while_the_process_runs(font_dir):
    path = font_dir / "FandolFang-Regular.otf"
    target = path.resolve()
    path.unlink()
    with pytest.raises(TypesettingError):
        samples.typeset(samples.public(sections=[]))
    shutil.copyfile(target, path)
    assert samples.typeset(samples.public(sections=[])).pages == 1
