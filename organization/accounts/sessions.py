"""Signed-in browsers: begun, seen, listed, ended."""

import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from ..models import StaffAccount, UserSession
from .network import client_ip

SINCE, SEEN = "account_since", "account_seen"
LONGEST_AGENT = 300


def begin(request: HttpRequest, account: StaffAccount) -> UserSession:
    """Put the new session into its owner's list."""
    session: SessionBase = request.session
    if session.session_key is None:
        session.create()
    session[SINCE] = session[SEEN] = int(time.time())
    account.sessions.exclude(pk__in=live(account).values("pk")).delete()
    row, _ = UserSession.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "account": account,
            "ip": client_ip(request),
            "agent": request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT].replace("\0", ""),
            "seen_at": timezone.now(),
        },
    )
    return row


def rename(old_key: str, session: SessionBase) -> None:
    """The session goes on under a new key, as after a change of the password."""
    UserSession.objects.filter(session_key=old_key).update(session_key=session.session_key)


def touch(session: SessionBase) -> None:
    """Note that the session is in use."""
    session[SEEN] = int(time.time())
    session.setdefault(SINCE, session[SEEN])
    UserSession.objects.filter(session_key=session.session_key).update(seen_at=timezone.now())


def forget(session: SessionBase) -> None:
    """Take the session off its owner's list; the caller ends it."""
    UserSession.objects.filter(session_key=session.session_key).delete()


def live(account: StaffAccount) -> QuerySet[UserSession]:
    """Sessions of the account that still let somebody in, the last used first."""
    stored = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    return account.sessions.filter(Exists(stored))


def end(rows: QuerySet[UserSession]) -> int:
    """End these sessions at once; gives their number."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(account: StaffAccount, *, keep: str = "") -> int:
    """End all sessions of the account but, if named, one."""
    return end(account.sessions.exclude(session_key=keep))


def forget_expired() -> int:
    """Remove the sessions that have run out, and their lines; gives the number of lines."""
    SessionStore.clear_expired()
    stored = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.exclude(Exists(stored)).delete()[0]


def is_signed_in(session: SessionBase) -> bool:
    """Whether somebody is signed in, without asking the database who."""
    return SESSION_KEY in session


def age(session: SessionBase) -> tuple[int, int]:
    """Seconds since the sign-in and since the last use."""
    now = int(time.time())
    return now - _moment(session.get(SINCE), now), now - _moment(session.get(SEEN), now)


def _moment(value: Any, default: int) -> int:
    return value if isinstance(value, int) else default
