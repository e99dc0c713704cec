"""The home page: what a person can open, and how ready the report is."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.jobs.models import Job
from kernel.registers.menu import navigation
from kernel.registers.tables import capped_counts
from reports.models import AnnualReport


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Modules with the number of records within sight, the latest report, own recent jobs."""
    report = None
    if request.user.has_perm("reports.view_annualreport"):
        report = AnnualReport.objects.first()
    context = {
        "page_title": "首页",
        "cards": _cards(request.user),
        "report": report,
        "latest_build": report.builds.defer("snapshot").first() if report else None,
        "jobs": Job.objects.visible_to(request.user)
        .select_related("requested_by")
        .defer("log")[:5],
    }
    return render(request, "home.html", context)


def _cards(user: Any) -> list[dict[str, Any]]:
    """The navigation's groups, with the number of records behind each register."""
    groups = navigation(user)
    items = [item for group in groups for item in group["items"] if "register" in item]
    counts = capped_counts(item["register"].visible_to(user) for item in items)
    for item, count in zip(items, counts, strict=True):
        item["count"] = count
    return groups
