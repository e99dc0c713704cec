"""Passing work on: choose two people, see what would move, do it, print the list."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kernel.records.errors import Refused

from ..forms import ChooseForm, ConfirmForm
from ..handover import Work, check, hand_over, open_work
from ..models import Handover

TITLE = "工作移交"
SHOWN = 20


@login_required
@permission_required("collaboration.add_handover", raise_exception=True)
@require_http_methods(["GET", "POST"])
def handover_start(request: HttpRequest) -> HttpResponse:
    """Choose (GET without names), preview (GET with both names), do it (POST)."""
    if request.method == "POST":
        return _confirm(request)
    chosen = ChooseForm(request.GET if "leaver" in request.GET else None, user=request.user)
    context: dict[str, Any] = {"form": chosen}
    if chosen.is_valid():
        context |= _preview(request, **chosen.cleaned_data)
    return _page(request, context)


def _preview(request: HttpRequest, leaver: Any, heir: Any) -> dict[str, Any]:
    """What would move, with the form that does it; or why it cannot."""
    try:
        check(leaver, heir, by=request.user)
    except Refused as refused:
        return {"error": str(refused)}
    confirm = ConfirmForm(initial={"leaver": leaver.pk, "heir": heir.pk}, user=request.user)
    if not leaver.is_active:
        confirm.fields.pop("close", None)
    return _planned(open_work(leaver, heir, by=request.user), leaver, heir) | {"confirm": confirm}


def _planned(work: Work, leaver: Any, heir: Any) -> dict[str, Any]:
    return {
        "leaver": leaver,
        "heir": heir,
        "work": work,
        "groups": [
            {
                "register": register,
                "count": len(rows),
                "rows": [(row, register.url("detail", row.pk)) for row in rows[:SHOWN]],
                "more": max(len(rows) - SHOWN, 0),
            }
            for register, rows in work.records
        ],
        "reviews": [
            (register, count, register.url("list", status="submitted"))
            for register, count in work.reviews
        ],
    }


def _confirm(request: HttpRequest) -> HttpResponse:
    form = ConfirmForm(request.POST, user=request.user)
    error = ""
    if form.is_valid():
        try:
            done = hand_over(**_orders(form), by=request.user)
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, "工作已移交，清单可以打印。")
            return redirect("collaboration-handover", pk=done.pk)
    context: dict[str, Any] = {"form": ChooseForm(request.POST, user=request.user)}
    people = {name: form.cleaned_data.get(name) for name in ("leaver", "heir")}
    if all(people.values()):
        context |= _preview(request, **people)
        context["confirm"] = form
    return _page(request, context | {"error": error or context.get("error", "")}, status=422)


def _orders(form: ConfirmForm) -> dict[str, Any]:
    data = form.cleaned_data
    names = ("leaver", "heir", "reason", "key")
    return {name: data[name] for name in names} | {"close": data.get("close", False)}


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    past = Handover.objects.visible_to(request.user).select_related("from_user", "to_user", "by")
    context |= {
        "page_obj": Paginator(past.defer("rows"), SHOWN).get_page(request.GET.get("page")),
        "page_title": TITLE,
        "breadcrumbs": [("首页", "/"), (TITLE, None)],
    }
    return render(request, "collaboration/handover.html", context, status=status)


@login_required
@require_GET
def handover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept list of one handover, made for A4."""
    rows = Handover.objects.visible_to(request.user).select_related(
        "from_user__unit", "to_user__unit", "by", "unit"
    )
    handover = get_object_or_404(rows, pk=pk)
    context = {
        "handover": handover,
        "page_title": f"工作移交清单：{handover.from_user} → {handover.to_user}",
        "breadcrumbs": [("首页", "/"), (TITLE, "/handover/"), (str(handover), None)],
    }
    return render(request, "collaboration/handover_list.html", context)
