"""The list of powers (权力事项清单) and its dynamic adjustment."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.records.models import Record, Validity, track
from kernel.values.codes import valid_phone

SECTION_KINDS = ("section", "affiliated")


class Category(models.TextChoices):
    """The ten categories of administrative powers.

    Every category can be counted, also those in which this bureau holds no item.
    """

    LICENCE = "licence", "行政许可"
    PENALTY = "penalty", "行政处罚"
    COERCION = "coercion", "行政强制"
    LEVY = "levy", "行政征收"
    PAYMENT = "payment", "行政给付"
    INSPECTION = "inspection", "行政检查"
    CONFIRMATION = "confirmation", "行政确认"
    REWARD = "reward", "行政奖励"
    ADJUDICATION = "adjudication", "行政裁决"
    OTHER = "other", "其他权力"


CATEGORY_DIGITS = {
    category: f"{number:02d}" for number, category in enumerate(Category.values, start=1)
}
"""Third and fourth digit of a basic code, by category."""


def _code_fits_category() -> Q:
    """Basic code: 12 digits, of which the third and fourth name the category."""
    fits = Q()
    for category, digits in CATEGORY_DIGITS.items():
        fits |= Q(category=category, base_code__regex=rf"^[0-9]{{2}}{digits}[0-9]{{8}}$")
    return fits


class ExerciseLevel(models.TextChoices):
    """Level of government that exercises the power; the digit stands in the code."""

    PROVINCE = "2", "省级"
    PREFECTURE = "3", "市级"
    COUNTY = "4", "县级"
    TOWNSHIP = "5", "乡级"


class PowerSource(models.TextChoices):
    STATUTORY = "1", "法定本级行使"
    DEVOLVED = "2", "上级下放"
    AUTHORISED_ABOVE = "3", "上级授权"
    AUTHORISED = "4", "同级授权"
    ENTRUSTED_ABOVE = "5", "上级委托"
    ENTRUSTED = "6", "同级委托"


class HandlingType(models.TextChoices):
    NONE = "none", "不适用"
    INSTANT = "instant", "即办件"
    PROMISED = "promised", "承诺件"


class DayUnit(models.TextChoices):
    WORKING = "working", "工作日"
    CALENDAR = "calendar", "自然日"


class OnlineLevel(models.TextChoices):
    """How far an applicant gets without coming to the counter."""

    NONE = "0", "不可网办"
    INFORM = "1", "Ⅰ级（网上公示）"
    PRETRIAL = "2", "Ⅱ级（网上预审）"
    ACCEPT = "3", "Ⅲ级（网上受理）"
    COMPLETE = "4", "Ⅳ级（全程网办）"


@track
class PowerItem(Record):
    """One power of the bureau, in force from `effective_on` until the day before `cancelled_on`."""

    shared = True
    validity = Validity("effective_on", "cancelled_on")

    category = models.CharField(
        "权力类别",
        max_length=12,
        choices=Category.choices,
        help_text="权力类别数按在清单内事项的类别去重统计，没有事项的类别不计。",
    )
    name = models.CharField("事项名称", max_length=120)
    base_code = models.CharField(
        "基本编码", max_length=12, help_text="12位数字：地区2位+类别2位+主项5位+子项3位。"
    )
    implementation_code = models.CharField(
        "实施编码",
        max_length=31,
        blank=True,
        help_text="31位：实施主体统一社会信用代码18位+行使层级1位+基本编码12位。",
    )
    legal_basis = models.TextField("设定依据", help_text="写明法律、法规、规章名称和条款。")
    source_of_power = models.CharField(
        "权力来源", max_length=1, choices=PowerSource.choices, default=PowerSource.STATUTORY
    )
    exercise_level = models.CharField(
        "行使层级", max_length=1, choices=ExerciseLevel.choices, default=ExerciseLevel.COUNTY
    )
    section = models.ForeignKey(
        "organization.Unit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind__in": SECTION_KINDS, "active": True},
        verbose_name="责任科室",
        help_text="每个事项应明确一个责任科室；未明确的事项可在列表中筛出。",
    )
    effective_on = models.DateField("生效日期", help_text="自该日起列入清单，当日计入。")
    cancelled_on = models.DateField(
        "取消日期", null=True, blank=True, help_text="自该日起不再列入清单，当日即不计入。"
    )
    paused = models.BooleanField(
        "暂停办理", default=False, help_text="暂停办理的事项仍在清单内，照常计入事项总数。"
    )
    service_object = models.CharField("服务对象", max_length=60, blank=True)
    handling_type = models.CharField(
        "办件类型", max_length=10, choices=HandlingType.choices, default=HandlingType.NONE
    )
    statutory_days = models.PositiveSmallIntegerField("法定办结时限", null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(
        "承诺办结时限", null=True, blank=True, help_text="不得长于法定办结时限。"
    )
    day_unit = models.CharField(
        "时限单位", max_length=10, choices=DayUnit.choices, default=DayUnit.WORKING
    )
    materials = models.PositiveSmallIntegerField(
        "申请材料份数", default=0, help_text="与上年对比反映精简提交资料的情况。"
    )
    visits = models.PositiveSmallIntegerField("到现场次数", default=0)
    online_level = models.CharField(
        "网办深度", max_length=1, choices=OnlineLevel.choices, default=OnlineLevel.NONE
    )
    commitment_allowed = models.BooleanField("实行告知承诺制", default=False)
    fee_charged = models.BooleanField("收费", default=False)
    duties = models.TextField(
        "责任事项", blank=True, help_text="受理、审查、决定、送达、事后监管。"
    )
    liability = models.TextField("追责情形", blank=True)
    supervision_phone = models.CharField(
        "监督电话", max_length=20, blank=True, validators=[valid_phone]
    )

    class Meta(Record.Meta):
        verbose_name = "权力事项"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=_code_fits_category(),
                name="powers_item_code_fits_category",
                violation_error_message="基本编码须为12位数字，且第3、4位与权力类别一致，请核对编码或类别。",
            ),
            models.CheckConstraint(
                condition=Q(implementation_code="")
                | Q(implementation_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}[1-6][0-9]{12}$"),
                name="powers_item_implementation_code_form",
                violation_error_message="实施编码须为31位（信用代码18位+层级1位+基本编码12位），请核对后重填。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=F("effective_on")),
                name="powers_item_cancelled_after_effective",
                violation_error_message="取消日期须晚于生效日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(promised_days__isnull=True)
                | Q(statutory_days__isnull=True)
                | Q(promised_days__lte=F("statutory_days")),
                name="powers_item_promise_within_statute",
                violation_error_message="承诺办结时限不得长于法定办结时限，请缩短承诺时限或核对法定时限。",
            ),
            models.UniqueConstraint(
                fields=["base_code"],
                condition=Q(cancelled_on__isnull=True),
                name="powers_item_base_code_unique",
                violation_error_message="清单内已有相同基本编码的事项，请打开原事项修改，或先取消原事项。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "effective_on", "cancelled_on"],
                include=["id", "category", "section"],
                name="powers_item_in_force",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AdjustmentKind(models.TextChoices):
    ADD = "add", "新增"
    CANCEL = "cancel", "取消"
    CHANGE = "change", "变更要素"
    DEVOLVE = "devolve", "下放"
    TAKE_OVER = "take_over", "承接"
    MERGE = "merge", "合并"
    SPLIT = "split", "拆分"


@track
class PowerItemAdjustment(Record):
    """One dynamic adjustment of the list: what changed, from when, by which document."""

    period_field = "effective_on"

    item = models.ForeignKey(
        PowerItem, on_delete=models.PROTECT, related_name="adjustments", verbose_name="权力事项"
    )
    kind = models.CharField("调整类型", max_length=10, choices=AdjustmentKind.choices)
    effective_on = models.DateField("调整生效日期", help_text="须与事项的生效或取消日期一致。")
    document = models.CharField("调整文件", max_length=120, help_text="文件名称和文号。")
    grounds = models.TextField("调整原因", help_text="写明法律法规立改废或机构职能调整等依据。")
    before = models.TextField("调整前", blank=True)
    after = models.TextField("调整后", blank=True)
    reviewed_on = models.DateField("合法性审核日期", null=True, blank=True)
    decided_on = models.DateField("集体审议日期", null=True, blank=True)
    decided_by = models.CharField("审议会议", max_length=60, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = "权力事项调整"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=True)
                | Q(decided_on__isnull=True)
                | Q(decided_on__gte=F("reviewed_on")),
                name="powers_adjustment_review_before_decision",
                violation_error_message="合法性审核须在集体审议之前完成，请核对审核日期和审议日期。",
            ),
            models.UniqueConstraint(
                fields=["item", "kind", "effective_on"],
                name="powers_adjustment_unique",
                violation_error_message="该事项同一天的同类调整已经登记，请打开原记录修改。",
            ),
        ]
        indexes = [models.Index(fields=["status", "effective_on"], name="powers_adjustment_period")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.item}"
