"""Random inspection (双随机、一公开): plan, task, draw, assignment, result."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from kernel.records.models import Part, Record, track


class ResultCode(models.TextChoices):
    """Result codes of random inspections; several may apply to one subject."""

    CLEAN = "01", "未发现问题"
    CORRECTED = "02", "发现问题经责令已改正"
    NO_ACTIVITY = "03", "未发现本次抽查涉及的经营（办学）活动"
    OBSTRUCTED = "04", "不配合检查情节严重"
    DEREGISTERED = "05", "注销"
    PAUSED = "06", "暂停营业"
    LICENCE_REVOKED = "07", "吊证"
    CLOSED = "08", "关闭"
    PENDING = "09", "发现问题待后续处理"
    UNREACHABLE = "10", "通过登记的住所（经营场所）无法联系"
    ANNULLED = "11", "被撤销"
    MOVED = "12", "迁出"
    NOT_PUBLISHED = "13", "未按规定公示应当公示的信息"
    FALSE_PUBLICATION = "14", "公示信息隐瞒真实情况弄虚作假"


@track
class InspectionPlan(Record):
    """The published plan of one year's random inspections; all sections work from it."""

    shared = True
    period_field = "year"

    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000)])
    title = models.CharField("计划名称", max_length=120)
    number = models.CharField("文号", max_length=40, blank=True)
    issued_on = models.DateField("印发日期")
    published_on = models.DateField("公示日期", null=True, blank=True)
    url = models.URLField("公示网址", blank=True)
    requirements = models.TextField("工作要求", blank=True)

    class Meta(Record.Meta):
        verbose_name = "双随机抽查计划"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["year", "title"],
                name="enforcement_plan_unique",
                violation_error_message="该年度的同名计划已经登记，请打开原记录修改。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MatterClass(models.TextChoices):
    KEY = "key", "重点检查事项"
    GENERAL = "general", "一般检查事项"


@track
class InspectionTask(Record):
    """One random inspection. Joint when a department besides the leading one takes part."""

    period_field = "held_on"

    plan = models.ForeignKey(
        InspectionPlan,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name="抽查计划",
    )
    number = models.CharField(
        "任务编号",
        max_length=40,
        unique=True,
        error_messages={"unique": "该任务编号已经登记，请打开原记录修改。"},
    )
    title = models.CharField("任务名称", max_length=120)
    matters = models.TextField("抽查事项", help_text="列出随机抽查事项清单中的事项。")
    matter_class = models.CharField(
        "事项类别", max_length=10, choices=MatterClass.choices, default=MatterClass.GENERAL
    )
    scope = models.CharField("对象范围", max_length=120)
    ratio = models.DecimalField("抽查比例（%）", max_digits=5, decimal_places=2)
    drawn_on = models.DateField("抽取日期", null=True, blank=True)
    witness = models.CharField("抽取监督人", max_length=30, blank=True)
    held_on = models.DateField("开展日期", help_text="任务计入开展日期所在年度。")
    finished_on = models.DateField("完成日期", null=True, blank=True)
    published_on = models.DateField("结果公示日期", null=True, blank=True)
    lead_agency = models.ForeignKey(
        "organization.Agency",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="发起部门",
    )
    partners = models.ManyToManyField(
        "organization.Agency",
        through="enforcement.TaskPartner",
        related_name="+",
        blank=True,
        verbose_name="配合部门",
        help_text="没有其他部门配合的为单一部门抽查，有其他部门配合的为跨部门联合抽查。",
    )

    class Meta(Record.Meta):
        verbose_name = "双随机抽查任务"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("held_on")),
                name="enforcement_task_finished_after_start",
                violation_error_message="完成日期不能早于开展日期，请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(drawn_on__isnull=True) | Q(drawn_on__lte=F("held_on")),
                name="enforcement_task_drawn_before_start",
                violation_error_message="抽取日期不能晚于开展日期，须先抽取后检查。",
            ),
            models.CheckConstraint(
                condition=Q(ratio__gt=0) & Q(ratio__lte=100),
                name="enforcement_task_ratio_range",
                violation_error_message="抽查比例须大于0且不超过100。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "held_on"],
                include=["id", "lead_agency"],
                name="enforcement_task_period",
            )
        ]

    def __str__(self) -> str:
        return self.title


@track
class TaskPartner(models.Model):
    """A department that takes part in a task besides the leading one."""

    task = models.ForeignKey(InspectionTask, on_delete=models.CASCADE, verbose_name="抽查任务")
    agency = models.ForeignKey(
        "organization.Agency", on_delete=models.PROTECT, verbose_name="配合部门"
    )

    class Meta:
        verbose_name = "配合部门"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "agency"], name="enforcement_task_partner_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.agency)


