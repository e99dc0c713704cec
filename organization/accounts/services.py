"""What administrators do to accounts. Three kinds of them, none of whom can act alone.

The system administrator keeps the accounts, the security administrator grants roles and guards
the sign-in, the auditor reads the log (GB/T 22239-2019 8.1.5: three separate administrators).
"""

import pghistory
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.db.models import QuerySet

from kernel.records.errors import Refused

from ..models import ADMINISTRATOR_KINDS, Role, StaffAccount
from ..models.security import EventKind, LinkKind
from ..roles import give_role
from . import events, factors, links, locks, sessions


def _locked(account: StaffAccount) -> StaffAccount:
    """The account as it is now, held until the end of the transaction."""
    return StaffAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)


def _one_at_a_time() -> None:
    """Two administrators who close each other at once: the second must see that the first is gone.

    Taken before any row, so nobody waits crosswise.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organization.administrators'))")


def _refuse_self(account: StaffAccount, by: StaffAccount) -> None:
    if account.pk == by.pk:
        raise Refused("不能办理自己的账号，请由另一位管理员办理。")


def working(role: str) -> QuerySet[StaffAccount]:
    """Accounts of this role that somebody can sign in with."""
    active = StaffAccount.objects.filter(role=role, is_active=True)
    return active.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _refuse_last(account: StaffAccount) -> None:
    """One administrator of each kind stays, or nobody could bring back a second one."""
    role = account.role
    if role not in ADMINISTRATOR_KINDS or not account.is_active:
        return
    if not working(role).exclude(pk=account.pk).exists():
        raise Refused(f"这是最后一个可用的{account.role_label}账号，请先开通另一个再办理。")


def _refuse_two_offices(account: StaffAccount, role: str) -> None:
    """Nobody holds two of the three administrators' offices, not even under two names."""
    if role not in ADMINISTRATOR_KINDS:
        return
    other = (
        StaffAccount.objects.filter(
            display_name=account.display_name,
            unit_id=account.unit_id,
            is_active=True,
            role__in=ADMINISTRATOR_KINDS - {Role(role)},
        )
        .exclude(pk=account.pk)
        .first()
    )
    if other:
        raise Refused(
            f"本单位的{other.display_name}已是{other.role_label}（用户名 {other.username}）。"
            "系统管理员、安全管理员、审计员须由三个人分别担任。"
        )


# --- Invitation and reset -----------------------------------------------------------------------


@transaction.atomic
def invite(account: StaffAccount, *, by: StaffAccount) -> str:
    """Give the secret of a new invitation; an earlier one no longer works."""
    account = _locked(account)
    if not account.is_active:
        raise Refused("账号已停用，不能发出邀请。")
    if account.has_usable_password():
        raise Refused("该账号已设过密码。忘记密码的，请由安全管理员重置。")
    token = links.issue(account, LinkKind.INVITE, by=by)
    events.record(EventKind.INVITED, by=by, whom=account)
    return token


@transaction.atomic
def reset_password(account: StaffAccount, *, by: StaffAccount, reason: str) -> str:
    """Take away the password, end all sessions, and give the secret of a link to a new one."""
    account = _locked(account)
    _refuse_self(account, by)
    if not account.is_active:
        raise Refused("账号已停用，不能重置密码。")
    account.set_unusable_password()
    account.must_change_password = True
    with pghistory.context(reason=f"重置密码：{reason}"):
        account.save(update_fields=["password", "must_change_password"])
    sessions.end_all(account)
    locks.unlock(account)
    token = links.issue(account, LinkKind.RESET, by=by)
    events.record(EventKind.RESET, by=by, whom=account, detail=reason)
    return token


# --- Roles --------------------------------------------------------------------------------------


@transaction.atomic
def request_role(account: StaffAccount, role: str, *, by: StaffAccount) -> None:
    """Ask the security administrator to grant this role."""
    _refuse_self(account, by)
    if role in ("", account.role):
        return
    account.requested_role = role
    account.save(update_fields=["requested_role"])
    events.record(
        EventKind.ROLE_REQUESTED, by=by, whom=account, detail=_change(account, Role(role))
    )


