"""The register of petitions."""

from kernel.registers.columns import Column
from kernel.registers.masks import mask_name, mask_phone
from kernel.registers.register import Register, register

from .filters import PetitionFilterSet
from .masking import mask_address, mask_text
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
    filters = ("channel", "level", "outcome", "category", "purpose", "rating", "handling_unit")
    filterset_base = PetitionFilterSet
    search = ("number", "subject")
    ordering = ("-received_on",)
    masked = {
        "petitioner": mask_name,
        "phone": mask_phone,
        "petitioner_address": mask_address,
        "content": mask_text,
        "reply": mask_text,
    }
