"""Locks after failed sign-ins: five wrong passwords for one name from one address, 15 minutes."""

from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from ..models import StaffAccount


def failures(name: Any) -> QuerySet[AccessAttempt, dict[str, Any]]:
    """Addresses from which the name is locked now; `name` may be an expression of a query."""
    threshold = timezone.now() - settings.AXES_COOLOFF_TIME
    counted = AccessAttempt.objects.filter(username=name, attempt_time__gte=threshold)
    by_address = counted.order_by().values("ip_address").annotate(n=Sum("failures_since_start"))
    return by_address.filter(n__gte=settings.AXES_FAILURE_LIMIT)


def unlock(account: StaffAccount) -> None:
    """Forget all failures of the account's name."""
    reset(username=account.username.lower())