@track
class DrawnSubject(Part):
    """A subject drawn in a task; a replaced one stays on the list but does not count."""

    owner = "task"
    period_field = "task__held_on"

    task = models.ForeignKey(
        InspectionTask,
        on_delete=models.CASCADE,
        related_name="drawn",
        db_index=False,  # the unique constraint below begins with it
        verbose_name="抽查任务",
    )
    subject = models.ForeignKey(
        "enforcement.InspectionSubject",
        on_delete=models.PROTECT,
        related_name="draws",
        verbose_name="检查对象",
    )
    order = models.PositiveSmallIntegerField("抽取序号", validators=[MinValueValidator(1)])
    replaced = models.BooleanField(
        "已替换", default=False, help_text="被替换的对象不计入检查主体数和回填率。"
    )
    replaced_reason = models.CharField("替换原因", max_length=120, blank=True)
    notes = models.CharField("备注", max_length=120, blank=True)

    class Meta(Part.Meta):
        verbose_name = "抽中对象"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["task", "subject"],
                include=["id", "replaced"],
                name="enforcement_drawn_unique",
                violation_error_message="该对象在本任务中已经抽中，不能重复登记。",
            ),
            models.UniqueConstraint(
                fields=["task", "order"],
                name="enforcement_drawn_order_unique",
                violation_error_message="该抽取序号在本任务中已经使用，请改用下一个序号。",
            ),
            models.CheckConstraint(
                condition=Q(replaced=False, replaced_reason="")
                | (Q(replaced=True) & ~Q(replaced_reason="")),
                name="enforcement_drawn_replaced_reason",
                violation_error_message="替换抽中对象须写明原因；未替换的不填原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}（第{self.order}号）"


@track
class InspectionAssignment(Part):
    """An officer drawn to inspect one subject."""

    owner = "drawn__task"
    period_field = "drawn__task__held_on"

    drawn = models.ForeignKey(
        DrawnSubject,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name="抽中对象",
    )
    officer = models.ForeignKey(
        "enforcement.Officer",
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name="执法人员",
    )
    duty = models.CharField("分工", max_length=40, blank=True, help_text="如主检、协检、记录。")

    class Meta(Part.Meta):
        verbose_name = "检查人员"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["drawn", "officer"],
                name="enforcement_assignment_unique",
                violation_error_message="该执法人员已经分派到此对象。",
            )
        ]

    def __str__(self) -> str:
        return str(self.officer)

    def clean(self) -> None:
        """Only a person with a valid certificate inspects (行政处罚法 §42)."""
        if self.drawn_id and self.officer_id:
            why = self.officer.refusal_on(self.drawn.task.held_on)
            if why:
                raise ValidationError({"officer": why})


@track
class InspectionResult(Record):
    """What the inspection of one drawn subject found; approved on its own."""

    period_field = "entered_on"

    drawn = models.ForeignKey(
        DrawnSubject,
        on_delete=models.PROTECT,
        related_name="results",
        db_index=False,  # the unique constraint below is its index
        verbose_name="抽中对象",
        help_text="每个抽中对象一条结果；录入并审核通过后计入回填。",
    )
    codes = ArrayField(
        models.CharField(max_length=2, choices=ResultCode.choices),
        verbose_name="抽查结果",
        help_text="可多选；“未发现问题”不能与其他结果同选。",
    )
    inspected_on = models.DateField("检查日期")
    entered_on = models.DateField("录入日期", help_text="完成抽查后20个工作日内录入并公示。")
    published_on = models.DateField("公示日期", null=True, blank=True)
    details = models.TextField("检查情况", blank=True)
    follow_up = models.TextField(
        "后续处置", blank=True, help_text="结果为“发现问题待后续处理”的必须填写。"
    )

    class Meta(Record.Meta):
        verbose_name = "抽查结果"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["drawn"],
                include=["status"],
                name="enforcement_result_unique",
                violation_error_message="该对象的抽查结果已经录入，请打开原记录修改。",
            ),
            models.CheckConstraint(
                condition=Q(codes__len__gte=1),
                name="enforcement_result_codes_present",
                violation_error_message="请至少选择一项抽查结果。",
            ),
            models.CheckConstraint(
                condition=~Q(codes__contains=[ResultCode.CLEAN]) | Q(codes__len=1),
                name="enforcement_result_clean_alone",
                violation_error_message="“未发现问题”不能与其他结果同选，请取消其中之一。",
            ),
            models.CheckConstraint(
                condition=~Q(codes__contains=[ResultCode.PENDING]) | ~Q(follow_up=""),
                name="enforcement_result_follow_up",
                violation_error_message="结果为“发现问题待后续处理”的，须填写后续处置。",
            ),
            models.CheckConstraint(
                condition=Q(entered_on__gte=F("inspected_on")),
                name="enforcement_result_entered_after_inspection",
                violation_error_message="录入日期不能早于检查日期，请核对两个日期。",
            ),
        ]
        indexes = [models.Index(fields=["status", "entered_on"], name="enforcement_result_period")]

    def __str__(self) -> str:
        return f"{self.drawn.subject}抽查结果"

    @property
    def findings(self) -> str:
        """The result codes in words."""
        return "、".join(f"{code} {ResultCode(code).label}" for code in self.codes)
