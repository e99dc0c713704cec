"""The compile job: who asks for it, and what the worker does."""

from typing import Any

from kernel.jobs.models import Job
from kernel.jobs.runner import Progress, job_kind, request_job

from .compile import compile_report
from .models import AnnualReport, Layout

KIND = "reports.compile"


@job_kind(KIND, queue="reports")
def compile_job(
    progress: Progress, *, report: int, layout: str, with_appendix: bool
) -> dict[str, Any]:
    """Compile one report; a job that already stored its build (worker killed after) keeps it."""
    job = progress.job
    stored = getattr(job, "build", None)
    build = stored or compile_report(
        AnnualReport.objects.get(pk=report),
        progress,
        layout=layout,
        with_appendix=with_appendix,
        by=job.requested_by,
        job=job,
    )
    return {"build": build.pk, "pages": build.pages, "seconds": float(build.seconds)}


def request_compile(
    report: AnnualReport, *, by: Any, layout: str = Layout.OFFICIAL, with_appendix: bool = True
) -> Job:
    """Queue a compilation; a second click while one is open gives the same job."""
    return request_job(
        KIND,
        title=f"编制{report}({Layout(layout).label})",
        subject=f"{report.year}:{layout}:{with_appendix}",
        by=by,
        report=report.pk,
        layout=layout,
        with_appendix=with_appendix,
    )
