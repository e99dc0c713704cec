"""What the broker or a worker loses is found and sent again; nothing is lost with a broker."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from kernel.jobs import tasks
from kernel.jobs.models import Job, JobStatus
from kernel.jobs.runner import run_job, sweep
from tests.kernel.jobs.conftest import QUEUE, environ, fresh
from tests.portal import ROOT, database_url


@pytest.mark.parametrize(
    ("status", "sent_ago", "swept"),
    [
        (JobStatus.QUEUED, None, True),
        (JobStatus.QUEUED, 5, False),
        (JobStatus.QUEUED, 3600, True),
        (JobStatus.RUNNING, 5, False),
        (JobStatus.RUNNING, 3600, True),
        (JobStatus.SUCCEEDED, 3600, False),
        (JobStatus.FAILED, None, False),
        (JobStatus.CANCELLED, None, False),
    ],
)
def test_the_sweep_sends_what_was_lost(
    status: JobStatus, sent_ago: int | None, swept: bool, make_job: Any, broker: Any
) -> None:
    job = make_job()
    broker.delete(QUEUE)
    sent_at = None if sent_ago is None else timezone.now() - timedelta(seconds=sent_ago)
    Job.objects.filter(pk=job.pk).update(status=status, dispatched_at=sent_at)
    assert sweep() == swept
    assert broker.llen(QUEUE) == swept


def test_swept_once_is_enough_for_a_while(make_job: Any, broker: Any) -> None:
    job = make_job()
    Job.objects.filter(pk=job.pk).update(dispatched_at=None)
    assert (sweep(), sweep()) == (1, 0)


DOWN = """
import django, json, sys, time
django.setup()
from django.test import Client
from kernel.jobs import runner
from organization.models import StaffAccount
runner.job_kind("kernel-test", queue="kernel-test")(lambda progress: {})
begun = time.monotonic()
job = runner.request_job("kernel-test", title="试办", subject="甲", by=None)
seconds = time.monotonic() - begun
client = Client(headers={"host": "localhost"})
client.force_login(StaffAccount.objects.get(username="fazhi"))
home, detail = client.get("/"), client.get(f"/jobs/{job.pk}/")
page = detail.content.decode()
print(json.dumps([job.pk, seconds, job.waits_for_broker, home.status_code, page]))
"""


def test_with_the_broker_down_nothing_is_lost(make_job: Any, broker: Any, work: Any) -> None:
    extra = {
        "DATABASE_URL": database_url(settings.DATABASES["default"]["NAME"]),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "haian_lawgov.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", DOWN],
        cwd=ROOT,
        env=environ(extra),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    pk, seconds, waits, home, page = json.loads(done.stdout.splitlines()[-1])
    assert seconds < 3
    assert waits
    assert home == 200
    assert "任务已经保存" in page
    assert Job.objects.get(pk=pk).status == JobStatus.QUEUED
    assert broker.llen(QUEUE) == 0
    assert sweep() == 1
    assert broker.llen(QUEUE) == 1
    run_job(pk)
    assert Job.objects.get(pk=pk).status == JobStatus.SUCCEEDED


def test_the_celery_tasks_call_the_runner(make_job: Any, broker: Any) -> None:
    job = make_job()
    tasks.run(job.pk)
    assert fresh(job).status == JobStatus.SUCCEEDED
    Job.objects.filter(pk=job.pk).update(status=JobStatus.QUEUED, dispatched_at=None)
    assert tasks.sweep() == 1
