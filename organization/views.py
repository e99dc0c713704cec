"""Login, logout, the unit tree and the staff list."""

from typing import Any

from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from .forms import LoginForm, ProfileForm, StaffForm, UnitForm
from .models import BureauProfile, StaffAccount, Unit

HOME = ("首页", "/")


class Login(auth_views.LoginView):
    """The way in; people who are signed in already go on to their home page."""

    template_name = "organization/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    extra_context = {"page_title": "登录"}


def _guarded(permission: str) -> Any:
    def decorate(view: Any) -> Any:
        return login_required(permission_required(permission, raise_exception=True)(view))

    return decorate


@_guarded("organization.view_unit")
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree of units, indented by level."""
    units = [
        {"unit": unit, "level": unit.path.count("/") - 1}
        for unit in Unit.objects.select_related("parent")
    ]
    context = {"units": units, "page_title": "机构", "breadcrumbs": [HOME, ("机构", None)]}
    return render(request, "organization/units.html", context)


@_guarded("organization.view_staffaccount")
@require_GET
def staff_list(request: HttpRequest) -> HttpResponse:
    """All accounts with unit and role."""
    staff = StaffAccount.objects.order_by("unit__path", "username")
    context = {
        "page_obj": Paginator(staff, 100).get_page(request.GET.get("page")),
        "page_title": "人员账号",
        "breadcrumbs": [HOME, ("人员账号", None)],
    }
    return render(request, "organization/staff.html", context)


def _edit(
    request: HttpRequest, form: Any, *, title: str, back: str, back_label: str
) -> HttpResponse:
    """One plain entry page for the administrator's forms."""
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(back)
    context = {
        "form": form,
        "page_title": title,
        "cancel_url": back,
        "breadcrumbs": [HOME, (back_label, back), (title, None)],
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)


@_guarded("organization.change_staffaccount")
@require_http_methods(["GET", "POST"])
def staff_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new account, or unit, role and state of an existing one."""
    account = get_object_or_404(StaffAccount, pk=pk) if pk else None
    form = StaffForm(request.POST or None, instance=account)
    title = f"修改账号：{account}" if account else "新建账号"
    return _edit(request, form, title=title, back="/staff/", back_label="人员账号")


@_guarded("organization.change_unit")
@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new unit, or name, place in the tree and state of an existing one."""
    unit = get_object_or_404(Unit, pk=pk) if pk else None
    form = UnitForm(request.POST or None, instance=unit)
    title = f"修改机构：{unit}" if unit else "新建机构"
    return _edit(request, form, title=title, back="/units/", back_label="机构")


@_guarded("organization.change_bureauprofile")
@require_http_methods(["GET", "POST"])
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Names and superiors of the bureau, as they appear on pages and documents."""
    form = ProfileForm(request.POST or None, instance=BureauProfile.objects.first())
    return _edit(request, form, title="机关信息", back="/units/", back_label="机构")
