"""One-time links with which a person chooses the first password or a new one."""

import hashlib
import secrets

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from kernel.records.errors import Refused

from ..models import AccessLink, StaffAccount
from ..models.security import LINK_LIFETIME, EventKind, LinkKind
from . import events, passwords

LONGEST_TOKEN = 100


def path(token: str) -> str:
    """The address of the page where the link leads."""
    return f"{reverse('organization-welcome')}?key={token}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue(account: StaffAccount, kind: LinkKind, *, by: StaffAccount | None) -> str:
    """Make a new link, which replaces an earlier one, and give its secret.

    The secret is told this once: afterwards only its digest is known.
    """
    StaffAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    withdraw(account)
    token = secrets.token_urlsafe(32)
    AccessLink.objects.create(
        account=account,
        kind=kind,
        digest=_digest(token),
        created_by=by,
        expires_at=timezone.now() + LINK_LIFETIME,
    )
    return token


def withdraw(account: StaffAccount) -> int:
    """Make the account's open link worthless; gives 0 when there is none."""
    waiting = AccessLink.objects.filter(account=account, used_at=None, cancelled_at=None)
    return waiting.update(cancelled_at=timezone.now())


def find(token: str) -> AccessLink | None:
    """The open link with this secret, if there is one."""
    if len(token) > LONGEST_TOKEN:
        return None
    return AccessLink.objects.open().select_related("account").filter(digest=_digest(token)).first()


@transaction.atomic
def use(token: str, password: str) -> StaffAccount:
    """Set the password with the link, which then is used up.

    Raises `Refused` when somebody else was quicker or the link has been cancelled meanwhile.
    """
    link = AccessLink.objects.open().select_for_update().filter(digest=_digest(token)).first()
    if link is None:
        raise Refused("链接已失效或已用过，请联系管理员重新发送。")
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    account = StaffAccount.objects.get(pk=link.account_id)
    passwords.choose_password(account, password, by=account)
    return account


@transaction.atomic
def cancel(account: StaffAccount, *, by: StaffAccount) -> None:
    """Make the open link worthless."""
    if not withdraw(account):
        raise Refused("没有可以取消的链接：它已经用过、过期或已取消。")
    events.record(EventKind.INVITATION_CANCELLED, by=by, whom=account)
