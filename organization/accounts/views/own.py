"""A person's own account: facts, password, second factor, sessions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import DEVICE_ID_SESSION_KEY

from ...models import UserSession
from ...models.security import EventKind
from .. import events, factors, passwords, sessions
from ..forms import ChangePasswordForm, FirstCodeForm, ProofForm
from ..network import device_words
from .crumbs import HOME, OWN
from .login import wrong_code_message


@login_required
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account on one page."""
    user: Any = request.user
    context = {
        "page_title": "账号与安全",
        "breadcrumbs": [HOME, (OWN[0], None)],
        "sessions": _described(sessions.live(user), request),
        "device": factors.device_of(user),
        "codes_left": factors.codes_left(user),
        "factor_required": factors.is_required(user),
        "events": user.security_events.select_related("actor")[:10],
    }
    return render(request, "organization/account.html", context)


def _described(rows: Any, request: HttpRequest) -> list[dict[str, Any]]:
    own = request.session.session_key
    return [
        {"row": row, "words": device_words(row.agent), "current": row.session_key == own}
        for row in rows
    ]


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password of one's own; all other sessions end, this one goes on."""
    user: Any = request.user
    form = ChangePasswordForm(request.POST or None, account=user, request=request)
    if request.method == "POST" and form.is_valid():
        old_key = request.session.session_key or ""
        password = form.cleaned_data["new_password"]
        passwords.choose_password(user, password, by=user, keep_session=old_key)
        update_session_auth_hash(request, user)  # a new key as well
        sessions.rename(old_key, request.session)
        messages.success(request, "密码已修改，其他设备上的登录已全部结束。")
        return redirect("organization-account")
    context = {
        "form": form,
        "forced": user.needs_new_password,
        "page_title": "修改密码",
        "breadcrumbs": [HOME, OWN, ("修改密码", None)],
    }
    return render(request, "organization/password.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.errors else 200


# --- Second factor ------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """Show the secret, take a first code, show the recovery codes once."""
    user: Any = request.user
    if factors.device_of(user):
        return redirect("organization-account")
    setup = factors.begin(user)
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        old_key = request.session.session_key or ""
        codes = factors.confirm(user, form.cleaned_data["code"], keep_session=old_key)
        if codes:
            request.session[DEVICE_ID_SESSION_KEY] = setup.device.persistent_id
            request.session.cycle_key()
            sessions.rename(old_key, request.session)
            return _codes_page(request, codes)
        form.add_error("code", wrong_code_message(user))
    context = {
        "form": form,
        "setup": setup,
        "required": factors.is_required(user),
        "page_title": "启用动态码",
        "breadcrumbs": [HOME, OWN, ("启用动态码", None)],
    }
    return render(request, "organization/factor.html", context, status=_status(form))


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {
        "codes": codes,
        "page_title": "恢复码",
        "breadcrumbs": [HOME, OWN, ("恢复码", None)],
    }
    return render(request, "organization/recovery_codes.html", context)


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def remove_factor(request: HttpRequest) -> HttpResponse:
    """Turn the second factor off with password and code, e.g. before a change of the phone."""

    def act(user: Any) -> HttpResponse:
        key = request.session.session_key or ""
        factors.remove(user, by=user, reason="本人停用", keep_session=key)
        request.session.pop(DEVICE_ID_SESSION_KEY, None)
        messages.success(request, "动态码已停用，其他设备上的登录已全部结束。")
        return redirect("organization-account")

    return _proven(request, act, title="停用动态码", button="停用动态码", danger=True)


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones."""

    def act(user: Any) -> HttpResponse:
        return _codes_page(request, factors.renew_codes(user))

    return _proven(request, act, title="更换恢复码", button="生成新的恢复码", danger=False)


def _proven(
    request: HttpRequest, act: Any, *, title: str, button: str, danger: bool
) -> HttpResponse:
    """Ask for password and code, then act."""
    user: Any = request.user
    if factors.device_of(user) is None:
        return redirect("organization-account")
    form = ProofForm(request.POST or None, account=user, request=request)
    if request.method == "POST" and form.is_valid():
        if factors.verify(user, form.cleaned_data["code"]):
            answer: HttpResponse = act(user)
            return answer
        events.record(EventKind.CODE_FAILED, by=user, whom=user)
        form.add_error("code", wrong_code_message(user))
    context = {
        "form": form,
        "page_title": title,
        "button": button,
        "danger": danger,
        "breadcrumbs": [HOME, OWN, (title, None)],
    }
    return render(request, "organization/proof.html", context, status=_status(form))


# --- Sessions -----------------------------------------------------------------------------------


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own other sessions."""
    user: Any = request.user
    row = get_object_or_404(UserSession, pk=pk, account=user)
    if row.session_key == request.session.session_key:
        messages.info(request, "这是当前会话，请用“退出登录”结束。")
        return redirect("organization-account")
    sessions.end(UserSession.objects.filter(pk=row.pk))
    events.record(EventKind.SESSION_ENDED, by=user, whom=user, detail=device_words(row.agent))
    messages.success(request, "已结束该会话。")
    return redirect("organization-account")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    user: Any = request.user
    number = sessions.end_all(user, keep=request.session.session_key or "")
    events.record(EventKind.SESSION_ENDED, by=user, whom=user, detail=f"其他会话 {number} 个")
    messages.success(request, f"已结束其他会话 {number} 个。")
    return redirect("organization-account")
