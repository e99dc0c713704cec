"""Documents to typeset, with invented bodies, names and texts."""

import datetime
from typing import Any

from kernel.typesetting.document import Band, Block, Column, Document, Table
from kernel.typesetting.render import Pdf, html, write_pdf

WHEN = datetime.datetime(2024, 2, 28, 9, 30, tzinfo=datetime.UTC)
TITLE = "云溪市教育体育局2023年法治政府建设情况报告"
LONG = (
    "健全监管机制，严格落实“双随机、一公开”制度，全年参与任务5次，开展单一部门抽查2次，"
    "跨部门联合抽查3次，共检查主体21家，检查结果回填率100%。"
)
PLAIN = "统筹推进各项工作任务按照年度计划逐项抓好落实" * 40


def body(paragraphs: int = 3) -> list[Block]:
    """Four chapters with run-in headings, ``paragraphs`` in each section."""
    blocks = []
    for chapter in "一二三四":
        blocks.append(Block("heading1", f"{chapter}、主要工作"))
        blocks.append(Block("heading2", "（一）依法履行职能"))
        blocks += [
            Block("paragraph", LONG, run_in=f"{count}.加大监管力度。")
            for count in range(1, paragraphs + 1)
        ]
    return blocks


def table(rows: int = 60) -> Table:
    columns = [
        Column("序号", 8, "center"),
        Column("指标", 26),
        Column("数值", 14, "end"),
        Column("统计口径", 52),
    ]
    cells = [
        (str(n), f"第{n}项指标", f"{n * 7}.25", f"统计第{n}项，{LONG}") for n in range(1, rows)
    ]
    return Table("指标明细表", columns, [Band("一、主要工作"), *cells], note="注：截至年末。")


def official(**changes: Any) -> Document:
    facts: dict[str, Any] = {
        "title": TITLE,
        "issuer": "云溪市教育体育局",
        "number": "云教体〔2024〕12号",
        "signer": "王喆",
        "addressee": "市委、市人民政府",
        "sections": body(),
        "attachments": ["2023年度指标明细表", "其他材料"],
        "sign_off": "云溪市教育体育局",
        "date": datetime.date(2024, 2, 28),
        "note": "联系人：李小云，联系电话：0000-00000000",
        "cc": "市委依法治市办，" * 5 + "市教育局。",
        "printed_by": "云溪市教育体育局办公室",
        "printed_on": datetime.date(2024, 3, 1),
    }
    return Document(**(facts | changes))


def public(**changes: Any) -> Document:
    return official(**({"layout": "public"} | changes))


def typeset(document: Document) -> Pdf:
    return write_pdf(html(document), title=document.title, author=document.issuer, created=WHEN)
