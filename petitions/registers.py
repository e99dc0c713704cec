"""The register of petitions."""

from kernel.registers.columns import Column
from kernel.registers.conditions import When
from kernel.registers.masks import mask_address, mask_name, mask_phone, mask_text
from kernel.registers.register import Register, register

from .choices import Outcome
from .filters import PetitionFilterSet
from .models import Petition


@register
class PetitionRegister(Register):
    model = Petition
    description = "阳光信访、12345热线和市长信箱交办的群众诉求，从收件、受理到办结、评价逐件登记。"
    columns = (
        Column("number", priority=1),
        "channel",
        "level",
        Column("subject", priority=1),
        "accepted_on",
        "due_on",
        Column("closed_on", priority=1),
        "rating",
    )
    fieldsets = (
        ("来件", ("unit", "channel", "level", "number", "received_on")),
        (
            "诉求",
            ("subject", "content", "category", "purpose", "school", "inspection_subject"),
        ),
        ("诉求人", ("petitioner", "people", "phone", "petitioner_address")),
        (
            "受理",
            ("outcome", "outcome_reason", "accepted_on", "notified_on", "handling_unit"),
        ),
        ("办理", ("due_on", "extended_to", "extension_reason", "replied_on", "reply")),
        ("办结与评价", ("closed_on", "conclusion", "rating")),
    )
    conditions = {
        "outcome_reason": When("outcome", Outcome.REJECTED, Outcome.TRANSFERRED),
        "accepted_on": When("outcome", Outcome.ACCEPTED),
        "handling_unit": When("outcome", Outcome.ACCEPTED, always=True),
        "due_on": When("outcome", Outcome.ACCEPTED),
        "extended_to": When("due_on", required=False),
        "extension_reason": When("extended_to"),
        "replied_on": When("outcome", Outcome.ACCEPTED, required=False),
        "reply": When("replied_on"),
        "closed_on": When("replied_on", required=False),
        "conclusion": When("closed_on", required=False),
        "rating": When("closed_on", required=False),
    }
    filters = ("channel", "level", "outcome", "category", "purpose", "rating", "handling_unit")
    filterset_base = PetitionFilterSet
    search = ("number", "subject")
    ordering = ("-received_on",)
    personal = {
        "petitioner": mask_name,
        "phone": mask_phone,
        "petitioner_address": mask_address,
    }
    masked = {"content": mask_text, "reply": mask_text}
