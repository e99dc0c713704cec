"""What Django and axes tell about signing in, kept in the list of sessions and in the log."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from ..models import StaffAccount
from ..models.security import EventKind
from . import events, sessions
from .network import device_words, login_name


def connect() -> None:
    """Called once, when all apps are loaded."""
    for signal, receiver in (
        (user_logged_in, _logged_in),
        (user_logged_out, _logged_out),
        (user_login_failed, _login_failed),
        (user_locked_out, _locked_out),
    ):
        signal.connect(receiver, dispatch_uid=f"organization.{receiver.__name__}")


def _known(name: str) -> StaffAccount | None:
    return StaffAccount.objects.filter(username__iexact=name).first() if name else None


def _logged_in(request: HttpRequest, user: StaffAccount, **kwargs: Any) -> None:
    row = sessions.begin(request, user)
    events.record(EventKind.LOGIN, by=user, whom=user, detail=device_words(row.agent))


def _logged_out(request: HttpRequest, user: StaffAccount | None, **kwargs: Any) -> None:
    if user is None or not user.pk:
        return
    sessions.forget(request.session)
    events.record(EventKind.LOGOUT, by=user, whom=user)


def _login_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    # While the name is locked, the lock itself is the line in the log, not every further try.
    if request is None or getattr(request, "axes_locked_out", False):
        return
    name = login_name(request, credentials)
    events.record(EventKind.LOGIN_FAILED, whom=_known(name), username=name)


def _locked_out(request: HttpRequest, username: str, **kwargs: Any) -> None:
    if getattr(request, "axes_failures_since_start", None) is None:
        return  # one more try during the lock: it counts nothing and would only fill the log
    events.record(EventKind.LOCKED, whom=_known(username), username=username)
