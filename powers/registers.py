"""The list of powers and its adjustments, as registers."""

from kernel.registers.columns import Column
from kernel.registers.register import Register, register

from .filters import PowerItemFilters
from .models import PowerItem, PowerItemAdjustment


@register
class PowerItemRegister(Register):
    model = PowerItem
    description = (
        "本机关依法行使的行政权力事项，按生效日期和取消日期动态管理，可回溯任一日期的清单。"
    )
    columns = (
        Column("base_code", priority=3),
        Column("name", priority=1),
        Column("category", priority=1),
        Column("section", priority=1),
        "effective_on",
        "cancelled_on",
        "promised_days",
        "materials",
    )
    fieldsets = (
        ("事项", ("unit", "category", "name", "base_code", "implementation_code", "legal_basis")),
        (
            "行使",
            (
                "section",
                "source_of_power",
                "exercise_level",
                "effective_on",
                "cancelled_on",
                "paused",
            ),
        ),
        (
            "时限",
            ("service_object", "handling_type", "statutory_days", "promised_days", "day_unit"),
        ),
        ("办理", ("materials", "visits", "online_level", "commitment_allowed", "fee_charged")),
        ("责任", ("duties", "liability", "supervision_phone")),
    )
    filters = ("category", "section", "handling_type", "online_level", "paused")
    filterset_base = PowerItemFilters
    search = ("name", "base_code", "implementation_code")
    ordering = ("base_code",)
    parts = ("powers.PowerItemAdjustment",)


@register
class PowerItemAdjustmentRegister(Register):
    model = PowerItemAdjustment
    description = "权力事项的新增、取消和变更，每次调整一条，写明依据文件和审议过程。"
    columns = (
        Column("effective_on", priority=1),
        Column("kind", priority=1),
        Column("item", priority=1, sort="item__name"),
        "document",
        "decided_on",
        "published_on",
    )
    fieldsets = (
        (
            "调整",
            ("unit", "item", "kind", "effective_on", "document", "grounds", "before", "after"),
        ),
        ("程序", ("reviewed_on", "decided_on", "decided_by", "published_on")),
    )
    filters = ("kind",)
    search = ("item__name", "document")
    ordering = ("-effective_on",)
