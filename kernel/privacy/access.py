"""Who may see personal data in full, and the record of each time somebody did."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from structlog.contextvars import get_contextvars

from .models import AccessKind, AccessRecord

REVEAL_PERMISSION = "privacy.reveal_personal_data"
VIEW_LOG_PERMISSION = "privacy.view_accessrecord"
LONGEST_REASON = 300


def may_reveal(user: Any) -> bool:
    """Whether the person may have personal data shown in full at all."""
    return bool(user.has_perm(REVEAL_PERMISSION))


def record_access(
    user: Any,
    kind: str,
    register_key: str,
    fields: Iterable[str],
    *,
    reason: str,
    count: int,
    object_id: int | None = None,
) -> AccessRecord:
    """Write down that `user` was given these fields of `count` records in full.

    Call it in the transaction that hands the data over, before the data leave. The address comes
    from the request in progress; a background job has none.
    """
    return AccessRecord.objects.create(
        user=user,
        kind=AccessKind(kind),
        register=register_key,
        object_id=object_id,
        count=count,
        fields=sorted(fields),
        reason=reason.strip()[:LONGEST_REASON],
        address=str(get_contextvars().get("ip") or "")[:45],
    )


def revealed_until(user: Any, register_key: str, object_id: int) -> dt.datetime | None:
    """Until when this record's personal data stay open to the person; `None` when they are hidden.

    Follows from the access records alone, so nothing is ever shown that was not written down.
    """
    if not may_reveal(user):
        return None
    span = dt.timedelta(minutes=settings.REVEAL_MINUTES)
    last = (
        AccessRecord.objects.filter(
            user=user,
            register=register_key,
            object_id=object_id,
            kind=AccessKind.REVEAL,
            at__gt=timezone.now() - span,
        )
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return last + span if last else None
