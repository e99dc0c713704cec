"""Writing the security log."""

from typing import Any

from ..models import SecurityEvent, StaffAccount
from ..models.security import EventKind
from .network import current_ip

LONGEST_DETAIL = 300


def record(
    kind: EventKind,
    *,
    by: StaffAccount | Any | None = None,
    whom: StaffAccount | None = None,
    username: str = "",
    detail: str = "",
) -> SecurityEvent:
    """Add one line: `by` did this to the account `whom`, from the address of the request."""
    return SecurityEvent.objects.create(
        kind=kind,
        actor=by,
        subject=whom,
        username=username,
        ip=current_ip.get(),
        detail=detail[:LONGEST_DETAIL],
    )
