"""Registers of enforcement, in the order of the menu."""

from kernel.registers.columns import Column
from kernel.registers.conditions import When
from kernel.registers.masks import mask_name, mask_phone
from kernel.registers.register import Register, register

from . import forms, models
from .filters import (
    AttendanceFilters,
    DrawnFilters,
    MemberFilters,
    OfficerFilters,
    RequirementFilters,
    ResultFilters,
    TaskFilters,
    ViolationFilters,
    VisitFilters,
)


@register
class InspectionPlanRegister(Register):
    model = models.InspectionPlan
    description = "每年公布一次的双随机抽查计划。"
    columns = (
        Column("year", priority=1),
        Column("title", priority=1),
        Column("number", priority=1),
        "issued_on",
        "published_on",
    )
    fieldsets = (
        (
            "计划",
            ("unit", "year", "title", "number", "issued_on", "published_on", "url", "requirements"),
        ),
    )
    search = ("title", "number")
    ordering = ("-year",)
    parts = ("enforcement.InspectionTask",)


@register
class InspectionTaskRegister(Register):
    model = models.InspectionTask
    description = "按计划开展的双随机抽查任务，每次抽查一条；有配合部门的为跨部门联合抽查。"
    columns = (
        Column("held_on", priority=1),
        Column("title", priority=1),
        Column("lead_agency", priority=1),
        "partners",
        "matter_class",
        "finished_on",
        "published_on",
    )
    fieldsets = (
        ("任务", ("unit", "plan", "number", "title", "matters", "matter_class")),
        ("抽取", ("scope", "ratio", "drawn_on", "witness")),
        ("实施", ("lead_agency", "partners", "held_on", "finished_on", "published_on")),
    )
    filters = ("matter_class",)
    filterset_base = TaskFilters
    search = ("title", "number")
    ordering = ("-held_on",)
    parts = ("enforcement.DrawnSubject",)
    form_class = forms.TaskForm


@register
class DrawnSubjectRegister(Register):
    model = models.DrawnSubject
    description = "各次任务抽中的检查对象；被替换的保留在册但不计数。"
    columns = (
        Column("order", priority=3),
        Column("subject.name", label="检查对象", priority=1),
        Column("subject.kind"),
        Column("task.title", label="抽查任务", priority=1),
        Column("task.held_on", priority=1),
        "replaced",
    )
    fieldsets = (
        ("抽中对象", ("task", "subject", "order", "replaced", "replaced_reason", "notes")),
    )
    conditions = {"replaced_reason": When("replaced", True)}
    filters = ("replaced",)
    filterset_base = DrawnFilters
    search = ("subject__name", "task__title")
    ordering = ("task", "order")
    parts = ("enforcement.InspectionAssignment", "enforcement.InspectionResult")


@register
class InspectionAssignmentRegister(Register):
    model = models.InspectionAssignment
    description = "随机抽取并分派到各检查对象的执法人员。"
    columns = (
        Column("officer.name", label="执法人员", priority=1),
        Column("officer.certificate_number", priority=1),
        Column("drawn.subject.name", label="检查对象", priority=1),
        Column("drawn.task.title", label="抽查任务"),
        "duty",
    )
    fieldsets = (("检查人员", ("drawn", "officer", "duty")),)
    search = ("officer__name", "drawn__subject__name")
    form_class = forms.AssignmentForm
    in_menu = False


@register
class InspectionResultRegister(Register):
    model = models.InspectionResult
    description = "抽中对象的检查结果，谁检查、谁录入、谁公示；审核通过后计入回填率。"
    columns = (
        Column("inspected_on", priority=1),
        Column("drawn.subject.name", label="检查对象", priority=1),
        Column("findings", label="抽查结果", priority=1),
        Column("drawn.task.title", label="抽查任务"),
        "entered_on",
        "published_on",
    )
    fieldsets = (
        ("结果", ("unit", "drawn", "codes", "inspected_on", "details", "follow_up")),
        ("公示", ("entered_on", "published_on")),
    )
    extra_facts = (Column("findings", label="抽查结果"),)
    filterset_base = ResultFilters
    search = ("drawn__subject__name",)
    ordering = ("-entered_on",)
    form_class = forms.ResultForm


