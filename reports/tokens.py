"""Texts with tokens: how a section's words get their figures, and what stops a report.

Tokens: `{{ key }}`, `{{ key | 约 }}`, `{{ key | 汉字 }}`, `{{ key | 数 }}`, `{{ year }}`,
`{{ next_year }}`, `{{ cutoff: key }}`, `{{ names: key }}`, `{{ all: key | 均 }}`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kernel.indicators.display import at_least, chinese
from kernel.indicators.evaluate import Figure, holds

TOKEN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
GUARD_WORDS = ("均", "全部", "全覆盖", "零差错", "百分之百", "100%")
BARE_GUARD = re.compile("全部|全覆盖|零差错|百分之百|(?<![平人户])均(?![衡等匀值势])")
PROPER_NAMES = (
    "12345政务服务便民热线", "12345热线", "12345工单", "三项制度", "双随机、一公开",
    "一网通办", "一岗双责", "一把手", "三重一大", "一票否决", "党的二十大", "四个意识", "四个自信",
)  # fmt: skip
"""Fixed names whose digits and numerals are not figures."""
DIGIT = re.compile(r"[0-9０-９]")
UNIT_WORDS = (
    "人次|家次|次|家|件|项|条|个|盏|学时|课时|万元|元|人|所|名|场|期|篇|份|户|起|宗|辆|亩|公里|%|％"
)
NUMERAL_UNIT = re.compile(f"[两二三四五六七八九十百千万亿]+(?:余|多|几)?(?:{UNIT_WORDS})")


@dataclass(frozen=True)
class Problem:
    """What stops a build: where it is, why it stops, and how to mend it."""

    place: str
    cause: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.place}：{self.cause}。{self.way_out}"


@dataclass(frozen=True)
class Resolver:
    """Resolves tokens against the figures of one year. Problems are collected, not raised."""

    year: int
    figures: dict[str, Figure]

    def render(self, text: str, place: str) -> tuple[str, list[Problem]]:
        """The text with its tokens replaced, and everything that is wrong with it."""
        problems = [*typed_figures(text, place), *unclosed(text, place)]

        def replace(match: re.Match[str]) -> str:
            try:
                return self.resolve(match.group(1).strip())
            except LookupError as error:
                problems.append(Problem(place, str(error.args[0]), str(error.args[1])))
                return match.group(0)

        return TOKEN.sub(replace, text), problems

    def resolve(self, token: str) -> str:
        """The words for one token. Raises LookupError(cause, way out)."""
        if token == "year":  # noqa: S105 (a mark in a text, not a secret)
            return str(self.year)
        if token == "next_year":  # noqa: S105
            return str(self.year + 1)
        body, _, style = (part.strip() for part in token.partition("|"))
        kind, colon, key = (part.strip() for part in body.partition(":"))
        if not colon:
            return self._value(self._figure(body), style)
        figure = self._figure(key)
        if kind == "cutoff" and not style:
            return figure.indicator.period.cutoff.words
        if kind == "names" and not style:
            return self._names(figure)
        if kind == "all":
            return self._guard(figure, style)
        raise LookupError(f"不认识的标记“{{{{ {token} }}}}”", "请从标记表中选用，或检查拼写。")

    def _figure(self, key: str) -> Figure:
        if key not in self.figures:
            raise LookupError(f"没有名为“{key}”的指标", "请从指标一览中复制正确的指标代码。")
        return self.figures[key]

    def _value(self, figure: Figure, style: str) -> str:
        unit = figure.indicator.unit
        styles = {
            "": lambda: figure.text,
            "约": lambda: f"{at_least(figure.value)}{unit}",
            "汉字": lambda: f"{chinese(figure.value)}{unit}",
            "数": lambda: figure.number,
        }
        if style not in styles:
            raise LookupError(f"不认识的写法“{style}”", "可用的写法有：约、汉字、数。")
        return styles[style]()

    def _names(self, figure: Figure) -> str:
        if not figure.names:
            raise LookupError(
                f"指标“{figure.indicator.label}”没有可列出的名称",
                "请改用数值标记，或核对台账记录。",
            )
        joined = "、".join(figure.names)
        return joined.replace("》、《", "》《")

    def _guard(self, figure: Figure, word: str) -> str:
        if word not in GUARD_WORDS:
            raise LookupError(
                f"不认识的全称词“{word}”", f"可用的全称词有：{'、'.join(GUARD_WORDS)}。"
            )
        verdict = holds(figure, self.figures)
        if verdict is None:
            raise LookupError(
                f"指标“{figure.indicator.label}”不能证明“{word}”", "请选用比率类或部分类指标。"
            )
        if not verdict:
            raise LookupError(
                f"“{word}”不成立：{self._evidence(figure)}",
                "请核实台账记录，或删去该词后如实表述。",
            )
        return word

    def _evidence(self, figure: Figure) -> str:
        whole = self.figures.get(figure.indicator.of or "")
        of = f",应为{whole.text}" if whole else ""
        return f"{figure.indicator.label}现为{figure.text}{of}"


def _plain(text: str) -> str:
    """The typed words only: tokens and fixed names are taken out."""
    text = TOKEN.sub("◇", text)
    for name in PROPER_NAMES:
        text = text.replace(name, "◇")
    return text


def typed_figures(text: str, place: str) -> Iterator[Problem]:
    """Figures and universal words that were typed instead of computed."""
    plain = _plain(text)
    for match in DIGIT.finditer(plain):
        yield Problem(
            place,
            f"正文中直接写了数字（“{_around(plain, match)}”）",
            "数字须由台账计算，请换成指标标记；年份写作 {{ year }}年。",
        )
        break
    for match in NUMERAL_UNIT.finditer(plain):
        yield Problem(
            place, f"数词“{match.group()}”是手写的（“{_around(plain, match)}”）", "请换成指标标记。"
        )
    for match in BARE_GUARD.finditer(plain):
        yield Problem(
            place,
            f"全称词“{match.group()}”没有依据（“{_around(plain, match)}”）",
            "请写成 {{ all: 指标代码 | 词 }}，成立时才会印出。",
        )


def unclosed(text: str, place: str) -> Iterator[Problem]:
    """Braces that do not make a token."""
    rest = TOKEN.sub("", text)
    if "{{" in rest or "}}" in rest:
        yield Problem(place, "标记的花括号不成对", "标记须写成 {{ 指标代码 }}。")


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 6) : match.end() + 6].replace("◇", "…")
