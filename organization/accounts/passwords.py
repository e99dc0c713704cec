"""Rules for passwords beyond Django's own, and setting one."""

import re
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ..models import PasswordRecord, StaffAccount
from ..models.security import EventKind
from . import events, sessions

KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
FEWEST_KINDS = 3
REMEMBERED = 5


class KindsValidator:
    """At least three of: small letters, capitals, digits, other characters.

    GB/T 22239-2019 8.1.4.1 asks for passwords of some complexity, changed from time to time.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < FEWEST_KINDS:
            raise ValidationError(
                "密码须含大写字母、小写字母、数字、符号中的至少三种。", code="password_kinds"
            )

    def get_help_text(self) -> str:
        return "须含大写字母、小写字母、数字、符号中的至少三种。"


class HistoryValidator:
    """None of the person's last five passwords; keeps each new one for the next time."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        used = PasswordRecord.objects.filter(account=user).order_by("-pk")[:REMEMBERED]
        hashes = {user.password, *(row.password for row in used)}
        if any(check_password(password, used_hash) for used_hash in hashes):
            raise ValidationError(
                f"不能与最近 {REMEMBERED} 次用过的密码相同。", code="password_used"
            )

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by every `save` that follows `set_password`."""
        if user is None or user.pk is None:
            return
        PasswordRecord.objects.create(account=user, password=user.password)
        kept = PasswordRecord.objects.filter(account=user).order_by("-pk")[:REMEMBERED]
        PasswordRecord.objects.filter(account=user).exclude(pk__in=[r.pk for r in kept]).delete()

    def get_help_text(self) -> str:
        return f"不能与最近 {REMEMBERED} 次用过的密码相同。"


@transaction.atomic
def choose_password(
    account: StaffAccount, password: str, *, by: StaffAccount, keep_session: str = ""
) -> None:
    """Give the account the password its owner has chosen; all other sessions end at once."""
    account.set_password(password)
    account.must_change_password = False
    account.password_changed_at = timezone.now()
    account.save()
    sessions.end_all(account, keep=keep_session)
    events.record(EventKind.PASSWORD_SET, by=by, whom=account)