@transaction.atomic
def grant_role(account: StaffAccount, role: str, *, by: StaffAccount, reason: str = "") -> None:
    """Give the role and its permissions; an open request for another one is settled by it."""
    _one_at_a_time()
    account = _locked(account)
    _refuse_self(account, by)
    if not account.is_active:
        raise Refused("账号已停用，不能授予角色。")
    if role != account.role:
        _refuse_last(account)
        _refuse_two_offices(account, role)
    detail = _change(account, Role(role)) + (f"：{reason}" if reason else "")
    with pghistory.context(reason=detail):
        account.requested_role = ""
        account.save(update_fields=["requested_role"])
        give_role(account, role)
    events.record(EventKind.ROLE_GRANTED, by=by, whom=account, detail=detail)


@transaction.atomic
def refuse_role(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    """Turn the request down; the role stays as it is."""
    account = _locked(account)
    _refuse_self(account, by)
    if not account.requested_role:
        raise Refused("没有待核准的角色申请。")
    detail = f"{_change(account, Role(account.requested_role))}：{reason}"
    account.requested_role = ""
    account.save(update_fields=["requested_role"])
    events.record(EventKind.ROLE_REFUSED, by=by, whom=account, detail=detail)


def _change(account: StaffAccount, role: Role) -> str:
    return f"{account.role_label or '无角色'} → {role.label}"


# --- Sign-in ------------------------------------------------------------------------------------


@transaction.atomic
def unlock(account: StaffAccount, *, by: StaffAccount) -> None:
    """Let the person try again at once."""
    _refuse_self(account, by)
    locks.unlock(account)
    factors.forgive(account)
    events.record(EventKind.UNLOCKED, by=by, whom=account)


@transaction.atomic
def require_new_password(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    """The next page the person opens is the one for a new password."""
    account = _locked(account)
    _refuse_self(account, by)
    if not account.is_active or not account.has_usable_password():
        raise Refused("账号未在使用，无须要求修改密码。")
    account.must_change_password = True
    with pghistory.context(reason=f"要求修改密码：{reason}"):
        account.save(update_fields=["must_change_password"])
    events.record(EventKind.CHANGED, by=by, whom=account, detail=f"要求修改密码：{reason}")


@transaction.atomic
def end_sessions(account: StaffAccount, *, by: StaffAccount, reason: str) -> int:
    """Sign the person out everywhere; gives the number of sessions."""
    number = sessions.end_all(account)
    detail = f"{number} 个会话：{reason}"
    events.record(EventKind.SESSION_ENDED, by=by, whom=account, detail=detail)
    return number


@transaction.atomic
def remove_factor(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    """Take off a second factor whose phone is lost."""
    _refuse_self(account, by)
    factors.remove(account, by=by, reason=reason)


# --- Closing ------------------------------------------------------------------------------------


@transaction.atomic
def close_account(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    """Close a leaver's account: no sign-in, no open sessions or links; the records stay theirs.

    Raises `Refused` for one's own account and for the last administrator of a kind.
    """
    _one_at_a_time()
    account = _locked(account)
    _refuse_self(account, by)
    if not account.is_active:
        raise Refused("账号已经停用。")
    _refuse_last(account)
    account.is_active = False
    account.requested_role = ""
    with pghistory.context(reason=f"停用账号：{reason}"):
        account.save(update_fields=["is_active", "requested_role"])
    sessions.end_all(account)
    links.withdraw(account)
    events.record(EventKind.CLOSED, by=by, whom=account, detail=reason)


@transaction.atomic
def reopen_account(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    """Bring a closed account back, without role and password: both are given anew."""
    account = _locked(account)
    _refuse_self(account, by)
    if account.is_active:
        raise Refused("账号正在使用，无须重新启用。")
    account.is_active, account.requested_role = True, account.role
    account.role = ""
    account.set_unusable_password()
    with pghistory.context(reason=f"重新启用：{reason}"):
        account.save(update_fields=["is_active", "role", "requested_role", "password"])
    account.groups.clear()
    events.record(EventKind.REOPENED, by=by, whom=account, detail=reason)
