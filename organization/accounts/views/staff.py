"""The staff list, an account's page and its form."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kernel.registers.history import versions

from ...models import StaffAccount
from ...models.security import EventKind
from .. import events, factors, services, sessions, states
from ..forms import StaffFilterForm, StaffForm
from ..network import device_words
from .actions import open_actions
from .crumbs import HOME, STAFF
from .guards import guarded

VIEW = "organization.view_staffaccount"
CHANGE = "organization.change_staffaccount"
SECURE = "organization.secure_staffaccount"
READ_LOG = "organization.view_securityevent"
PER_PAGE = 50


@guarded(VIEW)
@require_GET
def staff_list(request: HttpRequest) -> HttpResponse:
    """All accounts with unit, role and state, searched and filtered."""
    form = StaffFilterForm(request.GET)
    found = _filtered(states.with_state(StaffAccount.objects.all()), form)
    page = Paginator(found.order_by("unit__path", "username"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    for account in page:
        states.described(account)
    context = {
        "form": form,
        "page_obj": page,
        "page_title": "人员账号",
        "breadcrumbs": [HOME, (STAFF[0], None)],
    }
    return render(request, "organization/staff.html", context)


def _filtered(found: QuerySet[Any], form: StaffFilterForm) -> QuerySet[Any]:
    if not form.is_valid():
        return found.none()
    wanted = form.cleaned_data
    for word in wanted["q"].split():
        found = found.filter(
            Q(display_name__contains=word)
            | Q(username__icontains=word)
            | Q(employee_number__icontains=word)
            | Q(phone__contains=word)
        )
    if wanted["unit"]:
        found = found.filter(unit__path__startswith=wanted["unit"].path)
    if wanted["state"]:
        found = found.filter(state=wanted["state"])
    return _of_role(found, wanted["role"])


def _of_role(found: QuerySet[StaffAccount], role: str) -> QuerySet[StaffAccount]:
    if role == "requested":
        return found.exclude(requested_role="")
    if role == "none":
        return found.filter(role="")
    return found.filter(role=role) if role else found


@guarded(VIEW)
@require_GET
def staff_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: facts, state, what may be done to it, and what has been done."""
    found = states.with_state(StaffAccount.objects.all())
    account = states.described(get_object_or_404(found, pk=pk))
    user: Any = request.user
    secures, audits = user.has_perm(SECURE), user.has_perm(READ_LOG)
    context = {
        "account": account,
        "link": account.links.open().first(),
        "actions": open_actions(account, user),
        "factor_required": factors.is_required(account),
        "sessions": _sessions(account) if secures else [],
        "secures": secures,
        "audits": audits,
        "history": versions(account) if secures or audits else [],
        "events": account.security_events.select_related("actor")[:20] if audits else [],
        "page_title": str(account),
        "breadcrumbs": [HOME, STAFF, (str(account), None)],
    }
    return render(request, "organization/staff_detail.html", context)


def _sessions(account: StaffAccount) -> list[dict[str, Any]]:
    return [{"row": row, "words": device_words(row.agent)} for row in sessions.live(account)]


@guarded(CHANGE)
@require_http_methods(["GET", "POST"])
def staff_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new account, or the facts of an existing one."""
    user: Any = request.user
    account = get_object_or_404(StaffAccount, pk=pk) if pk else None
    form = StaffForm(request.POST or None, instance=account)
    if account and account.pk == user.pk:
        del form.fields["requested_role"]  # nobody asks for a role of one's own
    if request.method == "POST" and form.is_valid():
        saved = _save(form, user)
        messages.success(request, _saved_words(saved, is_new=pk is None))
        return redirect("organization-staff-detail", saved.pk)
    title = f"修改账号：{account}" if account else "新建账号"
    back = ("organization-staff-detail", account.pk) if account else ("organization-staff",)
    context = {
        "form": form,
        "page_title": title,
        "cancel_url": redirect(*back)["Location"],
        "breadcrumbs": [HOME, STAFF, (title, None)],
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)


def _save(form: StaffForm, by: StaffAccount) -> StaffAccount:
    """Save the facts; the role goes the way of a request."""
    role = form.cleaned_data.get("requested_role", "")
    asked = "requested_role" in form.changed_data and bool(role)
    account: StaffAccount = form.save(commit=False)
    is_new = account._state.adding
    if is_new:
        account.set_unusable_password()
    account.save()
    changed = "、".join(str(form.fields[name].label) for name in form.changed_data)
    kind = EventKind.CREATED if is_new else EventKind.CHANGED
    events.record(kind, by=by, whom=account, detail=changed)
    if asked:
        services.request_role(account, role, by=by)
    return account


def _saved_words(account: StaffAccount, *, is_new: bool) -> str:
    waits = "角色待安全管理员核准。" if account.requested_role else ""
    if is_new:
        return f"账号已建立。{waits}请发出邀请，由本人设置密码。"
    return f"已保存。{waits}"
