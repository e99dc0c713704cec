"""The four states of a record and the transitions between them, as one table."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    """State of a record. Only `APPROVED` records count in figures.

    What is not yet handed in is no record at all: it is a draft, kept elsewhere.
    """

    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"
    WITHDRAWN = "withdrawn", "已撤销"


TONES = {
    Status.SUBMITTED: "info",
    Status.RETURNED: "warning",
    Status.APPROVED: "success",
    Status.WITHDRAWN: "danger",
}


@dataclass(frozen=True)
class Transition:
    """One permitted step between states.

    `permission` is the model action the actor needs; `by_other` demands that the actor
    is not the person who entered the record (four-eyes principle); `with_remarks` lets the
    actor remark on single fields.
    """

    name: str
    label: str
    from_: frozenset[Status]
    to: Status
    permission: str
    reason_required: bool = False
    by_other: bool = False
    with_remarks: bool = False
    tone: str = "primary"


TRANSITIONS = (
    Transition("submit", "提交审核", frozenset({Status.RETURNED}), Status.SUBMITTED, "change"),
    Transition(
        "approve",
        "审核通过",
        frozenset({Status.SUBMITTED}),
        Status.APPROVED,
        "approve",
        by_other=True,
    ),
    Transition(
        "return",
        "退回修改",
        frozenset({Status.SUBMITTED}),
        Status.RETURNED,
        "approve",
        reason_required=True,
        with_remarks=True,
        tone="warning",
    ),
    Transition(
        "withdraw",
        "撤销",
        frozenset({Status.APPROVED, Status.RETURNED, Status.SUBMITTED}),
        Status.WITHDRAWN,
        "approve",
        reason_required=True,
        tone="danger",
    ),
    Transition(
        "restore",
        "恢复",
        frozenset({Status.WITHDRAWN}),
        Status.SUBMITTED,
        "approve",
        reason_required=True,
    ),
)
BY_NAME = {transition.name: transition for transition in TRANSITIONS}


def transitions_from(status: str) -> list[Transition]:
    """Transitions that leave `status`, in the order in which pages show them."""
    return [transition for transition in TRANSITIONS if status in transition.from_]
