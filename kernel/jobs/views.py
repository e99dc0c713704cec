"""Pages on which people watch, stop and repeat background work."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import runner
from .models import Job


@login_required
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """Jobs within sight, newest first."""
    jobs = Job.objects.visible_to(request.user).select_related("requested_by").defer("log")
    context = {
        "page_obj": Paginator(jobs, 50).get_page(request.GET.get("page")),
        "page_title": "任务记录",
        "breadcrumbs": [("首页", "/"), ("任务记录", None)],
    }
    return render(request, "jobs/list.html", context)


def _controlled(request: HttpRequest, pk: int) -> Job:
    """404 out of sight, 403 for those who may look but not touch."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not _may_control(request, job):
        raise PermissionDenied("您只能取消或重试自己申请的任务。")
    return job


def _may_control(request: HttpRequest, job: Job) -> bool:
    return Job.objects.controlled_by(request.user).filter(pk=job.pk).exists()


@login_required
@require_GET
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; while it is open the page's status part asks for itself again every two seconds."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    template = "jobs/_status.html" if request.headers.get("HX-Request") else "jobs/detail.html"
    context = {
        "job": job,
        "may_control": _may_control(request, job),
        "page_title": job.title,
        "breadcrumbs": [("首页", "/"), ("任务记录", "/jobs/"), (job.title, None)],
    }
    return render(request, template, context)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the job to stop."""
    job = _controlled(request, pk)
    runner.cancel(job)
    messages.info(request, "已要求取消，任务将在当前步骤结束后停止。")
    return redirect("jobs-detail", pk=job.pk)


@login_required
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed or cancelled job again."""
    job = runner.retry(_controlled(request, pk))
    if job.waits_for_broker:
        messages.warning(
            request, "任务已保存，但任务队列暂时不可用；恢复后会自动执行，无须重复提交。"
        )
    return redirect("jobs-detail", pk=job.pk)
