"""The job that keeps the drill obligations in step with schools and terms."""

from typing import Any

from kernel.jobs.models import Job
from kernel.jobs.runner import Progress, job_kind, request_job

from .services import refresh_drill_obligations

KIND = "schools.drill_obligations"


@job_kind(KIND)
def refresh_job(progress: Progress, *, year: int) -> dict[str, Any]:
    """Refresh one year; running it again changes nothing."""
    progress.step("按学校和学期核对演练应办期间", 0, 1)
    done = refresh_drill_obligations(year)
    progress.note(f"新增 {done.added} 个，移除 {done.removed} 个")
    return {"added": done.added, "removed": done.removed}


def request_refresh(year: int, *, by: Any) -> Job:
    """Queue a refresh of `year`; while one is open, that one is given back."""
    return request_job(KIND, title=f"生成{year}年演练应办期间", subject=str(year), by=by, year=year)
