"""The unit tree and the bureau's own facts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from .accounts.views.crumbs import HOME
from .accounts.views.guards import guarded
from .forms import ProfileForm, UnitForm
from .models import BureauProfile, Unit


@guarded("organization.view_unit")
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """The tree of units, indented by level."""
    units = [
        {"unit": unit, "level": unit.path.count("/") - 1}
        for unit in Unit.objects.select_related("parent")
    ]
    context = {"units": units, "page_title": "机构", "breadcrumbs": [HOME, ("机构", None)]}
    return render(request, "organization/units.html", context)


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


@guarded("organization.change_unit")
@require_http_methods(["GET", "POST"])
def unit_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new unit, or name, place in the tree and state of an existing one."""
    unit = get_object_or_404(Unit, pk=pk) if pk else None
    form = UnitForm(request.POST or None, instance=unit)
    title = f"修改机构：{unit}" if unit else "新建机构"
    return _edit(request, form, title=title, back="/units/", back_label="机构")


@guarded("organization.change_bureauprofile")
@require_http_methods(["GET", "POST"])
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Names and superiors of the bureau, as they appear on pages and documents."""
    form = ProfileForm(request.POST or None, instance=BureauProfile.objects.first())
    return _edit(request, form, title="机关信息", back="/units/", back_label="机构")
