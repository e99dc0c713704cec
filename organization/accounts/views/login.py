"""The way in: password, second factor, and the link to a first password."""

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as auth_login
from django.contrib.auth import logout
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kernel.records.errors import Refused

from ...models import StaffAccount
from ...models.security import EventKind
from .. import events, factors, links
from ..forms import CodeForm, LoginForm, NewPasswordForm

PENDING = "login_pending"
PENDING_SECONDS = 300
MOST_WRONG_CODES = 5


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class Login(auth_views.LoginView):
    """Name and password; people who are signed in already go on to their home page."""

    template_name = "organization/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    extra_context = {"page_title": "登录"}

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, or ask for the code first; until then the browser is nobody's."""
        account: Any = form.get_user()
        if factors.device_of(account) is None:
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "account": account.pk,
            "until": int(time.time()) + PENDING_SECONDS,
            "wrong": 0,
            "next": self.get_success_url(),
        }
        return redirect("organization-login-code")


def _pending(request: HttpRequest) -> tuple[StaffAccount, dict[str, Any]] | None:
    """Whose password has just been right, if that was not too long ago."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < time.time():
        return None
    account = StaffAccount.objects.filter(pk=pending["account"], is_active=True).first()
    return (account, pending) if account else None


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    found = _pending(request)
    if found is None:
        request.session.pop(PENDING, None)
        messages.info(request, "登录步骤已超时，请重新输入用户名和密码。")
        return redirect("organization-login")
    account, pending = found
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device := factors.verify(account, form.cleaned_data["code"]):
            return _enter(request, account, pending, device)
        if away := _wrong_code(request, account, pending, form):
            return away
    context = {"form": form, "page_title": "输入动态码"}
    return render(request, "organization/login_code.html", context)


def _enter(
    request: HttpRequest, account: StaffAccount, pending: dict[str, Any], device: Any
) -> HttpResponse:
    del request.session[PENDING]
    account.otp_device = device  # type: ignore[attr-defined]
    auth_login(request, account, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return redirect(pending["next"])


def _wrong_code(
    request: HttpRequest, account: StaffAccount, pending: dict[str, Any], form: CodeForm
) -> HttpResponse | None:
    """Say so and let the person wait; after five wrong codes the password is asked for again."""
    events.record(EventKind.CODE_FAILED, whom=account)
    pending["wrong"] += 1
    request.session[PENDING] = pending
    if pending["wrong"] >= MOST_WRONG_CODES:
        del request.session[PENDING]
        messages.error(request, "动态码多次不正确，请从用户名和密码重新开始。")
        return redirect("organization-login")
    form.add_error("code", wrong_code_message(account))
    return None


def wrong_code_message(account: StaffAccount) -> str:
    """What to tell after a code that was not accepted."""
    wait = factors.seconds_to_wait(account)
    return (
        "动态码不正确、已用过或已过期。请核对手机时间，"
        f"{f'等待 {wait} 秒，' if wait else ''}再输入验证器新显示的数字。"
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Where an invitation or a reset leads: the person chooses a password.

    The secret comes in the query, which no log keeps.
    """
    token = request.GET.get("key", "")
    link = links.find(token)
    if link is None:
        gone = {"page_title": "链接已失效"}
        return render(request, "organization/link_gone.html", gone, status=410)
    form = NewPasswordForm(request.POST or None, account=link.account)
    if request.method == "POST" and form.is_valid():
        try:
            links.use(token, form.cleaned_data["new_password"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)  # whoever was signed in here: the next one is the invited person
            messages.success(request, "密码已设置，请用新密码登录。")
            return redirect("organization-login")
    context: dict[str, Any] = {"form": form, "account": link.account, "page_title": "设置密码"}
    status = 422 if form.errors else 200
    return render(request, "organization/welcome.html", context, status=status)