@register
class JointOperationRegister(Register):
    model = models.JointOperation
    description = "多部门联合开展的校外培训检查，每次检查一条，出动人员、巡查家次登记在明细中。"
    columns = (
        Column("held_on", priority=1),
        Column("title", priority=1),
        Column("level", priority=1),
        "campaign",
        "agencies",
        "area",
    )
    fieldsets = (
        ("检查", ("unit", "title", "campaign", "level", "agencies", "area")),
        ("实施", ("held_on", "finished_on", "summary")),
    )
    filters = ("level",)
    search = ("title", "campaign")
    ordering = ("-held_on",)
    parts = (
        "enforcement.PatrolMember",
        "enforcement.InspectionVisit",
        "enforcement.Violation",
    )
    form_class = forms.OperationForm


@register
class PatrolMemberRegister(Register):
    model = models.PatrolMember
    description = "各次联合检查出动的人员：巡查组、处置组按人数，执法人员逐人登记。"
    columns = (
        Column("operation.held_on", priority=1),
        Column("role", priority=1),
        Column("headcount", priority=1),
        Column("officer.name", label="执法人员"),
        "sent_by",
        Column("operation.title", label="联合检查"),
    )
    fieldsets = (("出动人员", ("operation", "role", "headcount", "officer", "sent_by")),)
    conditions = {"officer": When("role", models.PatrolRole.OFFICER)}
    filters = ("role",)
    filterset_base = MemberFilters
    search = ("operation__title", "sent_by", "officer__name")
    ordering = ("operation", "pk")


@register
class InspectionVisitRegister(Register):
    model = models.InspectionVisit
    description = "联合检查中对每个对象的每次巡查，一次计1家次。"
    columns = (
        Column("visited_on", priority=1),
        Column("subject.name", label="巡查对象", priority=1),
        Column("subject.kind"),
        Column("finding", priority=1),
        Column("operation.title", label="联合检查"),
        "notes",
    )
    fieldsets = (("巡查", ("operation", "subject", "visited_on", "sequence", "finding", "notes")),)
    filters = ("finding",)
    filterset_base = VisitFilters
    search = ("subject__name", "operation__title")
    ordering = ("-visited_on",)


@register
class ViolationRegister(Register):
    model = models.Violation
    description = "联合检查查处的违规机构和隐形学科类培训点，每次违规一条。"
    columns = (
        Column("found_on", priority=1),
        "number",
        Column("subject.name", label="违规对象", priority=1),
        Column("subject.kind"),
        Column("kind", priority=1),
        Column("operation.title", label="联合检查"),
    )
    fieldsets = (
        ("违规", ("unit", "operation", "subject", "number", "found_on", "kind")),
        ("情况", ("facts", "legal_basis", "pupils")),
    )
    filters = ("kind",)
    filterset_base = ViolationFilters
    search = ("subject__name", "number")
    ordering = ("-found_on",)
    parts = ("enforcement.RectificationOrder",)


@register
class RectificationOrderRegister(Register):
    model = models.RectificationOrder
    description = "对违规行为发出的责令整改；责令整改不是行政处罚。"
    columns = (
        Column("issued_on", priority=1),
        Column("number", priority=1),
        Column("violation.subject.name", label="违规对象", priority=1),
        "on_site",
        "deadline",
        "rechecked_on",
        "result",
    )
    fieldsets = (
        ("责令", ("unit", "violation", "number", "on_site", "issued_on", "requirement")),
        ("整改", ("deadline", "rechecked_on", "result")),
    )
    conditions = {
        "rechecked_on": When(
            "result",
            models.OrderResult.RECTIFIED,
            models.OrderResult.PARTLY,
            models.OrderResult.REFUSED,
            always=True,
        )
    }
    filters = ("on_site", "result")
    search = ("number", "violation__subject__name")
    ordering = ("-issued_on",)
    form_class = forms.OrderForm


