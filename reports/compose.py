"""From section texts and figures to a document, with every problem named by place."""

from dataclasses import dataclass, field

from kernel.indicators.checks import failing
from kernel.indicators.evaluate import Figure
from kernel.typesetting.document import Band, Block, Column, Document, Table
from organization.models import BureauProfile

from .models import AnnualReport, ReportSection
from .outline import Numbered, numbered, point_number
from .tokens import Problem, Resolver


@dataclass
class Composition:
    """The blocks of the body and what stands in the way of printing them."""

    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def compose_body(
    year: int, texts: dict[str, ReportSection], figures: dict[str, Figure]
) -> Composition:
    """All sections in outline order. A missing or empty required text is a problem."""
    body = Composition(problems=list(tie_out_problems(figures)))
    resolver = Resolver(year, figures)
    for item in numbered():
        section = texts.get(item.section.key)
        if section is None or not section.body.strip():
            body.problems.append(
                Problem(item.place, "缺少正文", "本部分为必备内容，请由撰写单位补写后再编制。")
            )
            continue
        part = compose_section(item, section.body, resolver)
        body.blocks += part.blocks
        body.problems += part.problems
    return body


def settings_problems(report: AnnualReport) -> list[Problem]:
    """What the report's own settings still lack."""
    if report.dated is not None:
        return []
    return [Problem("落款", "缺少成文日期", "请在报告设置中填写。")]


def tie_out_problems(figures: dict[str, Figure]) -> list[Problem]:
    """Sums that do not agree."""
    return [
        Problem("勾稽关系", f"{check.label} 不成立（{check.text}）", "请核对相关台账记录。")
        for check in failing(figures)
    ]


def compose_section(item: Numbered, body: str, resolver: Resolver) -> Composition:
    """Headings, numbered points and paragraphs of one section."""
    part = Composition()
    if item.part_heading:
        part.blocks.append(Block("heading1", item.part_heading))
    if item.heading:
        kind = "heading2" if item.level == 2 else "heading1"
        part.blocks.append(Block(kind, item.heading))  # type: ignore[arg-type]
    run_in, points, paragraph = "", 0, 0
    for line in filter(None, map(str.strip, body.splitlines())):
        if line.startswith("#"):
            points += 1
            title = line.lstrip("#").strip()
            run_in, found = resolver.render(title, f"{item.place} 第{points}点标题")
            run_in = point_number(item.level, points) + run_in
            part.problems += found
            continue
        paragraph += 1
        place = f"{item.place} 第{paragraph}段"
        text, found = resolver.render(line, place)
        part.problems += found
        part.blocks.append(Block("paragraph", text, run_in=run_in, place=place))
        run_in = ""
    return part


def build_document(
    report: AnnualReport,
    blocks: list[Block],
    figures: dict[str, Figure],
    *,
    layout: str,
    with_appendix: bool,
) -> Document:
    """The finished report in one of its two layouts."""
    profile = BureauProfile.current()
    official = layout == "official"
    blocks = [*blocks, Block("paragraph", "特此报告。")] if official else blocks
    return Document(
        title=report.full_title(),
        keep=(profile.name, f"{report.year}年", "法治政府建设", "情况", "报告"),
        issuer=profile.name,
        number=report.number,
        signer=profile.signer,
        addressee=profile.addressees if official else "",
        sections=blocks,
        attachments=(appendix_title(report),) if with_appendix else (),
        sign_off=profile.name if official else "",
        date=report.dated,
        note=_contact(profile) if official else "",
        cc=f"{profile.copies_to}。" if official and profile.copies_to else "",
        printed_by=f"{profile.name}办公室" if official else "",
        printed_on=report.dated if official else None,
        appendix=appendix(report, figures) if with_appendix else None,
        layout=layout,  # type: ignore[arg-type]
    )


def _contact(profile: BureauProfile) -> str:
    if not profile.contact_name:
        return ""
    return f"联系人：{profile.contact_name}，联系电话：{profile.contact_phone}"


def appendix_title(report: AnnualReport) -> str:
    """The same words in the list of attachments and over the table."""
    return f"{report.year}年法治政府建设指标明细表"


def appendix(report: AnnualReport, figures: dict[str, Figure]) -> Table:
    """All figures with counting rule, cut-off and number of source records."""
    rows: list[tuple[str, ...] | Band] = []
    app = ""
    for number, figure in enumerate(figures.values(), 1):
        register = figure.indicator.source()
        if register.app_label != app:
            app = register.app_label
            rows.append(Band(str(register.model._meta.app_config.verbose_name)))
        rows.append(
            (
                str(number),
                figure.indicator.label,
                figure.text,
                figure.indicator.rule,
                figure.period_words,
                str(figure.records),
            )
        )
    columns = (
        Column("序号", 7, "center"),
        Column("指标", 18),
        Column("数值", 15, "end"),
        Column("口径", 40),
        Column("统计期间", 12),
        Column("记录数", 8, "end"),
    )
    return Table(appendix_title(report), columns, rows, label="附件")
