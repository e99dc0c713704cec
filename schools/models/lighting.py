"""Healthy lamps in kindergarten classrooms (幼儿园照明提升工程)."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from kernel.records.models import Record, track

from ..validators import not_in_future


@track
class LightingInstallation(Record):
    """One delivery of lamps fitted in one kindergarten; a kindergarten may have several."""

    period_field = "fitted_on"

    kindergarten = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        related_name="lighting_installations",
        verbose_name="幼儿园",
        help_text="一所幼儿园分批安装的分批登记，统计家数时只计一家。",
    )
    fitted_on = models.DateField(
        "安装完成日期", validators=[not_in_future], help_text="验收合格之日；累计数按此日期截止。"
    )
    rooms = models.PositiveSmallIntegerField("活动室（间）", validators=[MinValueValidator(1)])
    lamps = models.PositiveIntegerField("灯具（盏）", validators=[MinValueValidator(1)])
    illuminance = models.PositiveSmallIntegerField(
        "桌面平均照度（lx）", null=True, blank=True, help_text="验收实测值。"
    )
    supplier = models.CharField("供应商", max_length=60)
    contract_number = models.CharField("合同编号", max_length=40, blank=True)
    amount = models.DecimalField(
        "金额（元）",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta(Record.Meta):
        verbose_name = "健康照明安装"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(lamps__gte=1, rooms__gte=1),
                name="lighting_lamps_positive",
                violation_error_message="灯具数和活动室数都须至少为 1,请填写实际安装数。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "fitted_on"], name="lighting_status_fitted")
        ]

    def __str__(self) -> str:
        return f"{self.kindergarten} {self.fitted_on} {self.lamps}盏"

    def clean(self) -> None:
        super().clean()
        if self.kindergarten_id and not self.kindergarten.is_kindergarten:
            raise ValidationError({"kindergarten": "本台账只登记幼儿园，请选择幼儿园。"})
