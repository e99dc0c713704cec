"""Whoever asked for a job learns how it ended."""

from typing import Any

import pytest

from kernel.collaboration.models import Kind, Notification
from kernel.jobs import runner
from kernel.jobs.models import Job, JobStatus
from organization.models import StaffAccount

pytestmark = pytest.mark.usefixtures("own_database")  # a job closes the connection at its end
KIND = "collaboration-test"


@pytest.fixture
def clerk(own_database):
    return StaffAccount.objects.get(username="luru")


def run(monkeypatch: Any, work: Any, by: Any) -> Job:
    monkeypatch.setitem(runner._kinds, KIND, (work, "default"))
    job = Job.objects.create(
        kind=KIND, title="导入工单", subject="甲", queue="default", requested_by=by
    )
    runner.run_job(job.pk)
    return Job.objects.get(pk=job.pk)


def failing(progress: Any) -> dict[str, Any]:
    raise runner.JobFailed("第 3 行日期有误。\n更多说明")


def cancelled(progress: Any) -> dict[str, Any]:
    raise runner.Cancelled


def test_a_finished_job_is_told_to_whoever_asked_for_it(monkeypatch, clerk):
    job = run(monkeypatch, lambda progress: {}, clerk)
    line = Notification.objects.get(kind=Kind.JOB)
    assert (line.recipient, line.kind, line.url) == (clerk, Kind.JOB, f"/jobs/{job.pk}/")
    assert line.text == "后台任务“导入工单”已完成"


def test_a_failure_is_told_with_its_reason(monkeypatch, clerk):
    run(monkeypatch, failing, clerk)
    assert (
        Notification.objects.get(kind=Kind.JOB).text
        == "后台任务“导入工单”失败。原因：第 3 行日期有误。"
    )


def test_who_cancelled_a_job_knows(monkeypatch, clerk):
    run(monkeypatch, cancelled, clerk)
    assert not Notification.objects.filter(kind=Kind.JOB).exists()


def test_the_systems_own_jobs_and_those_of_leavers_are_told_to_nobody(monkeypatch, clerk):
    run(monkeypatch, lambda progress: {}, None)
    clerk.is_active = False
    clerk.save()
    run(monkeypatch, lambda progress: {}, clerk)
    assert not Notification.objects.filter(kind=Kind.JOB).exists()


def test_a_listener_that_fails_changes_nothing_for_the_job(monkeypatch, clerk):
    def broken(job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(status="failed")
        raise RuntimeError

    monkeypatch.setattr(runner, "end_listeners", [broken])
    assert run(monkeypatch, lambda progress: {}, clerk).status == JobStatus.SUCCEEDED
