"""Figures of the list of powers (年度报告一(一)1)."""

from kernel.indicators.aggregates import Distinct
from kernel.indicators.indicator import Indicator, catalogue
from kernel.indicators.periods import AS_OF

REGISTER = "powers.poweritem"

catalogue.add(
    Indicator(
        key="power.categories",
        label="行政权力类别数",
        unit="个",
        rule="截止日在清单内（已生效且未取消）的权力事项，按权力类别去重",
        register=REGISTER,
        period=AS_OF,
        owner="fgk",
        aggregate=Distinct("category"),
        names="category",
    ),
    Indicator(
        key="power.items",
        label="权力事项总数",
        unit="个",
        rule="截止日在清单内（已生效且未取消）的权力事项，含暂停办理的事项",
        register=REGISTER,
        period=AS_OF,
        owner="fgk",
    ),
    Indicator(
        key="power.items.with_section",
        label="已明确责任科室的权力事项",
        unit="个",
        rule="截止日在清单内且填有责任科室的权力事项",
        register=REGISTER,
        period=AS_OF,
        owner="fgk",
        params={"with_section": "true"},
        of="power.items",
    ),
)
