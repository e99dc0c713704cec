"""The state of an account in one word, for one account and for a whole list."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Lower
from django_otp.plugins.otp_totp.models import TOTPDevice

from ..models import AccessLink, StaffAccount
from . import locks

NO_PASSWORD = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class State(TextChoices):
    WAITING = "waiting", "待邀请"
    INVITED = "invited", "已邀请"
    ACTIVE = "active", "在用"
    LOCKED = "locked", "已锁定"
    CLOSED = "closed", "已停用"


TONES = {
    State.WAITING: "warning",
    State.INVITED: "info",
    State.ACTIVE: "success",
    State.LOCKED: "danger",
    State.CLOSED: "muted",
}


def with_state(accounts: QuerySet[StaffAccount]) -> QuerySet[StaffAccount]:
    """The accounts with `state` and `has_factor`, all in the one query."""
    link = AccessLink.objects.open().filter(account=OuterRef("pk"))
    device = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    locked = locks.failures(Lower(OuterRef("username")))
    return accounts.annotate(
        has_factor=Exists(device),
        state=Case(
            When(is_active=False, then=Value(State.CLOSED)),
            When(NO_PASSWORD & Exists(link), then=Value(State.INVITED)),
            When(NO_PASSWORD, then=Value(State.WAITING)),
            When(Exists(locked), then=Value(State.LOCKED)),
            default=Value(State.ACTIVE),
        ),
    )


def described(account: StaffAccount) -> StaffAccount:
    """The account with its label and tone, for templates; it must come from `with_state`."""
    state = State(account.state)  # type: ignore[attr-defined]
    account.state_label, account.state_tone = state.label, TONES[state]  # type: ignore[attr-defined]
    return account
