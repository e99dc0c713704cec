"""Reports of the media on the bureau's work."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kernel.records.models import Record, track
from kernel.records.status import Status

from ..validators import not_in_future


class MediaTopic(models.TextChoices):
    DOUBLE_REDUCTION = "double_reduction", "双减"
    AFTER_SCHOOL = "after_school", "课后服务"
    OTHER = "other", "其他"


@track
class MediaMention(Record):
    """One report in one outlet on one day. The same text in two outlets is two rows."""

    period_field = "published_on"

    outlet = models.CharField("媒体", max_length=40)
    column_name = models.CharField("栏目（版面）", max_length=40, blank=True)
    title = models.CharField("标题", max_length=120)
    published_on = models.DateField("刊播日期", validators=[not_in_future])
    topic = models.CharField(
        "主题",
        max_length=20,
        choices=MediaTopic.choices,
        help_text="主题为双减或课后服务的，计入“媒体推介双减经验”次数。",
    )
    url = models.URLField("链接", max_length=300, blank=True)
    summary = models.TextField("摘要", blank=True)

    class Meta(Record.Meta):
        verbose_name = "媒体推介"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["outlet", "title", "published_on"],
                condition=~Q(status=Status.WITHDRAWN),
                name="media_mention_unique",
                violation_error_message="该媒体当日的同一报道已经登记，不重复计数。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "published_on"], name="media_mention_status_published")
        ]

    def __str__(self) -> str:
        return f"{self.outlet}：{self.title}"
