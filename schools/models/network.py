"""Network-security training and drills for heads of schools and network administrators."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from kernel.records.models import Record, track

from ..validators import not_in_future


class NetworkActivity(models.TextChoices):
    TRAINING = "training", "培训"
    DRILL = "drill", "应急演练"


@track
class NetworkSecurityTraining(Record):
    """One session of training, or one drill, with the number of people who took part."""

    period_field = "held_on"

    name = models.CharField("活动名称", max_length=80)
    kind = models.CharField("活动形式", max_length=10, choices=NetworkActivity.choices)
    held_on = models.DateField("举办日期", validators=[not_in_future])
    audience = models.CharField("参加对象", max_length=60, help_text="如“校园长”“网管员”。")
    trainees = models.PositiveIntegerField(
        "参加人数",
        validators=[MinValueValidator(1)],
        help_text="以签到为准；年度人数为各次活动签到人数之和。",
    )
    hours = models.DecimalField(
        "学时", max_digits=4, decimal_places=1, validators=[MinValueValidator(Decimal("0.5"))]
    )
    place = models.CharField("地点", max_length=60, blank=True)
    trainer = models.CharField("授课（技术支持）单位", max_length=60, blank=True)
    content = models.TextField("内容", blank=True)

    class Meta(Record.Meta):
        verbose_name = "网络安全培训和演练"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(trainees__gte=1, hours__gt=0),
                name="network_training_positive",
                violation_error_message="参加人数和学时都须大于 0,请按签到和实际学时填写。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "held_on"], name="network_training_status_held")
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.name}"
