"""Registers of normative documents and of meetings."""

from kernel.registers.columns import Column
from kernel.registers.conditions import When
from kernel.registers.register import Register, register

from .filters import DocumentFilterSet
from .models import Meeting, NormativeDocument
from .models.document import IssuingMode


@register
class NormativeDocumentRegister(Register):
    model = NormativeDocument
    description = "本局制发的规范性文件和内部制度，从起草、审核、印发到清理、废止的全过程。"
    columns = (
        Column("title", priority=1),
        Column("number", priority=1),
        "kind",
        "issuing_mode",
        "issued_on",
        Column("effective_on", priority=1),
        "expires_on",
        "repealed_on",
    )
    fieldsets = (
        (
            "文件",
            ("unit", "title", "number", "kind", "issuing_mode", "replaces", "drafting_unit"),
        ),
        ("性质", ("enforcement_system", "upper_law", "trial")),
        (
            "制定程序",
            ("consulted_from", "consulted_until", "reviewed_on", "review_opinion", "decided_on"),
        ),
        ("印发", ("issued_on", "published_on", "filed_on", "interpretation_url")),
        ("效力与清理", ("effective_on", "expires_on", "repealed_on", "clean_up", "cleaned_on")),
    )
    conditions = {
        "replaces": When("issuing_mode", IssuingMode.REVISE, required=False),
        "number": When("issued_on", always=True),
        "cleaned_on": When("clean_up"),
    }
    filters = ("kind", "issuing_mode", "enforcement_system", "trial", "clean_up", "drafting_unit")
    filterset_base = DocumentFilterSet
    search = ("title", "number")
    ordering = ("-issued_on",)


@register
class MeetingRegister(Register):
    model = Meeting
    description = "研究法治建设和其他重要工作的会议，一次会议登记一条。"
    columns = (
        Column("title", priority=1),
        Column("kind", priority=1),
        Column("held_on", priority=1),
        "chair",
        "participants",
        "rule_of_law_item",
    )
    fieldsets = (
        ("会议", ("unit", "title", "kind", "held_on", "place")),
        ("出席", ("chair", "chaired_by_head", "participants")),
        ("内容", ("rule_of_law_item", "agenda", "decisions")),
    )
    filters = ("kind", "rule_of_law_item", "chaired_by_head")
    search = ("title", "agenda")
    ordering = ("-held_on",)
