"""The security log, for the auditor alone."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ...models import SecurityEvent, StaffAccount
from ..forms import EventFilterForm
from .crumbs import HOME
from .guards import guarded

PER_PAGE = 50


@guarded("organization.view_securityevent")
@require_GET
def security_log(request: HttpRequest) -> HttpResponse:
    """Who signed in, failed, was locked, invited, given a role, and by whom; newest first."""
    form = EventFilterForm(request.GET)
    found = SecurityEvent.objects.select_related("actor", "subject")
    page = Paginator(_filtered(found, form), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "page_title": "安全日志",
        "breadcrumbs": [HOME, ("安全日志", None)],
    }
    return render(request, "organization/security_log.html", context)


def _filtered(found: QuerySet[SecurityEvent], form: EventFilterForm) -> QuerySet[SecurityEvent]:
    if not form.is_valid():
        return found.none()
    wanted: dict[str, Any] = form.cleaned_data
    if wanted["kind"]:
        found = found.filter(kind=wanted["kind"])
    if wanted["since"]:
        found = found.filter(at__date__gte=wanted["since"])
    if wanted["until"]:
        found = found.filter(at__date__lte=wanted["until"])
    return found.filter(_about(wanted["q"])) if wanted["q"] else found


def _about(text: str) -> Q:
    people = StaffAccount.objects.filter(
        Q(display_name__contains=text) | Q(username__icontains=text)
    ).values("pk")
    return (
        Q(actor__in=people)
        | Q(subject__in=people)
        | Q(username__icontains=text)
        | Q(ip__startswith=text)
    )
