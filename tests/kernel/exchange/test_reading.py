"""What comes in as a file is hostile until read: limits, wrong contents, odd but honest cells."""

import datetime as dt
import io
import re
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook.defined_name import DefinedName

from kernel.exchange.reading import LISTS, LISTS_NAME, BadCell, Refusal, read_file, read_paste
from kernel.exchange.reading import table as limits
from kernel.exchange.reading.workbook import check_archive
from tests.kernel.exchange.sheets import xlsx

HEADS = ["甲", "乙"]


def book(fill: Any = None) -> bytes:
    """A workbook as Excel's own library writes it: shared strings, styles, dimensions."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(HEADS)
    sheet.append(["一", 2])
    if fill:
        fill(made, sheet)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def repacked(data: bytes, **parts: bytes) -> bytes:
    """The same archive with some parts replaced or added (`__` stands for `/`)."""
    target = io.BytesIO()
    new = {name.replace("__", "/").replace("_DOT_", "."): text for name, text in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as out:
        for name in old.namelist():
            if name not in new:
                out.writestr(name, old.read(name))
        for name, text in new.items():
            out.writestr(name, text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def sheet_part(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read_file(name, data)
    return str(caught.value)


# --- What is read --------------------------------------------------------------------------------


def test_cells_of_every_kind_are_read_as_text() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.append([dt.date(2023, 5, 6), dt.datetime(2023, 5, 6, 9, 30)])
        sheet.append([0.1 + 0.2, 1234567.5])
        sheet.append([True, "多行\n文字"])
        sheet.append([12, 3.0])

    assert read_file("a.xlsx", book(fill)).rows[1:] == [
        ["2023-05-06", "2023-05-06 09:30:00"],
        ["0.3", "1234567.5"],
        ["是", "多行\n文字"],
        ["12", "3"],
    ]


def test_chinese_date_formats_are_dates_and_amounts_are_not() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet["A3"], sheet["B3"] = 45052, 45052
        sheet["A3"].number_format = 'yyyy"年"m"月"d"日"'
        sheet["B3"].number_format = '#,##0.00_ ;[Red]\\-#,##0.00"元"'

    assert read_file("a.xlsx", book(fill)).rows[1] == ["2023-05-06", "45052"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    data = '甲,乙\n喆,"逗,号"\n'.encode(encoding)
    assert read_file("a.csv", data).rows == [["喆", "逗,号"]]


def test_a_pasted_block_keeps_line_breaks_inside_cells() -> None:
    table = read_paste('甲\t乙\n"第一行\n第二行"\t"引""号"\n末\t\n')
    assert table.rows == [["第一行\n第二行", '引"号'], ["末"]]
    assert table.numbers == [2, 4]


def test_wrong_dimensions_are_not_believed() -> None:
    data = book()
    part = sheet_part(data).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"')
    assert read_file("a.xlsx", repacked(data, xl__worksheets__sheet1_DOT_xml=part)).rows == [
        ["一", "2"]
    ]


def test_the_sheet_with_the_known_heads_is_read_and_named() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.title = "说明"
        other = made.create_sheet("数据")
        other.append(["名称", "日期"])
        other.append(["一", "二"])

    table = read_file("a.xlsx", book(fill), frozenset({"名称", "日期", "更多"}))
    assert table.rows == [["一", "二"]]
    assert "“数据”" in table.notes[0]
    assert "说明" in table.notes[0]


def test_a_long_number_that_a_sheet_has_rounded_is_no_value() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.append([320621199001011232, "#N/A"])
        sheet["B3"].data_type = "e"

    row = read_file("a.xlsx", book(fill)).rows[1]
    assert isinstance(row[0], BadCell)
    assert "文本" in row[0]
    assert isinstance(row[1], BadCell)


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"", "空的"),
        ("a.csv", b"\n\n", "空的"),
        ("a.csv", "甲,乙\n".encode(), "只有表头"),
        ("a.xlsx", "甲,乙\n1,2\n".encode(), "不是 Excel 工作簿"),
        ("a.csv", xlsx(HEADS, [["1", "2"]]), "不一致"),
        ("a.pdf", b"%PDF-1.7", "只能导入"),
        ("a.xlsm", xlsx(HEADS, [["1", "2"]]), "宏"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Excel"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        ("a.csv", b"a,b\n1,\x002\n", "空字符"),
        ("a.csv", b"\xff\xff\x81\xff,\x81\n", "编码"),
        ("a.csv", '甲,乙\n"没有,结束\n1,2\n'.encode(), "引号"),
        ("a.xlsx", b"PK\x03\x04 broken", "损坏"),
    ],
)
def test_files_that_are_not_what_they_say_are_refused(name: str, data: bytes, words: str) -> None:
    assert words in refusal(name, data)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl__vbaProject_DOT_bin", "宏"),
        ("xl__externalLinks__externalLink1_DOT_xml", "链接了其他文件"),
    ],
)
def test_macros_and_links_to_other_files_are_refused(part: str, words: str) -> None:
    assert words in refusal("a.xlsx", repacked(book(), **{part: b"x"}))


@pytest.mark.parametrize("result", [b"<v>2</v>", b""])
def test_formulas_are_refused_and_named_whatever_result_is_stored(result: bytes) -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.append(["一", "=1+1"])
        sheet.append(["=1+1"])

    data = book(fill)
    part = re.sub(rb"<f>1\+1</f><v\s*(/>|></v>)", b"<f>1+1</f>" + result, sheet_part(data))
    assert part.count(b"<f>1+1</f>" + result + b"</c>") == 2
    words = refusal("a.xlsx", repacked(data, xl__worksheets__sheet1_DOT_xml=part))
    assert "第3行B列“乙”、第4行A列“甲”" in words
    assert "复制－选择性粘贴－数值" in words


def test_only_the_first_of_many_formulas_are_named() -> None:
    def fill(made: Any, sheet: Any) -> None:
        for _ in range(20):
            sheet.append([None] * 27 + ["=1+1"])

    words = refusal("a.xlsx", book(fill))
    assert "第3行AB列、" in words
    assert "等处" in words
    assert words.count("行AB列") == 5


def test_text_that_looks_like_a_formula_is_text() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet["A3"] = "=1+1"
        sheet["A3"].data_type = "s"

    assert read_file("a.xlsx", book(fill)).rows[1] == ["=1+1"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("name", ["底稿", LISTS])
def test_a_hidden_sheet_is_refused_and_named(state: str, name: str) -> None:
    """Also one that only bears the name of a template's lists."""

    def fill(made: Any, sheet: Any) -> None:
        hidden = made.create_sheet(name)
        hidden.append(HEADS)
        hidden.sheet_state = state

    words = refusal("a.xlsx", book(fill))
    assert f"隐藏的工作表（{name}）" in words
    assert "取消隐藏或删除" in words


