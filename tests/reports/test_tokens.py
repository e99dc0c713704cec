"""What may stand in a section's text, and what stops the report."""

from decimal import Decimal

import pytest

from kernel.indicators.aggregates import Ratio
from kernel.indicators.evaluate import Figure
from kernel.indicators.indicator import Indicator
from kernel.indicators.periods import DURING, CutOff, Period
from reports.tokens import Resolver


def figure(key, value, unit="件", *, period=DURING, records=1, names=(), **options):
    indicator = Indicator(
        key=key,
        label=f"指标{key}",
        unit=unit,
        rule="规则",
        register="powers.poweritem",
        period=period,
        owner="fgk",
        **options,
    )
    return Figure(indicator, 2023, value, records, names)


FIGURES = {
    f.key: f
    for f in (
        figure("all", 29),
        figure("part", 29, of="all"),
        figure("fewer", 28, of="all"),
        figure("rate", Decimal(100), "%", aggregate=Ratio(part={"x": "1"})),
        figure("low", Decimal("99.9"), "%", aggregate=Ratio(part={"x": "1"})),
        figure("empty", 0, "%", aggregate=Ratio(part={"x": "1"}), records=0),
        figure("none", 0, zero=True),
        figure("incident", 1, zero=True),
        figure("many", 537, "人次"),
        figure("money", Decimal("1970.9395"), "万元"),
        figure("systems", 3, "项", names=("《甲办法》", "《乙制度》")),
        figure("hotline", 1058, period=Period("during", CutOff(11, 15, "截至11月中旬"))),
    )
}


@pytest.fixture
def resolver():
    return Resolver(2023, FIGURES)


def rendered(resolver, text):
    found, problems = resolver.render(text, "（六）某节 第1段")
    assert not problems, [str(problem) for problem in problems]
    return found


def causes(resolver, text):
    return [str(problem) for problem in resolver.render(text, "（六）某节 第1段")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理{{ all }}。", "受理29件。"),
        ("受理{{all}}。", "受理29件。"),
        ("出动{{ many | 约 }}", "出动500多人次"),
        ("落实{{ money }}", "落实1970.9395万元"),
        ("推行{{ systems | 汉字 }}制度", "推行三项制度"),
        ("共{{ all | 数 }}", "共29"),
        ("{{ year }}年与{{ next_year }}年", "2023年与2024年"),
        ("{{ cutoff: hotline }}受理{{ hotline }}", "截至11月中旬受理1058件"),
        ("出台{{ names: systems }}", "出台《甲办法》《乙制度》"),
        ("{{ all: part | 均 }}已办结", "均已办结"),
        ("{{ all: rate | 全部 }}回填", "全部回填"),
        ("考试{{ all: none | 零差错 }}", "考试零差错"),
    ],
)
def test_each_token_is_replaced_by_its_words(resolver, text, expected):
    assert rendered(resolver, text) == expected


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("{{ nothing }}", "没有名为“nothing”的指标"),
        ("{{ }}", "没有名为“”的指标"),
        ("{{ all | 大概 }}", "不认识的写法“大概”"),
        ("{{ half: all }}", "不认识的标记"),
        ("{{ all: part | 几乎 }}", "不认识的全称词“几乎”"),
        ("{{ all: all | 均 }}", "不能证明“均”"),
        ("{{ names: all }}", "没有可列出的名称"),
        ("{{ all", "花括号不成对"),
        ("all }}", "花括号不成对"),
    ],
)
def test_a_token_that_cannot_be_resolved_is_named_with_its_place(resolver, text, cause):
    (problem,) = causes(resolver, text)
    assert problem.startswith("（六）某节 第1段：")
    assert cause in problem


@pytest.mark.parametrize("key", ["fewer", "low", "empty", "incident"])
def test_a_universal_word_stops_the_report_when_its_predicate_is_false(resolver, key):
    (problem,) = causes(resolver, f"{{{{ all: {key} | 均 }}}}已完成")
    assert "“均”不成立" in problem


@pytest.mark.parametrize(
    "text",
    ["受理29件", "受理２９件", "共3.5万元", "2023年", "占100%", "11月份", "12345号工单"],
)
def test_a_typed_digit_stops_the_report(resolver, text):
    assert any("直接写了数字" in cause for cause in causes(resolver, text))


@pytest.mark.parametrize(
    "text", ["召开两次会议", "制定三项办法", "四十多次", "二十余所学校", "五百人次"]
)
def test_a_typed_numeral_before_a_unit_word_stops_the_report(resolver, text):
    assert any("手写" in cause for cause in causes(resolver, text))


@pytest.mark.parametrize("text", ["均已办结", "全部完成", "实现全覆盖", "零差错", "百分之百落实"])
def test_a_typed_universal_word_stops_the_report(resolver, text):
    assert any("没有依据" in cause for cause in causes(resolver, text))


@pytest.mark.parametrize(
    "text",
    [
        "12345政务服务便民热线",
        "12345工单",
        "“双随机、一公开”",
        "推行“三项制度”",
        "“一网通办”",
        "义务教育优质均衡发展",
        "平均用时",
        "基本公共服务均等化",
        "进一步",
        "党的二十大精神",
    ],
)
def test_fixed_names_and_ordinary_words_pass(resolver, text):
    assert rendered(resolver, text) == text


def test_all_problems_of_a_text_are_reported_at_once(resolver):
    assert len(causes(resolver, "均{{ nothing }}{{ nowhere }}两次")) == 4


def test_mark_up_in_a_text_is_left_as_it_is(resolver):
    text = "<script>alert</script>{% include 'x' %}"
    assert rendered(resolver, text) == text
