"""The inbox of the signed-in person, and how they want to be told."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..inbox import choices_of, choose, inbox, mark_read, unread_count
from ..models import Delivery, Kind

PAGE_SIZE = 50
ICONS = {
    Kind.MENTIONED: "user",
    Kind.RETURNED: "returned",
    Kind.APPROVED: "approved",
    Kind.REVIEW: "submitted",
    Kind.COMMENTED: "edit",
    Kind.CHANGED: "history",
    Kind.JOB: "jobs",
    Kind.HANDOVER: "users",
}
EXPLAINED = {
    Kind.MENTIONED: "有人在评论中用“@”提到我",
    Kind.RETURNED: "我经办或关注的记录被退回修改",
    Kind.APPROVED: "我经办或关注的记录审核通过",
    Kind.REVIEW: "本单位有记录送审，等我审核",
    Kind.COMMENTED: "我经办或关注的记录有新评论",
    Kind.CHANGED: "我经办或关注的记录被他人修改、撤销或恢复",
    Kind.JOB: "我申请的导入、导出、编制报告等后台任务结束",
    Kind.HANDOVER: "有人把工作移交给我",
}


@login_required
@require_GET
def notification_list(request: HttpRequest) -> HttpResponse:
    """All notifications, newest first; `?unread=1` those not yet read."""
    only_unread = request.GET.get("unread") == "1"
    lines = inbox(request.user)
    if only_unread:
        lines = lines.filter(read_at__isnull=True)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": [(line, ICONS.get(Kind(line.kind), "info")) for line in page],
        "only_unread": only_unread,
        "unread": unread_count(request.user),
        "page_title": "通知",
        "breadcrumbs": [("首页", "/"), ("通知", None)],
    }
    return render(request, "collaboration/notifications.html", context)


@login_required
@require_GET
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one's own notification read and go to what it is about."""
    line = get_object_or_404(inbox(request.user), pk=pk)
    mark_read(inbox(request.user).filter(pk=pk))
    return redirect(line.url)


@login_required
@require_POST
def notification_read(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Mark one or all of one's own notifications read."""
    lines = inbox(request.user)
    if pk is not None:
        lines = lines.filter(pk=get_object_or_404(lines, pk=pk).pk)
    count = mark_read(lines)
    if pk is None:
        messages.success(request, f"已将 {count} 条通知标为已读。" if count else "没有未读通知。")
    back = "?unread=1" if request.POST.get("unread") == "1" else ""
    return redirect(f"/notifications/{back}")


@login_required
@require_http_methods(["GET", "POST"])
def notification_settings(request: HttpRequest) -> HttpResponse:
    """How the signed-in person wants to hear of each kind."""
    if request.method == "POST":
        choose(request.user, {kind: request.POST.get(kind, "") for kind in Kind.values})
        messages.success(request, "通知设置已保存。")
        return redirect("collaboration-settings")
    chosen = choices_of(request.user)
    context = {
        "kinds": [(kind, EXPLAINED[kind], chosen[kind]) for kind in Kind],
        "deliveries": Delivery.choices,
        "mail_on": settings.MAIL_ON,
        "address": getattr(request.user, "email", ""),
        "page_title": "通知设置",
        "breadcrumbs": [("首页", "/"), ("通知", "/notifications/"), ("通知设置", None)],
    }
    return render(request, "collaboration/settings.html", context)
