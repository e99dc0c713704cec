"""One reading of input: what is understood, and what is refused with its place and a way out."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.values import codes
from kernel.values.parsing import (
    Unreadable,
    in_words,
    parse_boolean,
    parse_choice,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_field,
    parse_integer,
    parse_text,
)

DAY = dt.date(2023, 5, 6)
YUAN, WAN, PEOPLE = "金额（元）", "总投资（万元）", "参演人数"
CHOICES = [("satisfied", "满意"), ("basically", "基本满意"), ("hotline", "12345热线")]

every = settings(max_examples=300, deadline=None)


def refused(parse: Any, raw: Any, **options: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(raw, **options)
    return str(caught.value)


# --- Days and moments ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "2023年5月6日", "2023年05月06日", "2023.5.6", "2023/5/6", "2023-5-6", "20230506",
        "２０２３年５月６日", "２０２３．５．６", "2023－05－06", "2023—5—6", "2023 年 5 月 6 日",
        " 2023-05-06\u00a0", "\u30002023-5-6\n", "2023-05-06 00:00:00", "2023-05-06T00:00",
        "2023年5月6日（星期六）", "2023年5月6号", "\ufeff2023-5-6", dt.datetime(2023, 5, 6), DAY,
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_spelling(raw: Any) -> None:
    assert parse_date(raw) == DAY


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("23.5.6", "年份只有两位"),
        ("230506", "年份只有两位"),
        ("5月6日", "没有写年份"),
        ("5.6", "没有写年份"),
        ("2023年5月", "没有写到日"),
        ("202305", "没有写到日"),
        ("2023", "没有写到日"),
        ("6/5/2023", "分不清"),
        ("2023-13-01", "月份13不存在"),
        ("2023-2-29", "2023年2月没有29日"),
        ("20230431", "2023年4月没有31日"),
        ("0023-05-06", "年份23不在1900至2100之间"),
        ("2203-05-06", "年份2203不在"),
        ("昨天", "不是日期"),
        ("٢٠٢٣-٥-٦", "不是日期"),
    ],
)
def test_a_doubtful_day_is_refused_with_the_reason_and_an_example(raw: str, says: str) -> None:
    message = refused(parse_date, raw)
    assert f"“{raw}”" in message
    assert says in message
    assert "2023-05-06" in message or "请核对年份" in message


def test_a_serial_number_of_a_sheet_is_a_day() -> None:
    assert {parse_date(raw, from_sheet=True) for raw in (45052, 45052.0, "45052", 45052.6)} == {DAY}
    assert {parse_date(raw) for raw in ("45052", "４５０５２", "45052.5")} == {DAY}
    assert parse_datetime("45052.5") == dt.datetime(2023, 5, 6, 12)


def test_a_year_and_month_without_a_nought_is_no_serial_number() -> None:
    assert "1955-05-27" in refused(parse_date, "20236")
    assert parse_date("20236", from_sheet=True) == dt.date(1955, 5, 27)
    for year_or_amount in (2023, 5, 1_000_000):
        refused(parse_date, year_or_amount, from_sheet=True)


def test_for_ever_is_a_day() -> None:
    assert parse_date("9999-12-31") == dt.date(9999, 12, 31)


@pytest.mark.parametrize(
    "raw",
    ["2023-05-06 15:20", "2023年5月6日 下午3:20", "2023年5月6日下午3时20分", "2023/5/6T15:20:00"],
)
def test_a_moment_is_read_in_every_usual_spelling(raw: str) -> None:
    assert parse_datetime(raw) == dt.datetime(2023, 5, 6, 15, 20)


def test_an_impossible_time_of_day_is_refused() -> None:
    assert "24小时制" in refused(parse_datetime, "2023-05-06 25:61")


@every
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_days_survive_every_spelling(day: dt.date) -> None:
    words = f"{day.year}年{day.month}月{day.day}日"
    for raw in (day.isoformat(), f"{day:%Y%m%d}", words, in_words(models.DateField(), day)):
        assert parse_date(raw) == day
    if day >= dt.date(1927, 5, 18):
        assert parse_date((day - dt.date(1899, 12, 30)).days, from_sheet=True) == day


# --- Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "label", "value"),
    [
        ("1,234", "数量", "1234"),
        ("1，234", "数量", "1234"),
        ("１，２３４．５", "数量", "1234.5"),
        ("1,234.5万元", WAN, "1234.5"),
        ("1,234.5万元", YUAN, "12345000"),
        ("1234.5 万元", YUAN, "12345000"),
        ("1.2亿元", WAN, "12000"),
        ("3万", YUAN, "30000"),
        ("3万", WAN, "3"),
        ("500元", WAN, "0.05"),
        ("￥1,000.00", YUAN, "1000"),
        ("5角", YUAN, "0.5"),
        ("1 234 567", YUAN, "1234567"),
        ("30%", "抽查比例（%）", "30"),
        ("３０％", "抽查比例（%）", "30"),
        ("30分钟", "用时（分钟）", "30"),
        ("120人", PEOPLE, "120"),
        ("1.2万人", PEOPLE, "12000"),
        ("-5", "数量", "-5"),
        ("−5", "数量", "-5"),
        (0.1 + 0.2, "数量", "0.3"),
        (12, "数量", "12"),
    ],
)
def test_a_number_is_read_with_separators_and_units(raw: Any, label: str, value: str) -> None:
    assert parse_decimal(raw, label=label) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "label", "says"),
    [
        ("12,34", YUAN, "千分位逗号位置不对"),
        ("1,23,456", YUAN, "千分位逗号位置不对"),
        ("1 23", YUAN, "含有空格"),
        ("1.2E+17", YUAN, "科学记数法"),
        ("三千", YUAN, "不是数字"),
        ("12人", YUAN, "本栏以“元”为单位"),
        ("30%", PEOPLE, "“%”不是本栏的单位"),
        ("5元", PEOPLE, "“元”不是本栏的单位"),
        ("1.2.3", YUAN, "不是本栏的单位"),
        ("9" * 31, YUAN, "位数过多"),
        (float("nan"), YUAN, "公式出错"),
        (float("inf"), YUAN, "公式出错"),
    ],
)
def test_a_doubtful_number_is_refused(raw: Any, label: str, says: str) -> None:
    assert says in refused(parse_decimal, raw, label=label)


def test_a_whole_number_has_no_fraction() -> None:
    assert parse_integer("12.0") == parse_integer(12.0) == 12
    assert "不是整数" in refused(parse_integer, "12.5")


@every
@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_amounts_survive_every_spelling(value: Decimal) -> None:
    for raw in (str(value), f"{value:,}", f"{value:,}元", f"{value / 10000:f}万元"):
        assert parse_decimal(raw, label=YUAN) == value


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ["是", "有", "√", "✓", "TRUE", "Ｙ", "１", " 是 ", True, 1, 1.0])
def test_yes(raw: Any) -> None:
    assert parse_boolean(raw) is True


@pytest.mark.parametrize("raw", ["否", "无", "×", "false", "0", "没有", False, 0])
def test_no(raw: Any) -> None:
    assert parse_boolean(raw) is False


def test_neither_yes_nor_no_is_refused() -> None:
    assert "请填写“是”或“否”" in refused(parse_boolean, "也许")


@pytest.mark.parametrize("raw", ["hotline", "12345热线", "１２３４５ 热线", "“12345热线”"])
def test_a_choice_is_named_by_code_or_label(raw: str) -> None:
    assert parse_choice(raw, CHOICES) == "hotline"


def test_an_unknown_choice_names_what_is_allowed_and_what_was_meant() -> None:
    message = refused(parse_choice, "基本满义", choices=CHOICES)
    assert "可能是“基本满意”" in message
    assert "可选：满意、基本满意、12345热线" in message


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  ＸＦ－２０２３　００１ ", "XF-2023 001"),
        ("第３小学（东校区），新建", "第3小学（东校区），新建"),
        ("海教体〔2023〕5号", "海教体〔2023〕5号"),
        ("一\n二", "一 二"),
        ("a\u200bb\x00c", "abc"),
        (12.0, "12"),
        (15400001234, "15400001234"),
        (DAY, "2023-05-06"),
        (dt.datetime(2023, 5, 6), "2023-05-06"),
    ],
)
def test_a_line_of_text_is_tidied_and_its_punctuation_kept(raw: Any, text: str) -> None:
    assert parse_text(raw) == text


def test_prose_is_only_trimmed() -> None:
    raw = " 第一段：“２０２３”。\r\n　　第二段 "
    assert parse_text(raw, multiline=True) == "第一段：“２０２３”。\n  第二段"


def test_a_code_that_a_number_cell_has_spoilt_is_refused() -> None:
    assert "设为“文本”" in refused(parse_text, 320621199003071234.0)


# --- Anything at all -----------------------------------------------------------------------------

FIELDS: list[models.Field] = [
    models.DateField("日期", null=True),
    models.DateTimeField("时间", null=True),
    models.IntegerField("人数", null=True),
    models.DecimalField(YUAN, max_digits=14, decimal_places=2, null=True),
    models.FloatField("长度"),
    models.BooleanField("是否公开"),
    models.CharField("渠道", max_length=10, choices=CHOICES),
    models.CharField("标题", max_length=10),
    models.TextField("内容"),
    models.CharField("电话", max_length=20, validators=[codes.valid_phone]),
    models.CharField("证件", max_length=18, validators=[codes.valid_id_number]),
    models.CharField("信用代码", max_length=18, validators=[codes.valid_credit_code]),
]
SIGNS = "0123456789０５.,，、。-－/:：年月日时分 　\u00a0\u200b元万亿%人()（）XxIOSVZ+¥²٣Ⅻ〇½eE"
RAW = (
    st.text()
    | st.text(SIGNS, max_size=25)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.datetimes()
    | st.decimals()
)


@settings(max_examples=1500, deadline=None)
@given(RAW, st.sampled_from(FIELDS), st.booleans())
def test_no_input_brings_anything_but_a_value_or_a_refusal(
    raw: Any, field: models.Field, from_sheet: bool
) -> None:
    try:
        value = parse_field(field, raw, from_sheet=from_sheet)
    except Unreadable as fault:
        assert str(fault)
        return
    # What was understood is understood again in the same way.
    again = parse_field(field, value)
    assert again == value or again == pytest.approx(value)
    assert in_words(field, value) is not None


def test_a_relation_is_not_read() -> None:
    from petitions.models import Petition  # noqa: PLC0415

    with pytest.raises(TypeError):
        parse_field(Petition._meta.get_field("school"), "1")


def test_nothing_is_nothing() -> None:
    assert parse_field(FIELDS[0], "　") is None
    assert parse_field(FIELDS[7], " \u200b") == ""
    assert parse_field(FIELDS[5], "") is False
    assert parse_field(FIELDS[0], "/", from_sheet=True) is None
    refused(lambda raw: parse_field(FIELDS[0], raw), "/")
    assert parse_field(FIELDS[7], "/", from_sheet=True) == "/"