@register
class OfficerRegister(Register):
    model = models.Officer
    description = "本机关持有行政执法证的人员，按日期判断证件是否有效、人员是否在岗。"
    columns = (
        Column("name", priority=1),
        Column("certificate_number", priority=1),
        "unit",
        "enforcement_field",
        Column("valid_to", priority=1),
        "certificate_status",
        "on_post",
        "staffed",
    )
    fieldsets = (
        ("人员", ("unit", "name", "post", "on_post", "staffed", "joined_on", "left_on")),
        (
            "证件",
            ("certificate_number", "enforcement_field", "exam_passed_on", "issued_on", "valid_to"),
        ),
        ("状态", ("certificate_status", "status_changed_on", "remarks")),
    )
    conditions = {
        "status_changed_on": When(
            "certificate_status",
            models.CertificateStatus.SUSPENDED,
            models.CertificateStatus.CANCELLED,
            always=True,
        )
    }
    extra_facts = (Column("hours_by_year", label="业务知识和法律法规学时"),)
    filters = ("enforcement_field", "certificate_status", "on_post", "staffed")
    filterset_base = OfficerFilters
    search = ("name", "certificate_number")
    ordering = ("unit", "certificate_number")
    parts = (
        "enforcement.TrainingAttendance",
        "enforcement.PatrolMember",
        "enforcement.InspectionAssignment",
    )


@register
class TrainingSessionRegister(Register):
    model = models.TrainingSession
    description = "执法人员参加的培训，按学时类型登记，参加人员及学时登记在明细中。"
    columns = (
        Column("held_on", priority=1),
        Column("title", priority=1),
        Column("kind", priority=1),
        "hours",
        "organizer",
        "place",
    )
    fieldsets = (
        ("培训", ("unit", "title", "kind", "held_on", "hours")),
        ("组织", ("organizer", "lecturer", "place", "content")),
    )
    filters = ("kind",)
    search = ("title", "organizer")
    ordering = ("-held_on",)
    parts = ("enforcement.TrainingAttendance",)


@register
class TrainingAttendanceRegister(Register):
    model = models.TrainingAttendance
    description = "执法人员在每次培训中获得的学时。"
    columns = (
        Column("session.held_on", priority=1),
        Column("officer.name", label="执法人员", priority=1),
        Column("hours", priority=1),
        Column("session.kind"),
        Column("session.title", label="执法培训"),
        "score",
    )
    fieldsets = (("学时", ("session", "officer", "hours", "score", "notes")),)
    filterset_base = AttendanceFilters
    search = ("officer__name", "session__title")


@register
class TrainingRequirementRegister(Register):
    model = models.TrainingRequirement
    description = "各年度执法人员培训学时下限及其依据；依据待确认的不用于统计。"
    columns = (
        Column("year", priority=1),
        Column("hour_group", priority=1),
        Column("minimum_hours", priority=1),
        "basis",
        "certainty",
    )
    fieldsets = (("要求", ("unit", "year", "hour_group", "minimum_hours", "basis", "certainty")),)
    filters = ("hour_group", "certainty")
    filterset_base = RequirementFilters
    ordering = ("-year", "hour_group")


@register
class InspectionSubjectRegister(Register):
    model = models.InspectionSubject
    description = "检查对象名录库：校外培训机构、隐形培训点、学校和体育经营场所。"
    columns = (
        Column("name", priority=1),
        Column("kind", priority=1),
        Column("township", priority=1),
        "business",
        "credit_code",
        "credit_class",
        "manager",
        "phone",
    )
    fieldsets = (
        ("对象", ("unit", "kind", "name", "school", "credit_code", "licence_number", "business")),
        ("联系", ("township", "address", "manager", "phone")),
        ("监管", ("credit_class", "key_subject", "listed_on", "delisted_on")),
    )
    conditions = {"school": When("kind", models.SubjectKind.SCHOOL, required=False)}
    filters = ("kind", "credit_class", "key_subject")
    search = ("name", "credit_code", "township")
    ordering = ("kind", "name")
    parts = ("enforcement.DrawnSubject", "enforcement.InspectionVisit", "enforcement.Violation")
    personal = {"manager": mask_name, "phone": mask_phone}
