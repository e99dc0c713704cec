"""Figures of 化解社会矛盾纠纷: petitions by channel and level, punctuality, satisfaction."""

from kernel.indicators.aggregates import Aggregate, Count, Ratio
from kernel.indicators.indicator import Indicator, catalogue
from kernel.indicators.periods import DURING, CutOff, Period

from .choices import Channel

MID_NOVEMBER = Period("during", CutOff(11, 15, "截至11月中旬"))
BY_ACCEPTANCE = "已审核、甄别结果为受理的件，按受理日期计入年度；不予受理、转送退单的不计"
BY_RATING = "满意和基本满意件数÷已评价件数，未评价的不计入分子和分母；按受理日期计入年度"
LEVELS = {
    "national": ("national", "国家级"),
    "province": ("province", "省部级"),
    "nantong": ("prefecture", "设区市级"),
    "haian": ("county", "县级"),
}
"""Last part of the key: level and its general name."""
SATISFACTION = Ratio(part={"satisfied": "true"})


def _add(
    key: str,
    label: str,
    rule: str,
    params: dict[str, str],
    *,
    unit: str = "件",
    period: Period = DURING,
    aggregate: Aggregate | None = None,
    of: str | None = None,
) -> None:
    """All of them count petitions of one channel, and 办公室 or 政策法规科 answers for them."""
    catalogue.add(
        Indicator(
            key=key,
            label=label,
            unit=unit,
            rule=rule,
            register="petitions.petition",
            period=period,
            owner="fgk" if params["channel"] == Channel.SUNSHINE else "bgs",
            aggregate=aggregate or Count(),
            of=of,
            params=params,
        )
    )


def _add_levels(total: str, label: str, channel: str, levels: tuple[str, ...]) -> None:
    """The parts of a total by level, and the sum that they must make."""
    for name in levels:
        level, words = LEVELS[name]
        _add(
            f"{total}.{name}",
            f"{label}（{words}）",
            f"{BY_ACCEPTANCE}；来源层级为{words}",
            {"channel": channel, "level": level},
            of=total,
        )
    catalogue.tie(total, *(f"{total}.{name}" for name in levels))


_add("petitions.xinfang", "阳光信访件", BY_ACCEPTANCE, {"channel": "sunshine"})
_add_levels("petitions.xinfang", "阳光信访件", "sunshine", tuple(LEVELS))
_add(
    "petitions.xinfang.satisfaction",
    "阳光信访办理评价满意率",
    BY_RATING,
    {"channel": "sunshine", "rated": "true"},
    unit="%",
    aggregate=SATISFACTION,
)

_add(
    "petitions.hotline",
    "12345工单",
    f"{BY_ACCEPTANCE}；受理日期为1月1日至11月15日（含）",
    {"channel": "hotline"},
    period=MID_NOVEMBER,
)
_add(
    "petitions.hotline.on_time",
    "12345工单按时办结",
    "12345工单中，办结日期不晚于办理期限的件；经批准延期的以延期后期限为准；未办结的不计",
    {"channel": "hotline", "on_time": "true"},
    period=MID_NOVEMBER,
    of="petitions.hotline",
)

_add("petitions.mayor", "市长信箱来信", BY_ACCEPTANCE, {"channel": "mailbox"})
_add_levels("petitions.mayor", "市长信箱来信", "mailbox", ("nantong", "haian"))
_add(
    "petitions.mayor.satisfaction",
    "市长信箱满意率",
    BY_RATING,
    {"channel": "mailbox", "rated": "true"},
    unit="%",
    aggregate=SATISFACTION,
)
