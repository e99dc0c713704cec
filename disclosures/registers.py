"""Registers of disclosures and of their postings."""

from kernel.registers.columns import Column
from kernel.registers.conditions import When
from kernel.registers.register import Register, register

from .choices import WEBSITES
from .filters import DisclosureFilterSet, PostingFilterSet
from .models import Disclosure, Posting


@register
class DisclosureRegister(Register):
    model = Disclosure
    description = "本局主动公开的政府信息，一条信息登记一次，在各渠道的发布登记在该信息之下。"
    columns = (
        Column("title", priority=1),
        Column("index_number", priority=1),
        "theme",
        "form",
        Column("produced_on", priority=1),
        "due_on",
        "deciding_unit.name",
        "force",
    )
    fieldsets = (
        ("信息", ("unit", "title", "index_number", "document_number", "theme", "form")),
        ("内容", ("summary", "keywords", "force")),
        ("审查与期限", ("produced_on", "deciding_unit", "reviewed_on", "due_on", "deadline_note")),
    )
    filters = ("theme", "form", "force", "deciding_unit")
    filterset_base = DisclosureFilterSet
    search = ("title", "index_number", "document_number")
    ordering = ("-produced_on",)
    parts = ("disclosures.Posting",)


@register
class PostingRegister(Register):
    model = Posting
    description = "每条公开信息在各渠道的发布情况，同一信息在同一渠道只登记一次。"
    columns = (
        Column("disclosure.title", label="信息名称", priority=1),
        Column("channel", priority=1),
        Column("posted_on", priority=1),
        Column("disclosure.due_on", label="公开期限"),
        "taken_down_on",
    )
    fieldsets = (
        ("发布", ("disclosure", "channel", "posted_on", "url", "place")),
        ("撤下", ("taken_down_on", "take_down_reason")),
    )
    conditions = {
        "url": When("channel", *WEBSITES, always=True),
        "take_down_reason": When("taken_down_on"),
    }
    filters = ("channel",)
    filterset_base = PostingFilterSet
    search = ("disclosure__title", "disclosure__index_number")
    ordering = ("-posted_on",)
