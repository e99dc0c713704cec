"""The report of a year, the texts its sections write, and every PDF that was built from it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from kernel.jobs.models import Job
from kernel.records.models import track
from organization.models import BureauProfile

from .outline import BY_KEY, SECTIONS

TEXTS = Path(__file__).parent / "texts"


@track
class AnnualReport(models.Model):
    """The rule-of-law report of one year."""

    year = models.PositiveSmallIntegerField(
        "年度",
        unique=True,
        validators=[MinValueValidator(2004), MaxValueValidator(2100)],
        error_messages={"unique": "该年度的报告已经建立，请直接打开。"},
    )
    number = models.CharField("发文字号", max_length=40, blank=True)
    dated = models.DateField("成文日期", null=True, blank=True)

    class Meta:
        verbose_name = "年度报告"
        ordering = ["-year"]
        default_permissions = ("view", "add", "change", "compile")

    def __str__(self) -> str:
        return f"{self.year}年法治政府建设情况报告"

    def full_title(self) -> str:
        """Title as printed, with the bureau's name."""
        return f"{BureauProfile.current().name}关于{self.year}年法治政府建设情况的报告"

    def texts(self) -> "dict[str, ReportSection]":
        """Sections by key."""
        return {section.key: section for section in self.sections.select_related("unit")}


@track
class ReportSection(models.Model):
    """The text of one section, written by the unit that answers for it."""

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(
        "章节", max_length=20, choices=[(s.key, s.heading or "开头") for s in SECTIONS]
    )
    unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="撰写单位",
    )
    body = models.TextField("正文", blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="修改人",
    )

    class Meta:
        verbose_name = "报告章节"
        default_permissions = ("change",)
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="report_section_once")
        ]

    def __str__(self) -> str:
        return BY_KEY[self.key].heading or "开头"


class Layout(models.TextChoices):
    OFFICIAL = "official", "红头公文版"
    PUBLIC = "public", "公开版"


def build_path(build: "ReportBuild", filename: str) -> str:
    """Where a build's PDF is stored; the content hash keeps two builds from meeting."""
    return f"reports/{build.report.year}/{filename}"


class ReportBuild(models.Model):
    """One finished PDF with everything it was made from. Never changed afterwards.

    `snapshot` holds per figure: value, text, unit, parameters, cut-off, record count; its hash is
    over the canonical JSON. `seconds` is the time of the whole compilation.
    """

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="builds")
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="build")
    layout = models.CharField("版式", max_length=10, choices=Layout.choices)
    with_appendix = models.BooleanField("附指标表", default=True)
    snapshot = models.JSONField("指标快照")
    snapshot_hash = models.CharField("快照校验值", max_length=64)
    pdf = models.FileField("PDF", upload_to=build_path)
    pdf_hash = models.CharField("文件校验值", max_length=64)
    pages = models.PositiveSmallIntegerField("页数")
    seconds = models.DecimalField("用时（秒）", max_digits=8, decimal_places=3)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="编制人",
    )
    made_at = models.DateTimeField("编制时间", auto_now_add=True)

    class Meta:
        verbose_name = "报告文稿"
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(pages__gt=0), name="report_build_has_pages")
        ]

    def __str__(self) -> str:
        return f"{self.report}{self.get_layout_display()}第{self.pk}号"

    def figures(self) -> list[dict[str, Any]]:
        return list(self.snapshot["figures"])
