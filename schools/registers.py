"""Registers of the schools' app."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractMonth

from kernel.records.status import Status
from kernel.registers.columns import Column
from kernel.registers.conditions import When
from kernel.registers.masks import mask_phone
from kernel.registers.register import Register, register

from .filters import (
    DrillObligationFilterSet,
    MediaMentionFilterSet,
    SchoolFilterSet,
)
from .models import (
    Drill,
    DrillLevel,
    DrillObligation,
    EducationGroup,
    EducationGroupMember,
    ExamIncident,
    LegalVicePrincipal,
    LightingInstallation,
    MediaMention,
    NetworkSecurityTraining,
    Project,
    ProjectOutput,
    School,
    SchoolTerm,
    StudentAid,
)

SCHOOL = Column("school.unit.name", "学校", priority=1)


@register
class SchoolRegister(Register):
    model = School
    label = "学校名录"
    description = "全市中小学、幼儿园名录，演练、法治副校长、集团化办学等都以在办学校为准。"
    columns = (
        Column("unit.name", "学校名称", priority=1),
        Column("stage", priority=1),
        "ownership",
        "principal",
        Column("pupils", priority=1),
        "staff",
        "opened_on",
        "closed_on",
    )
    fieldsets = (
        ("基本信息", ("unit", "stage", "ownership", "school_code", "credit_code")),
        ("联系方式", ("principal", "phone", "address")),
        ("办学", ("opened_on", "closed_on", "classes", "pupils", "staff", "boarding")),
    )
    filters = ("stage", "ownership", "boarding")
    filterset_base = SchoolFilterSet
    search = ("unit__name", "school_code", "principal")
    ordering = ("unit__path",)
    parts = (
        "schools.LegalVicePrincipal",
        "schools.EducationGroupMember",
        "schools.DrillObligation",
        "schools.Drill",
    )

    def get_queryset(self) -> QuerySet[Any]:
        return School.objects.select_related("unit")


@register
class SchoolTermRegister(Register):
    model = SchoolTerm
    label = "学期（校历）"
    description = "每学年两个学期的起止日期，决定中小学哪些月份应当演练。"
    columns = (
        Column("name", priority=1),
        Column("starts_on", priority=1),
        Column("ends_on", priority=1),
        "document_number",
        "status",
    )
    fieldsets = (("学期", ("unit", "name", "starts_on", "ends_on", "document_number")),)
    search = ("name",)
    ordering = ("-starts_on",)


@register
class DrillRegister(Register):
    model = Drill
    description = "已经举行的应急疏散演练，学校逐次登记，市级综合演练由学校安全管理科登记。"
    columns = (
        Column("held_on", priority=1),
        SCHOOL,
        "level",
        Column("kind", priority=1),
        "name",
        "participants",
        "minutes",
        "status",
    )
    fieldsets = (
        ("演练", ("unit", "level", "school", "name", "kind", "held_on", "place")),
        ("组织", ("participants", "minutes", "evacuation_seconds", "commander", "partners")),
        ("评估", ("result", "evaluation")),
    )
    conditions = {"school": When("level", DrillLevel.SCHOOL)}
    filters = ("level", "kind", "result")
    search = ("name", "school__unit__name")
    ordering = ("-held_on",)

    def get_queryset(self) -> QuerySet[Any]:
        """With the month of the drill, which a figure names."""
        return Drill.objects.annotate(month=ExtractMonth("held_on"))


def drills_done() -> Coalesce:
    """Approved drills of the row's school within its period; the city's own have no school."""
    drills = Drill.objects.filter(
        school=OuterRef("school"),
        status=Status.APPROVED,
        held_on__gte=OuterRef("period_start"),
        held_on__lte=OuterRef("period_end"),
    )
    counted = drills.order_by().values("school").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


@register
class DrillObligationRegister(Register):
    model = DrillObligation
    label = "演练应办期间"
    description = "按学校和学期自动生成：中小学学期内每月、幼儿园每季度至少演练一次。"
    columns = (
        SCHOOL,
        "frequency",
        Column("period_start", priority=1),
        "period_end",
        Column("done", "已演练次数", sort="done", priority=1),
    )
    fieldsets = (("期间", ("school", "frequency", "period_start", "period_end")),)
    extra_facts = (Column("done", "已演练次数"),)
    filters = ("frequency",)
    filterset_base = DrillObligationFilterSet
    search = ("school__unit__name",)
    ordering = ("-period_start", "school__unit__path")

    def get_queryset(self) -> QuerySet[Any]:
        return DrillObligation.objects.annotate(done=drills_done())


@register
class LegalVicePrincipalRegister(Register):
    model = LegalVicePrincipal
    description = "法院、检察院、公安、司法行政部门派到各校的法治副校长及其聘期。"
    columns = (
        Column("name", priority=1),
        SCHOOL,
        "organ",
        "employer",
        Column("appointed_on", priority=1),
        "term_ends_on",
        "hours",
        "status",
    )
    fieldsets = (
        ("人员", ("unit", "school", "name", "organ", "employer", "post", "phone", "retired")),
        ("聘任", ("appointed_on", "term_ends_on", "letter_number", "hours", "duties")),
    )
    filters = ("organ", "retired")
    search = ("name", "employer", "school__unit__name")
    ordering = ("-appointed_on",)
    personal = {"phone": mask_phone}


@register
class EducationGroupRegister(Register):
    model = EducationGroup
    description = "集团化办学的教育集团、核心校及成员校。"
    columns = (
        Column("name", priority=1),
        Column("lead_school.unit.name", "核心校", priority=1),
        "area",
        Column("established_on", priority=1),
        "dissolved_on",
        "status",
    )
    fieldsets = (
        ("集团", ("unit", "name", "lead_school", "area", "document_number", "charter")),
        ("存续", ("established_on", "dissolved_on")),
    )
    search = ("name", "area", "lead_school__unit__name")
    ordering = ("name",)
    parts = ("schools.EducationGroupMember",)


@register
class EducationGroupMemberRegister(Register):
    model = EducationGroupMember
    description = "各教育集团的成员校和幼儿园，进出均留日期。"
    columns = (
        Column("group", priority=1),
        SCHOOL,
        "school.stage",
        Column("joined_on", priority=1),
        "left_on",
    )
    fieldsets = (("成员", ("group", "school", "joined_on", "left_on")),)
    search = ("group__name", "school__unit__name")
    ordering = ("group__name", "joined_on")
    in_menu = False


@register
class ProjectRegister(Register):
    model = Project
    description = "列入年度清单的为民办实事工程和重点工程。"
    columns = (
        Column("name", priority=1),
        Column("kind", priority=1),
        "year",
        "investment",
        "started_on",
        "planned_on",
        Column("completed_on", priority=1),
        "status",
    )
    fieldsets = (
        ("工程", ("unit", "name", "full_name", "kind", "year", "school", "document_number")),
        ("建设", ("builder", "content", "investment", "started_on", "planned_on", "completed_on")),
    )
    filters = ("kind",)
    search = ("name", "full_name")
    ordering = ("-year", "kind", "name")
    parts = ("schools.ProjectOutput",)


@register
class ProjectOutputRegister(Register):
    model = ProjectOutput
    description = "工程竣工后新增的学位、床位等，按竣工日期计入年度。"
    columns = (
        Column("project.name", "工程", priority=1),
        Column("kind", priority=1),
        Column("quantity", priority=1),
        "project.completed_on",
        "remark",
    )
    fieldsets = (("成果", ("project", "kind", "quantity", "remark")),)
    filters = ("kind",)
    search = ("project__name",)
    ordering = ("-project__completed_on",)
    in_menu = False


@register
class LightingInstallationRegister(Register):
    model = LightingInstallation
    description = "幼儿园照明提升工程：逐园、逐批登记健康照明灯安装验收情况。"
    columns = (
        Column("kindergarten.unit.name", "幼儿园", priority=1),
        Column("fitted_on", priority=1),
        "rooms",
        Column("lamps", priority=1),
        "illuminance",
        "supplier",
        "amount",
        "status",
    )
    fieldsets = (
        ("安装", ("unit", "kindergarten", "fitted_on", "rooms", "lamps", "illuminance")),
        ("合同", ("supplier", "contract_number", "amount")),
    )
    search = ("kindergarten__unit__name", "supplier")
    ordering = ("-fitted_on",)


@register
class StudentAidRegister(Register):
    model = StudentAid
    description = "家庭经济困难学生资助：按学段（学校）、学期、项目登记人次和金额。"
    columns = (
        Column("term.name", "学期", priority=1),
        "stage",
        Column("school.unit.name", "学校"),
        "kind",
        Column("scheme", priority=1),
        "beneficiaries",
        Column("amount", priority=1),
        "status",
    )
    fieldsets = (
        ("资助", ("unit", "year", "term", "stage", "school", "kind", "scheme")),
        ("落实", ("beneficiaries", "amount", "basis")),
    )
    filters = ("stage", "kind")
    search = ("scheme", "school__unit__name")
    ordering = ("-year", "-term__starts_on", "stage")


@register
class ExamIncidentRegister(Register):
    model = ExamIncident
    description = "招生考试组织中发生的差错和事故；全年无已审核记录即为零差错。"
    columns = (
        Column("held_on", priority=1),
        Column("exam", priority=1),
        Column("kind", priority=1),
        "site",
        "closed_on",
        "status",
    )
    fieldsets = (
        ("差错", ("unit", "exam", "kind", "held_on", "site", "facts")),
        ("处置", ("handling", "closed_on")),
    )
    filters = ("exam", "kind")
    search = ("facts", "site")
    ordering = ("-held_on",)


@register
class MediaMentionRegister(Register):
    model = MediaMention
    description = "各级媒体对本市教育体育工作的报道，一家媒体一篇报道登记一次。"
    columns = (
        Column("published_on", priority=1),
        Column("outlet", priority=1),
        Column("title", priority=1),
        "topic",
        "column_name",
        "status",
    )
    fieldsets = (
        ("报道", ("unit", "outlet", "column_name", "title", "published_on", "topic")),
        ("内容", ("url", "summary")),
    )
    filters = ("topic",)
    filterset_base = MediaMentionFilterSet
    search = ("outlet", "title")
    ordering = ("-published_on",)


@register
class NetworkSecurityTrainingRegister(Register):
    model = NetworkSecurityTraining
    description = "校园长、网管员等参加的网络安全培训和网络安全应急演练。"
    columns = (
        Column("held_on", priority=1),
        Column("name", priority=1),
        "kind",
        "audience",
        Column("trainees", priority=1),
        "hours",
        "status",
    )
    fieldsets = (
        ("活动", ("unit", "name", "kind", "held_on", "place", "trainer", "content")),
        ("参加", ("audience", "trainees", "hours")),
    )
    filters = ("kind",)
    search = ("name", "audience")
    ordering = ("-held_on",)
