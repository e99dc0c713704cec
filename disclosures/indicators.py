"""Figures of 政务公开: items disclosed on the two websites."""

from kernel.indicators.indicator import Indicator, catalogue
from kernel.indicators.periods import DURING

from .choices import Channel

RULE = (
    "已审核的主动公开信息，按在该渠道首次公开的日期计入年度；同一信息在同一渠道计一条，"
    "在两个渠道公开的各计一条；当年公开、以后撤下的仍计入"
)

for channel in (Channel.GOVERNMENT_PLATFORM, Channel.EDUCATION_SITE):
    catalogue.add(
        Indicator(
            key=f"disclosure.{channel.value}",
            label=f"{channel.label}主动公开信息",
            unit="条",
            rule=RULE,
            register="disclosures.posting",
            period=DURING,
            owner="bgs",
            params={"channel": channel.value},
        )
    )
