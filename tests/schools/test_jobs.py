"""The obligations are refreshed by a job that people see, and by a command."""

from typing import Any

from django.core.management import call_command

from kernel.jobs.models import Job, JobStatus
from kernel.jobs.runner import run_job
from schools.jobs import request_refresh
from schools.models import DrillObligation
from schools.tasks import refresh_drill_obligations

from . import factories as make
from .factories import YEAR


def test_job_and_command_refresh_a_year_once(own_database: str, capsys: Any) -> None:
    school = make.SchoolFactory.create()
    make.TermFactory.create()
    job = request_refresh(YEAR, by=None)
    assert request_refresh(YEAR, by=None) == job
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.result) == (JobStatus.SUCCEEDED, {"added": 3, "removed": 0})
    months = DrillObligation.objects.filter(school=school).values_list("period_start__month")
    assert sorted(months) == [(3,), (4,), (5,)]
    call_command("refresh_drill_obligations", str(YEAR))
    assert "新增 0 个，移除 0 个" in capsys.readouterr().out


def test_the_daily_task_asks_for_this_year(own_database: str) -> None:
    job = Job.objects.get(pk=refresh_drill_obligations())
    assert job.title.startswith("生成20")
    assert job.is_open
