"""The bureau's documents: the three systems with their forerunners, and other rules."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from kernel.records.status import Status
from organization.demo import World

from ..models import NormativeDocument
from ..models.document import CleanUp, DocumentKind, EnforcementSystem, IssuingMode

PUBLICITY, RECORDING, REVIEW = EnforcementSystem
NORMATIVE, INTERNAL, POLICY, PLAN = DocumentKind
ENFORCEMENT_LAWS = "《中华人民共和国行政处罚法》、国办发〔2018〕118号"
REVIEW_OPINION = (
    "制定主体、权限、程序合法，内容不抵触上位法，未增设处罚、许可和强制，同意提交集体讨论。"
)
CLEANED_ON = dt.date(2023, 11, 24)


@dataclass(frozen=True)
class Sheet:
    """What distinguishes one document of the demo; all dates ISO."""

    title: str
    number: str
    issued: str
    effective: str = ""
    system: str = ""
    kind: str = NORMATIVE
    unit: str = "fgk"
    expires: str = ""
    repealed: str = ""
    replaces: str = ""
    law: str = ""
    status: str = Status.APPROVED
    clean_up: str = ""


SYSTEMS = (
    Sheet("行政执法公示办法（试行）", "海教体规〔2022〕2号", "2022-06-20", "2022-07-01", PUBLICITY,
          expires="2024-06-30", repealed="2024-01-01", replaces="海教体规〔2019〕3号",
          clean_up=CleanUp.AMEND),
    Sheet("行政执法全过程记录制度（试行）", "海教体规〔2022〕3号", "2022-06-20", "2022-07-01",
          RECORDING, expires="2024-06-30", repealed="2024-01-01", clean_up=CleanUp.REPEAL),
    Sheet("行政执法决定法制审核制度（试行）", "海教体规〔2023〕1号", "2023-03-22", "2023-04-01",
          REVIEW, expires="2025-03-31", replaces="海教体规〔2020〕2号", clean_up=CleanUp.KEEP),
    # Same system and title as 〔2022〕3号; both bind until the end of 2023: one system, two rows.
    Sheet("行政执法全过程记录制度（试行）", "海教体规〔2023〕4号", "2023-09-18", "2023-10-01",
          RECORDING, expires="2025-09-30", replaces="海教体规〔2022〕3号", clean_up=CleanUp.KEEP),
    Sheet("行政执法公示暂行办法", "海教体规〔2019〕3号", "2019-05-24", "2019-06-01", PUBLICITY,
          expires="2023-12-31", repealed="2022-07-01"),
    Sheet("重大行政执法决定法制审核规定", "海教体规〔2020〕2号", "2020-08-21", "2020-09-01", REVIEW,
          repealed="2023-04-01"),
    Sheet("行政执法音像记录工作规定（试行）", "海教体规〔2020〕4号", "2020-12-11", "2021-01-01",
          RECORDING, expires="2022-12-31"),
    Sheet("重大行政执法决定法制审核目录（试行）", "海教体规〔2021〕5号", "2021-12-17", "2021-12-31",
          REVIEW, expires="2023-12-30", clean_up=CleanUp.INVALID),
    Sheet("行政执法公示办法", "海教体规〔2023〕6号", "2023-12-22", "2024-01-01", PUBLICITY,
          replaces="海教体规〔2022〕2号"),
    Sheet("行政执法公示实施细则", "海教体规〔2023〕5号", "2023-10-20", "2023-11-01", PUBLICITY,
          status=Status.WITHDRAWN),
    Sheet("行政执法音像记录设备使用规范", "海教体规〔2023〕7号", "2023-11-17", "2023-12-01",
          RECORDING, status=Status.SUBMITTED),
    Sheet("行政执法决定法制审核制度（修订草案）", "", "", "", REVIEW, status=Status.RETURNED,
          replaces="海教体规〔2023〕1号"),
)  # fmt: skip

OTHERS = (
    Sheet("义务教育学校、幼儿园招生工作意见", "海教体规〔2022〕1号", "2022-05-12", "2022-05-20",
          unit="jjk", law="《中华人民共和国义务教育法》", repealed="2023-05-18"),
    Sheet("义务教育学校、幼儿园招生工作意见", "海教体规〔2023〕2号", "2023-05-10", "2023-05-18",
          unit="jjk", law="《中华人民共和国义务教育法》", replaces="海教体规〔2022〕1号"),
    Sheet("2022年中等学校招生工作意见", "海教体规〔2022〕4号", "2022-04-28", "2022-05-01",
          unit="zkzx", law="《普通高中招生工作办法》", expires="2022-12-31"),
    Sheet("2023年中等学校招生工作意见", "海教体规〔2023〕3号", "2023-04-26", "2023-05-01",
          unit="zkzx", law="《普通高中招生工作办法》", expires="2023-12-31"),
    Sheet("2024年中等学校招生工作意见", "海教体规〔2024〕1号", "2024-04-25", "2024-05-01",
          unit="zkzx", law="《普通高中招生工作办法》", expires="2024-12-31"),
    Sheet("校外培训机构日常管理办法", "海教体规〔2021〕2号", "2021-10-15", "2021-11-01", unit="pxk",
          law="《中华人民共和国民办教育促进法》", clean_up=CleanUp.KEEP, expires="2026-10-31"),
    Sheet("校外培训机构预收费资金监管办法（试行）", "海教体规〔2021〕3号", "2021-11-26",
          "2022-01-01", unit="pxk", law="《中华人民共和国民办教育促进法》", expires="2023-12-31"),
    Sheet("民办学校年度检查办法", "海教体规〔2018〕1号", "2018-03-16", "2018-04-01", unit="spk",
          law="《中华人民共和国民办教育促进法实施条例》", clean_up=CleanUp.INVALID,
          expires="2023-03-31"),
    Sheet("中小学校服管理规定", "海教体规〔2017〕2号", "2017-06-09", "2017-07-01", unit="jjk",
          clean_up=CleanUp.REPEAL, repealed="2023-12-01"),
    Sheet("行权事项清单动态调整管理制度", "海教体发〔2023〕12号", "2023-02-17", "2023-02-17",
          kind=INTERNAL, unit="spk", clean_up=CleanUp.KEEP),
    Sheet("法治建设工作领导小组工作规则", "海教体发〔2022〕8号", "2022-03-04", "2022-03-04",
          kind=INTERNAL, clean_up=CleanUp.KEEP),
    Sheet("行政规范性文件合法性审核办法", "海教体发〔2022〕31号", "2022-08-26", "2022-09-01",
          kind=INTERNAL, clean_up=CleanUp.KEEP),
    Sheet("中共海安市赴外支教群体支部工作办法（试行）", "海教体党〔2023〕9号", "2023-03-10",
          "2023-03-10", kind=INTERNAL, unit="rsk", expires="2025-03-09"),
    Sheet("教体系统关于加强对“一把手”和领导班子监督的实施办法", "海教体党〔2023〕17号",
          "2023-06-16", "2023-06-16", kind=INTERNAL, unit="bgs"),
    Sheet("2022年教体局党组中心组学习方案", "海教体党〔2022〕3号", "2022-02-18", "2022-02-18",
          kind=PLAN, unit="bgs", expires="2022-12-31"),
    Sheet("2023年教体局党组中心组学习方案", "海教体党〔2023〕4号", "2023-02-10", "2023-02-10",
          kind=PLAN, unit="bgs", expires="2023-12-31"),
    Sheet("2023年法治建设工作要点", "海教体发〔2023〕16号", "2023-03-03", "2023-03-03", kind=PLAN,
          expires="2023-12-31"),
    Sheet("2024年法治建设工作要点", "海教体发〔2024〕10号", "2024-03-01", "2024-03-01", kind=PLAN,
          expires="2024-12-31"),
    Sheet("关于健全“海安名师”工程配套政策的意见", "海教体发〔2023〕40号", "2023-07-14",
          "2023-09-01", kind=POLICY, unit="rsk"),
    Sheet("职业学校教师定期到企业实践管理制度", "海教体发〔2022〕45号", "2022-11-11", "2023-01-01",
          kind=POLICY, unit="zsk"),
    Sheet("海安市学校安全事故应急预案", "海教体发〔2023〕21号", "2023-03-17", "2023-03-17",
          kind=POLICY, unit="aqk"),
    Sheet("海安市教体系统防汛防台风工作应急预案", "海教体发〔2023〕35号", "2023-06-02",
          "2023-06-02", kind=POLICY, unit="aqk"),
)  # fmt: skip


def load(world: World) -> None:
    """Insert the documents, then link each revision to the document it replaced."""
    sheets = [*(replace(sheet, law=ENFORCEMENT_LAWS) for sheet in SYSTEMS), *OTHERS]
    rows = world.save(_document(world, sheet) for sheet in sheets)
    by_number = {row.number: row for row in rows if row.number}
    changed = []
    for sheet, row in zip(sheets, rows, strict=True):
        if sheet.replaces:
            row.replaces = by_number[sheet.replaces]
            changed.append(row)
    NormativeDocument.objects.bulk_update(changed, ["replaces"])


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _document(world: World, sheet: Sheet) -> NormativeDocument:
    return world.build(
        NormativeDocument,
        unit=world.unit(sheet.unit),
        status=sheet.status,
        title=sheet.title,
        number=sheet.number,
        kind=sheet.kind,
        issuing_mode=IssuingMode.REVISE if sheet.replaces else IssuingMode.FORMULATE,
        enforcement_system=sheet.system,
        upper_law=sheet.law,
        trial="试行" in sheet.title or "暂行" in sheet.title,
        issued_on=_day(sheet.issued),
        effective_on=_day(sheet.effective),
        expires_on=_day(sheet.expires),
        repealed_on=_day(sheet.repealed),
        clean_up=sheet.clean_up,
        cleaned_on=CLEANED_ON if sheet.clean_up else None,
        drafting_unit=world.unit(sheet.unit),
        **(_procedure(sheet) if sheet.kind == NORMATIVE and sheet.issued else {}),
    )


def _procedure(sheet: Sheet) -> dict[str, Any]:
    """Consultation, legality review, collective decision, publication and filing."""
    issued = dt.date.fromisoformat(sheet.issued)

    def days(number: int) -> dt.date:
        return issued + dt.timedelta(days=number)

    return {
        "consulted_from": days(-56),
        "consulted_until": days(-25),
        "reviewed_on": days(-13),
        "review_opinion": REVIEW_OPINION,
        "decided_on": days(-4),
        "published_on": days(3),
        "filed_on": days(12),
    }
