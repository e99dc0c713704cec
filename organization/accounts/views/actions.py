"""What an administrator may do to an account: one table, one page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel.records.errors import Refused

from ...models import StaffAccount
from .. import links, mail, services, states
from ..forms import ConfirmForm, ReasonForm, RoleForm
from .crumbs import HOME, STAFF
from .guards import guarded

CHANGE = "organization.change_staffaccount"
SECURE = "organization.secure_staffaccount"


@dataclass(frozen=True)
class Action:
    """One act. `perform` gives the secret of a link to be shown, or `None`."""

    name: str
    label: str
    permissions: tuple[str, ...]
    explains: str
    form: type[forms.Form]
    applies: Callable[[Any], bool]
    perform: Callable[..., str | None]
    done: str = "已办理。"
    tone: str = ""


def _grant(account: StaffAccount, *, by: StaffAccount, role: str, reason: str) -> None:
    services.grant_role(account, role, by=by, reason=reason)


def _end_sessions(account: StaffAccount, *, by: StaffAccount, reason: str) -> None:
    services.end_sessions(account, by=by, reason=reason)


def _without_password(account: Any) -> bool:
    return account.state in (states.State.WAITING, states.State.INVITED)


def _in_use(account: Any) -> bool:
    return account.state in (states.State.ACTIVE, states.State.LOCKED)


ACTIONS = (
    Action(
        "invite",
        "发出邀请",
        (CHANGE,),
        "生成一次性链接，本人打开后自己设置密码。链接 7 天内有效，只显示这一次；"
        "此前发出的链接随即失效。",
        ConfirmForm,
        _without_password,
        services.invite,
        tone="primary",
    ),
    Action(
        "cancel-invitation",
        "取消邀请",
        (CHANGE, SECURE),
        "已发出的链接随即失效，账号仍保留，可再次邀请。",
        ConfirmForm,
        lambda account: account.state == states.State.INVITED,
        links.cancel,
        "邀请已取消，链接已失效。",
    ),
    Action(
        "role",
        "授予角色",
        (SECURE,),
        "角色决定能办什么，单位决定能看到哪些记录。系统管理员、安全管理员、审计员须由三个人分别担任。",
        RoleForm,
        lambda account: account.is_active,
        _grant,
        "角色已授予，立即生效。",
    ),
    Action(
        "refuse-role",
        "不予授予",
        (SECURE,),
        "申请退回，账号现有的角色不变。",
        ReasonForm,
        lambda account: bool(account.requested_role),
        services.refuse_role,
        "已退回角色申请。",
    ),
    Action(
        "reset",
        "重置密码",
        (SECURE,),
        "原密码立即作废，所有会话结束；生成一次性链接，由本人设置新密码。动态码不受影响。",
        ReasonForm,
        lambda account: account.is_active,
        services.reset_password,
    ),
    Action(
        "require-password",
        "要求修改密码",
        (SECURE,),
        "本人打开下一页时须先修改密码，之后才能继续办理。",
        ReasonForm,
        _in_use,
        services.require_new_password,
        "已要求修改密码。",
    ),
    Action(
        "unlock",
        "解除锁定",
        (SECURE,),
        "清除登录失败次数，本人可以立即再试。请先核对是否本人操作。",
        ConfirmForm,
        lambda account: account.state == states.State.LOCKED,
        services.unlock,
        "已解除锁定。",
        "primary",
    ),
    Action(
        "end-sessions",
        "结束全部会话",
        (SECURE,),
        "本人在所有设备上的登录立即结束，须重新登录。已自动保存的草稿不受影响。",
        ReasonForm,
        _in_use,
        _end_sessions,
        "已结束全部会话。",
    ),
    Action(
        "remove-factor",
        "停用动态码",
        (SECURE,),
        "用于手机遗失且恢复码也不在手边。请当面核对身份；停用后本人须重新设置。",
        ReasonForm,
        lambda account: account.has_factor,
        services.remove_factor,
        "动态码已停用。",
    ),
    Action(
        "close",
        "停用账号",
        (CHANGE, SECURE),
        "停用后不能登录，所有会话和未用的链接随即失效；已录入的记录和历史保留。离任人员先办理工作移交。",
        ReasonForm,
        lambda account: account.is_active,
        services.close_account,
        "账号已停用。",
        "danger",
    ),
    Action(
        "reopen",
        "重新启用",
        (CHANGE,),
        "启用后没有角色和密码：角色由安全管理员重新核准，密码由本人凭邀请链接设置。",
        ReasonForm,
        lambda account: not account.is_active,
        services.reopen_account,
        "账号已重新启用，请发出邀请。",
    ),
)
BY_NAME = {action.name: action for action in ACTIONS}


def open_actions(account: StaffAccount, user: Any) -> list[Action]:
    """What `user` may do to the account in its present state; nothing to one's own."""
    if account.pk == user.pk:
        return []
    return [
        action
        for action in ACTIONS
        if action.applies(account) and any(map(user.has_perm, action.permissions))
    ]


@guarded(CHANGE, SECURE)
@never_cache
@require_http_methods(["GET", "POST"])
def staff_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Explain the act, ask for what it needs, do it."""
    action = BY_NAME.get(name)
    if action is None:
        raise Http404
    found = states.with_state(StaffAccount.objects.all())
    account = states.described(get_object_or_404(found, pk=pk))
    return guarded(*action.permissions)(_act)(request, account, action)


def _act(request: HttpRequest, account: StaffAccount, action: Action) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = action.form(data, initial={"role": account.requested_role or account.role})
    if data is not None and form.is_valid():
        try:
            token = action.perform(account, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, account, action, token)
    context = {
        "form": form,
        "account": account,
        "action": action,
        "page_title": f"{action.label}：{account}",
        "breadcrumbs": [HOME, STAFF, (str(account), _page(account)), (action.label, None)],
    }
    return render(request, "organization/act.html", context, status=422 if form.errors else 200)


def _page(account: StaffAccount) -> str:
    return reverse("organization-staff-detail", args=[account.pk])


def _done(
    request: HttpRequest, account: StaffAccount, action: Action, token: str | None
) -> HttpResponse:
    if token is None:
        messages.success(request, action.done)
        return redirect(_page(account))
    url = request.build_absolute_uri(links.path(token))
    context = {
        "account": account,
        "url": url,
        "mailed": mail.send_link(account, url),
        "page_title": "一次性链接",
        "breadcrumbs": [HOME, STAFF, (str(account), _page(account)), ("一次性链接", None)],
    }
    return render(request, "organization/link.html", context)
