"""The home page: what a person can open, and how ready the report is."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.jobs.models import Job
from kernel.registers.menu import navigation
from kernel.registers.tables import CappedPaginator
from reports.models import AnnualReport


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Modules with the number of records within sight, the latest report, own recent jobs."""
    report = None
    if request.user.has_perm("reports.view_annualreport"):
        report = AnnualReport.objects.first()
    context = {
        "page_title": "首页",
        "cards": [_card(group, request.user) for group in navigation(request.user)],
        "report": report,
        "latest_build": report.builds.first() if report else None,
        "jobs": Job.objects.visible_to(request.user).defer("log")[:5],
    }
    return render(request, "home.html", context)


def _card(group: dict[str, Any], user: Any) -> dict[str, Any]:
    return group | {"items": [item | {"count": _count(item, user)} for item in group["items"]]}


def _count(item: dict[str, Any], user: Any) -> str:
    register = item.get("register")
    if register is None:
        return ""
    label = CappedPaginator(register.visible_to(user), 1).count_label
    return label.removesuffix(" 条")