def test_the_hidden_lists_of_a_template_are_passed_over() -> None:
    def fill(made: Any, sheet: Any) -> None:
        lists = made.create_sheet(LISTS, 0)
        lists.append([*HEADS, "丙"])
        lists.append(["不读", "=1+1"])
        lists.sheet_state = "hidden"
        name = DefinedName(LISTS_NAME, attr_text=f"'{LISTS}'!$A$1", hidden=True)
        made.defined_names[LISTS_NAME] = name
        made.active = 1

    table = read_file("a.xlsx", book(fill), frozenset({*HEADS, "丙"}))
    assert (table.header, table.rows) == (HEADS, [["一", "2"]])
    assert table.notes == []


def test_a_template_whose_data_sheet_is_hidden_is_refused() -> None:
    """Else its explanations would be read as data."""

    def fill(made: Any, sheet: Any) -> None:
        sheet.title = "数据"
        sheet.sheet_state = "hidden"
        made.create_sheet("填写说明").append(["列", "要求"])
        made.create_sheet(LISTS).sheet_state = "hidden"
        made.defined_names[LISTS_NAME] = DefinedName(LISTS_NAME, attr_text=f"'{LISTS}'!$A$1")
        made.active = 1

    assert "隐藏的工作表（数据）" in refusal("a.xlsx", book(fill))


def test_merged_cells_are_refused_and_named() -> None:
    def fill(made: Any, sheet: Any) -> None:
        sheet.append(["二", 3])
        sheet.merge_cells("A2:A3")

    assert "A2:A3" in refusal("a.xlsx", book(fill))


def test_entities_are_never_expanded() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 10) for i in range(1, 9))
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]>"
    data = book()
    for name in ("xl__worksheets__sheet1_DOT_xml", "xl__sharedStrings_DOT_xml"):
        part = bomb + b'<worksheet xmlns="x"><sheetData><row>&l8;</row></sheetData></worksheet>'
        assert "不允许的声明" in refusal("a.xlsx", repacked(data, **{name: part}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    part = b"<worksheet><sheetData>" + row * 2_000_000 + b"</sheetData></worksheet>"
    data = repacked(book(), xl__worksheets__sheet1_DOT_xml=part)
    assert len(data) < 2_000_000
    tracemalloc.start()
    words = refusal("a.xlsx", data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "压缩" in words
    assert peak < 20_000_000


def test_a_directory_that_lies_about_sizes_is_stopped_while_unpacking() -> None:
    """The stated size says 10 bytes; the limit holds for what really comes out."""
    data = bytearray(repacked(book(), xl__media__big=b"x" * 1000))
    for sign in (b"PK\x01\x02", b"PK\x03\x04"):
        place = data.rfind(sign)
        offset = place + (24 if sign == b"PK\x01\x02" else 22)
        data[offset : offset + 4] = struct.pack("<I", 10)
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        check_archive(archive)
    assert read_file("a.xlsx", bytes(data)).rows == [["一", "2"]]


def test_two_million_rows_are_refused_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("甲,乙\n" + "1,2\n" * 2_000_000).encode()
    tracemalloc.start()
    assert f"超过{limits.MAX_ROWS}行" in refusal("a.csv", data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000
    monkeypatch.setattr(limits, "MAX_CELLS", 100)
    assert "单元格" in refusal("a.csv", ("甲,乙\n" + "1,2\n" * 60).encode())


def test_too_many_columns_and_too_long_cells_are_refused() -> None:
    assert "列" in refusal("a.csv", ("甲" + ",乙" * 300 + "\n1\n").encode())
    assert "字符" in refusal("a.csv", ("甲,乙\n" + "字" * 40_000 + ",1\n").encode())


def test_no_file_of_random_bytes_does_more_than_be_refused(tmp_path: Path) -> None:
    sound = book()

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, len(sound) - 1), st.binary(min_size=1, max_size=20))
    def broken(place: int, noise: bytes) -> None:
        data = sound[:place] + noise + sound[place + len(noise) :]
        try:
            read_file("a.xlsx", data)
        except Refusal as found:
            assert str(found)

    broken()
