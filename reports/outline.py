"""The outline of the annual report on building rule-of-law government (法治政府建设年度报告).

Five parts are required of every report by article 24 of 《法治政府建设与责任落实督察工作规定》
(厅字〔2019〕28号): measures and results, shortcomings and causes, the duties of the person in
charge, the arrangements for next year, and other matters. The eight sections of the first part
follow the eight systems of 《法治政府建设实施纲要(2021—2025年)》.
"""

from dataclasses import dataclass

NUMERALS = "一二三四五六七八九十"
RESULTS = "results"


@dataclass(frozen=True)
class Section:
    """One text of the report. `part` groups the eight sections under the first heading."""

    key: str
    heading: str
    owner: str
    part: str = ""

    @property
    def is_opening(self) -> bool:
        return not self.heading


PART_HEADINGS = {RESULTS: "推进法治政府建设的主要举措和成效"}
SECTIONS = (
    Section("opening", "", "bgs"),
    Section("duties", "依法全面履行政府职能", "fgk", RESULTS),
    Section("institutions", "加强依法行政制度建设", "fgk", RESULTS),
    Section("decisions", "推进依法科学民主决策", "bgs", RESULTS),
    Section("enforcement", "严格规范公正文明执法", "fgk", RESULTS),
    Section("emergencies", "依法应对重大突发事件", "aqk", RESULTS),
    Section("disputes", "依法有效化解社会矛盾纠纷", "bgs", RESULTS),
    Section("supervision", "强化行政权力制约监督", "ddk", RESULTS),
    Section("digital", "打造数字法治政府", "xxzx", RESULTS),
    Section("leadership", "主要负责人履行推进法治建设第一责任人职责情况", "bgs"),
    Section("shortcomings", "存在不足和原因", "fgk"),
    Section("plan", "下一年度主要安排", "fgk"),
    Section("other", "其他需要报告的情况", "fgk"),
)
BY_KEY = {section.key: section for section in SECTIONS}


@dataclass(frozen=True)
class Numbered:
    """A section with the headings it prints: the part's (before its first section) and its own."""

    section: Section
    part_heading: str
    heading: str
    level: int
    """1 for a part of its own, 2 for a section of the first part, 0 for the opening."""

    @property
    def place(self) -> str:
        """How messages name the section."""
        return self.heading or "开头"


def numbered() -> list[Numbered]:
    """All sections in order, with 一、 and （一） numbers."""
    found: list[Numbered] = []
    parts = sections = 0
    previous = ""
    for section in SECTIONS:
        part_heading, heading, level = "", "", 0
        if section.part:
            if section.part != previous:
                parts, sections = parts + 1, 0
                part_heading = f"{NUMERALS[parts - 1]}、{PART_HEADINGS[section.part]}"
            sections += 1
            heading, level = f"（{NUMERALS[sections - 1]}）{section.heading}", 2
        elif section.heading:
            parts += 1
            heading, level = f"{NUMERALS[parts - 1]}、{section.heading}", 1
        found.append(Numbered(section, part_heading, heading, level))
        previous = section.part
    return found


def point_number(level: int, number: int) -> str:
    """The number of a point: `1.` inside （一）, `（一）` inside 一、."""
    return f"{number}." if level == 2 else f"（{NUMERALS[number - 1]}）"
