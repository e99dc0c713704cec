"""A job runs once at a time, to a visible end, whatever happens to its worker."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from kernel.jobs import runner
from kernel.jobs.models import Job, JobStatus
from kernel.jobs.runner import JobFailed, Progress, cancel, request_job, retry, run_job, sweep
from organization.models import Unit
from tests.kernel.jobs.conftest import KIND, QUEUE, environ, fresh, in_thread, wait_until
from tests.portal import ROOT, database_url


@contextmanager
def another_session() -> Iterator[psycopg.Connection]:
    """A second, real connection to the same database, as another worker has."""
    params = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    with psycopg.connect(**params) as session:
        yield session
        # A closed connection gives its locks back a moment later than the program goes on.
        session.execute("SELECT pg_advisory_unlock_all()")


# --- Asking ------------------------------------------------------------------------------------


def test_asking_twice_gives_one_job_and_one_message(make_job: Any, broker: Any) -> None:
    first, second = make_job(), make_job()
    assert first == second
    assert broker.llen(QUEUE) == 1
    assert fresh(first).dispatched_at is not None
    assert not first.waits_for_broker


def test_two_clicks_at_the_same_moment_give_one_job(make_job: Any, broker: Any) -> None:
    barrier, made = threading.Barrier(4), []

    def click() -> None:
        barrier.wait()
        made.append(make_job().pk)

    for thread in [in_thread(click) for _ in range(4)]:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert broker.llen(QUEUE) == 1


def test_another_subject_is_another_job(make_job: Any) -> None:
    assert make_job("甲") != make_job("乙")


def test_after_its_end_the_same_can_be_asked_for_again(make_job: Any) -> None:
    first = make_job()
    run_job(first.pk)
    assert make_job() != first


def test_nothing_is_sent_before_the_job_is_committed(make_job: Any, broker: Any) -> None:
    with transaction.atomic():
        make_job()
        assert broker.llen(QUEUE) == 0
    assert broker.llen(QUEUE) == 1


def test_a_request_that_is_rolled_back_sends_nothing(make_job: Any, broker: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_job()
        raise ZeroDivisionError
    assert broker.llen(QUEUE) == 0
    assert not Job.objects.filter(kind=KIND).exists()


def test_an_unknown_kind_is_a_fault_of_the_program(committed: None) -> None:
    with pytest.raises(KeyError):
        request_job("no such kind", title="", subject="", by=None)


# --- Running -----------------------------------------------------------------------------------


def test_a_job_runs_with_its_parameters_and_keeps_its_result(make_job: Any, work: Any) -> None:
    def double(progress: Progress, *, number: int) -> dict[str, Any]:
        progress.step("计算", 0, 2)
        progress.note("乘以二")
        progress.step("收尾", 1, 2)
        return {"twice": number * 2}

    work(double)
    job = make_job(number=21)
    run_job(job.pk)
    job = fresh(job)
    assert (job.status, job.result, job.attempts) == (JobStatus.SUCCEEDED, {"twice": 42}, 1)
    assert (job.step, job.done, job.total) == ("收尾", 1, 2)
    assert [line.split(" ", 1)[1] for line in job.log] == ["计算", "乘以二", "收尾", "已完成"]
    assert job.started_at and job.finished_at and job.seconds is not None
    assert not job.is_open


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (JobFailed("缺少字体：请运行安装命令。"), "缺少字体：请运行安装命令。"),
        (Unit.DoesNotExist("Unit matching query"), "任务所需的数据已不存在"),
        (ZeroDivisionError("secret detail"), "任务因系统故障中断，未产生任何结果。"),
    ],
)
def test_a_failure_is_told_in_words(
    error: Exception, message: str, make_job: Any, work: Any
) -> None:
    def fail(progress: Progress) -> dict[str, Any]:
        raise error

    work(fail)
    job = make_job()
    run_job(job.pk)
    job = fresh(job)
    assert job.status == JobStatus.FAILED
    assert job.error.startswith(message)
    assert "secret detail" not in job.error
    assert message in job.log[-1]


def test_a_failed_job_leaves_no_half_written_rows(make_job: Any, work: Any) -> None:
    def half(progress: Progress) -> dict[str, Any]:
        with transaction.atomic():
            Unit.objects.filter(parent=None).update(name="改了一半")
            raise ZeroDivisionError

    work(half)
    run_job(make_job().pk)
    assert Unit.objects.get(parent=None).name != "改了一半"


@pytest.mark.parametrize("atomic", [False, True])
def test_a_lost_connection_ends_in_a_clear_failure_and_retry_works(
    atomic: bool, make_job: Any, work: Any
) -> None:
    """The database restarts in the middle: the job says so and can be repeated."""

    def lose(progress: Progress) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return {}

    def lose_inside(progress: Progress) -> dict[str, Any]:
        with transaction.atomic():
            return lose(progress)

    work(lose_inside if atomic else lose)
    job = make_job()
    run_job(job.pk)
    job = fresh(job)
    assert (job.status, job.result) == (JobStatus.FAILED, {})
    assert "重试" in job.error

    work(lambda progress: {"pages": 9})
    run_job(retry(job).pk)
    job = fresh(job)
    assert (job.status, job.result, job.error) == (JobStatus.SUCCEEDED, {"pages": 9}, "")
    assert job.attempts == 2
    assert any("第 2 次执行" in line for line in job.log)


@pytest.fixture
def calls(work: Any) -> list[int]:
    """Grows by one with each run of a job."""
    made: list[int] = []

    def count(progress: Progress) -> dict[str, Any]:
        made.append(1)
        return {}

    work(count)
    return made


def test_a_job_that_runs_elsewhere_is_left_alone(make_job: Any, calls: list[int]) -> None:
    job = make_job()
    with another_session() as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [runner.LOCK_NAMESPACE, job.pk])
        run_job(job.pk)
        assert (calls, fresh(job).status) == ([], JobStatus.QUEUED)
    run_job(job.pk)
    assert (calls, fresh(job).status) == ([1], JobStatus.SUCCEEDED)


def test_two_deliveries_at_once_run_it_once(make_job: Any, work: Any) -> None:
    calls: list[int] = []
    inside, go_on = threading.Event(), threading.Event()

    def slow(progress: Progress) -> dict[str, Any]:
        calls.append(1)
        inside.set()
        assert go_on.wait(10)
        return {}

    work(slow)
    job = make_job()
    first = in_thread(lambda: run_job(job.pk))
    assert inside.wait(10)
    second = in_thread(lambda: run_job(job.pk))
    second.join(5)
    assert not second.is_alive()
    go_on.set()
    first.join()
    job = fresh(job)
    assert (calls, job.attempts, job.status) == ([1], 1, JobStatus.SUCCEEDED)


def test_a_job_that_has_ended_does_not_run_again(make_job: Any, calls: list[int]) -> None:
    job = make_job()
    run_job(job.pk)
    run_job(job.pk)
    run_job(job.pk + 10**6)
    assert calls == [1]


def test_the_lock_is_given_back(make_job: Any) -> None:
    job = make_job()
    run_job(job.pk)
    with another_session() as elsewhere:
        row = elsewhere.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", [runner.LOCK_NAMESPACE, job.pk]
        ).fetchone()
    assert row == (True,)


SLEEPER = """
import django, sys, time
django.setup()
from kernel.jobs import runner
runner._kinds["kernel-test"] = (lambda progress: progress.note("begun") or time.sleep(60), "x")
runner.run_job(int(sys.argv[1]))
"""


def test_a_killed_worker_frees_its_job_for_the_next(
    make_job: Any, work: Any, broker: Any, monkeypatch: Any
) -> None:
    job = make_job()
    environment = {"DATABASE_URL": database_url(settings.DATABASES["default"]["NAME"])}
    worker = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(job.pk)], cwd=ROOT, env=environ(environment)
    )
    wait_until(lambda: any("begun" in line for line in fresh(job).log), 30)
    monkeypatch.setattr(runner, "SENDING_GRACE_SECONDS", 0)
    broker.delete(QUEUE)
    assert sweep() == 0  # somebody is at work on it
    worker.kill()
    worker.wait()
    wait_until(sweep)
    assert broker.llen(QUEUE) == 1
    run_job(job.pk)
    job = fresh(job)
    assert (job.status, job.attempts) == (JobStatus.SUCCEEDED, 2)


# --- Cancelling and repeating --------------------------------------------------------------------


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(make_job: Any, calls: list[int]) -> None:
    job = make_job()
    cancel(job)
    run_job(job.pk)
    job = fresh(job)
    assert (calls, job.status, job.error) == ([], JobStatus.CANCELLED, "已按要求取消。")
    assert job.finished_at is not None


def test_a_cancel_at_the_moment_of_starting_wins(make_job: Any, calls: list[int]) -> None:
    """The worker holds the message while somebody cancels: the page said cancelled, so it is."""
    job = make_job()
    with another_session() as elsewhere:
        elsewhere.execute("UPDATE jobs_job SET status = 'cancelled' WHERE id = %s", [job.pk])
        starting = in_thread(lambda: run_job(job.pk))
        starting.join(0.5)
        assert starting.is_alive()  # it waits for the row
        elsewhere.commit()
        starting.join()
    assert (calls, fresh(job).status) == ([], JobStatus.CANCELLED)


def test_a_running_job_stops_at_its_next_step(make_job: Any, work: Any) -> None:
    inside, go_on = threading.Event(), threading.Event()
    reached: list[str] = []

    def steps(progress: Progress) -> dict[str, Any]:
        progress.step("第一步", 0, 2)
        inside.set()
        assert go_on.wait(10)
        progress.step("第二步", 1, 2)
        reached.append("第二步之后")
        return {}

    work(steps)
    job = make_job()
    running = in_thread(lambda: run_job(job.pk))
    assert inside.wait(10)
    cancel(job)
    assert fresh(job).status == JobStatus.RUNNING
    assert fresh(job).cancel_requested
    go_on.set()
    running.join()
    job = fresh(job)
    assert (job.status, job.error, reached) == (JobStatus.CANCELLED, "已按要求取消。", [])


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.FAILED])
def test_what_has_ended_cannot_be_cancelled(status: JobStatus, make_job: Any) -> None:
    job = make_job()
    Job.objects.filter(pk=job.pk).update(status=status)
    cancel(job)
    assert fresh(job).status == status
    assert not fresh(job).cancel_requested


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_failed_or_cancelled_job_can_be_repeated(
    status: JobStatus, make_job: Any, broker: Any
) -> None:
    job = make_job()
    broker.delete(QUEUE)
    Job.objects.filter(pk=job.pk).update(status=status, error="失败", cancel_requested=True)
    again = retry(fresh(job))
    assert again == job
    again = fresh(again)
    assert (again.status, again.error, again.cancel_requested) == (JobStatus.QUEUED, "", False)
    assert broker.llen(QUEUE) == 1


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.QUEUED, JobStatus.RUNNING])
def test_others_cannot_be_repeated(status: JobStatus, make_job: Any, broker: Any) -> None:
    job = make_job()
    broker.delete(QUEUE)
    Job.objects.filter(pk=job.pk).update(status=status)
    retry(fresh(job))
    assert fresh(job).status == status
    assert broker.llen(QUEUE) == 0


def test_repeating_gives_the_open_job_when_somebody_asked_anew(make_job: Any) -> None:
    old = make_job()
    Job.objects.filter(pk=old.pk).update(status=JobStatus.FAILED)
    new = make_job()
    assert retry(fresh(old)) == new
    assert fresh(old).status == JobStatus.FAILED


def test_a_job_that_kills_every_worker_is_given_up_with_words(make_job: Any) -> None:
    job = make_job()
    Job.objects.filter(pk=job.pk).update(
        status=JobStatus.RUNNING, unfinished=runner.MAX_DEATHS, attempts=runner.MAX_DEATHS
    )
    run_job(job.pk)
    given_up = fresh(job)
    assert (given_up.status, given_up.unfinished) == (JobStatus.FAILED, 0)
    assert "已停止自动重试" in given_up.error
    retry(job)
    run_job(job.pk)
    assert fresh(job).status == JobStatus.SUCCEEDED
