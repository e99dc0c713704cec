"""The home page: what waits for the person, what they can open, how ready the report is."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kernel.jobs.models import Job
from kernel.registers.across import Found, Shortlist, record_registers
from kernel.registers.drafts import drafts_of
from kernel.registers.menu import navigation
from kernel.registers.tables import capped_counts
from kernel.registers.worklists import SHORT, recent, worklists
from reports.models import AnnualReport

NOTHING = Shortlist([], 0)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Own work first, then the modules with their numbers, the latest report, own recent jobs."""
    user = request.user
    report = None
    if user.has_perm("reports.view_annualreport"):
        report = AnnualReport.objects.first()
    context = {
        "page_title": "首页",
        "worklists": _worklists(user),
        "cards": _cards(user),
        "report": report,
        "latest_build": report.builds.defer("snapshot").first() if report else None,
        "jobs": Job.objects.visible_to(user).select_related("requested_by").defer("log")[:5],
    }
    return render(request, "home.html", context)


def _worklists(user: Any) -> list[dict[str, Any]]:
    """What the person has to do, in the order in which it should be done."""
    found = worklists(user)
    lists = []
    if any(record_registers(user, "add")):
        lists += [_drafts(user), _returned(found.get("returned", NOTHING))]
    if any(record_registers(user, "approve")):
        lists.append(_waiting(found.get("waiting", NOTHING)))
    return [*lists, _due(found.get("due", NOTHING)), _recent(recent(user))]


def _drafts(user: Any) -> dict[str, Any]:
    drafts = list(drafts_of(user)[: SHORT + 1])
    return {
        "name": "drafts",
        "label": "我的草稿",
        "icon": "draft",
        "tone": "info",
        "count": f"{SHORT}+" if len(drafts) > SHORT else len(drafts),
        "url": reverse("registers-drafts"),
        "all": "全部草稿",
        "lines": [
            {
                "title": draft,
                "url": draft.url,
                "meta": f"{draft.register_title} · {_day(draft.updated_at)}",
            }
            for draft in drafts[:SHORT]
        ],
        "none": "没有未提交的草稿。填写时每十秒自动保存，随时可以离开。",
    }


def _returned(list_: Shortlist) -> dict[str, Any]:
    return {
        "name": "returned",
        "label": "退回待改",
        "icon": "returned",
        "tone": "warning",
        "count": list_.count_label,
        "lines": [_line(row, edit=True) for row in list_.rows],
        "none": "没有退回给您的记录。",
    }


def _waiting(list_: Shortlist) -> dict[str, Any]:
    return {
        "name": "waiting",
        "label": "待我审核",
        "icon": "submitted",
        "tone": "info",
        "count": list_.count_label,
        "url": reverse("registers-review"),
        "all": "成批审核",
        "lines": [_line(row) for row in list_.rows],
        "none": "没有等您审核的记录。",
    }


def _due(list_: Shortlist) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "name": "due",
        "label": "一周内到期",
        "icon": "clock",
        "tone": "warning",
        "count": list_.count_label,
        "lines": [
            _line(row) | {"meta": _until(row.day, today), "late": row.day < today}
            for row in list_.rows
        ],
        "none": "一周内没有到期的事项。",
    }


def _recent(rows: list[Found]) -> dict[str, Any]:
    return {
        "name": "recent",
        "label": "最近办理",
        "icon": "history",
        "count": "",
        "lines": [_line(row) for row in rows],
        "none": "您录入或审核过的记录会出现在这里。",
    }


def _line(row: Found, *, edit: bool = False) -> dict[str, Any]:
    return {
        "title": row.record,
        "url": row.register.url("edit", row.record.pk) if edit else row.url,
        "meta": f"{row.register.title} · {_day(row.at)}",
    }


def _day(moment: dt.datetime) -> str:
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d}"


def _until(day: dt.date, today: dt.date) -> str:
    """The deadline in words: overdue, today, or days left."""
    left = (day - today).days
    if left < 0:
        return f"{day}，已逾期 {-left} 天"
    return f"{day}，今天到期" if left == 0 else f"{day}，还有 {left} 天"


def _cards(user: Any) -> list[dict[str, Any]]:
    """The navigation's groups of registers, with the number of records behind each."""
    groups = navigation(user)
    for group in groups:
        group["registers"] = [item for item in group["items"] if "register" in item]
    items = [item for group in groups for item in group["registers"]]
    counts = capped_counts(item["register"].visible_to(user) for item in items)
    for item, count in zip(items, counts, strict=True):
        item["count"] = count
    return groups
