"""Figures of 制度建设 and 科学决策: the three enforcement systems, meetings on the rule of law."""

from kernel.indicators.aggregates import Distinct
from kernel.indicators.indicator import Indicator, catalogue
from kernel.indicators.periods import AS_OF, DURING

from .models.meeting import MeetingKind

catalogue.add(
    Indicator(
        key="enforcement.systems",
        label="行政执法三项制度",
        unit="项",
        rule="年末有效、已审核的文件所建立的三项制度，按制度去重；已废止、已过有效期、未施行的不计",
        register="governance.normativedocument",
        period=AS_OF,
        owner="fgk",
        aggregate=Distinct("enforcement_system"),
        params={"founds_system": "true"},
        names="quoted_title",
    ),
    Indicator(
        key="decisions.rule_of_law_meetings",
        label="法治建设专题会议",
        unit="次",
        rule="已审核、类别为法治建设专题会议的会议，按召开日期计入年度；党组会、例会中的法治议题不计",
        register="governance.meeting",
        period=DURING,
        owner="fgk",
        params={"kind": MeetingKind.RULE_OF_LAW.value},
    ),
)
