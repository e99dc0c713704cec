"""Start, run, cancel and rescue jobs.

A job is claimed by an advisory lock of the worker's database session. A killed worker loses its
session and with it the lock, so a redelivered message finds the job free and runs it again,
while a message that is merely delivered twice finds the lock taken and leaves.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import (
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from .models import OPEN, REPEATABLE, Job, JobStatus

logger = logging.getLogger(__name__)
LOCK_NAMESPACE = 0x6A6F62  # "job": keeps our advisory locks apart from other users of the database
SENDING_GRACE_SECONDS = 60
FORGOTTEN_SECONDS = 900
"""A job that still waits after this time may have been lost with the broker's memory."""


END_FIELDS = ("status", "result", "error", "unfinished", "finished_at", "log")
RESTART_PAUSES = (0.5, 1, 2, 4, 8, 15)  # seconds between tries to reach the database
MAX_DEATHS = 5
WORKER_DIES = (
    f"任务连续 {MAX_DEATHS} 次使任务进程中断，已停止自动重试。"
    "请系统管理员查看日志（多为内存不足），处理后再点“重试”。"
)


class Cancelled(Exception):
    """Raised inside a job when somebody asked to stop it."""


class JobFailed(Exception):
    """A failure that people can mend; its text is shown as it is."""


class Progress:
    """What a running job reports: steps, log lines; each step is also where a cancel takes hold."""

    def __init__(self, job: Job):
        self.job = job

    def step(self, label: str, done: int, total: int) -> None:
        """Show `label` as the present step, `done` of `total` being finished."""
        self._save(step=label, done=done, total=total, log=[*self.job.log, _line(label)])
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled

    def note(self, text: str) -> None:
        """Add a line to the log."""
        self._save(log=[*self.job.log, _line(text)])

    def _save(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.job, name, value)
        Job.objects.filter(pk=self.job.pk).update(**fields)


def _line(text: str) -> str:
    return f"{timezone.localtime():%H:%M:%S} {text}"


EndListener = Callable[[Job], None]
end_listeners: list[EndListener] = []
"""Called with each job that has succeeded or failed, after its end is saved.

Whoever wants to know of it registers here; a listener that fails changes nothing for the job.
"""

Work = Callable[..., dict[str, Any]]
_kinds: dict[str, tuple[Work, str]] = {}


def job_kind(kind: str, *, queue: str = "default") -> Callable[[Work], Work]:
    """Decorator: `work(progress, **params) -> result` is what a job of this kind does."""

    def declare(work: Work) -> Work:
        _kinds[kind] = (work, queue)
        return work

    return declare


def request_job(kind: str, *, title: str, subject: str, by: Any, **params: Any) -> Job:
    """Queue a job, or give back the one that is open for the same kind and subject."""
    queue = _kinds[kind][1]
    while True:
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=kind,
                    title=title,
                    subject=subject,
                    params=params,
                    queue=queue,
                    requested_by=by,
                )
        except IntegrityError:
            # None when the open job has ended in this very moment: then ask again.
            if found := Job.objects.filter(kind=kind, subject=subject, status__in=OPEN).first():
                return found
        else:
            transaction.on_commit(partial(dispatch, job))
            return job


def dispatch(job: Job) -> bool:
    """Hand the job to the broker; False when the broker is away (the sweep sends it later)."""
    from .tasks import run  # noqa: PLC0415 (tasks import this module)

    try:
        run.apply_async((job.pk,), queue=job.queue, retry=False)
    except (BrokerError, RedisError, OSError):
        logger.warning("broker unreachable, job %s waits for the sweep", job.pk, exc_info=True)
        return False
    job.dispatched_at = timezone.now()
    Job.objects.filter(pk=job.pk).update(dispatched_at=job.dispatched_at)
    return True


@contextmanager
def _claim(pk: int) -> Iterator[bool]:
    """Hold the job's advisory lock; yields False when another live worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_NAMESPACE, pk])
        (taken,) = cursor.fetchone()
    try:
        yield taken
    finally:
        # A lost connection has already released the lock.
        if taken and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_NAMESPACE, pk])


def run_job(pk: int) -> None:
    """Run one job to its end. Safe to call twice for the same job, at once or after a crash."""
    with _claim(pk) as taken:
        job = _start(pk) if taken else None
        if job is None:
            return
        if job.unfinished > MAX_DEATHS:
            _finish(job, JobStatus.FAILED, {}, WORKER_DIES)
        else:
            _finish(job, *_execute(job))


@transaction.atomic
def _start(pk: int) -> Job | None:
    """Mark the job as running; None when it has ended or was cancelled meanwhile."""
    job = Job.objects.select_for_update().filter(pk=pk, status__in=OPEN).first()
    if job is None:
        return None
    job.status, job.started_at = JobStatus.RUNNING, timezone.now()
    job.attempts += 1
    job.unfinished += 1
    job.done, job.error = 0, ""
    if job.attempts > 1:
        job.log = [*job.log, _line(f"第 {job.attempts} 次执行")]
    job.save()
    return job


def _execute(job: Job) -> tuple[JobStatus, dict[str, Any], str]:
    work, _ = _kinds[job.kind]
    try:
        return JobStatus.SUCCEEDED, work(Progress(job), **job.params), ""
    except Cancelled:
        return JobStatus.CANCELLED, {}, "已按要求取消。"
    except JobFailed as failure:
        return JobStatus.FAILED, {}, str(failure)
    except ObjectDoesNotExist as error:
        return JobStatus.FAILED, {}, f"任务所需的数据已不存在：{error}"
    except Exception:
        logger.exception("job %s failed", job.pk)
        return (
            JobStatus.FAILED,
            {},
            "任务因系统故障中断，未产生任何结果。请稍后点“重试”；如仍失败，请联系系统管理员查看日志。",
        )


def _finish(job: Job, status: JobStatus, result: dict[str, Any], error: str) -> None:
    """Write the end, on a fresh connection where the work has lost its own."""
    job.status, job.result, job.error, job.unfinished = status, result, error, 0
    job.finished_at = timezone.now()
    job.log = [*job.log, _line(error.splitlines()[0] if error else str(status.label))]
    _save_end(job)
    if status != JobStatus.CANCELLED:
        _tell_end(job)


def _tell_end(job: Job) -> None:
    for listener in end_listeners:
        try:
            with transaction.atomic():
                listener(job)
        except Exception:
            logger.exception("nobody was told of the end of job %s", job.pk)


def _save_end(job: Job) -> None:
    """Save, waiting for a database that is just restarting; the sweep helps when it stays away."""
    for pause in RESTART_PAUSES:
        close_old_connections()
        try:
            return job.save(update_fields=END_FIELDS)
        except OperationalError:
            connection.close()
            time.sleep(pause)
    return job.save(update_fields=END_FIELDS)


def cancel(job: Job) -> None:
    """Stop the job: at once while it waits, at its next step while it runs."""
    waiting = Job.objects.filter(pk=job.pk, status=JobStatus.QUEUED).update(
        status=JobStatus.CANCELLED, finished_at=timezone.now(), error="已按要求取消。"
    )
    if not waiting:
        Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(cancel_requested=True)


def retry(job: Job) -> Job:
    """Queue a failed or cancelled job again; gives the open one if somebody already did."""
    try:
        with transaction.atomic():
            queued = Job.objects.filter(pk=job.pk, status__in=REPEATABLE).update(
                status=JobStatus.QUEUED,
                cancel_requested=False,
                dispatched_at=None,
                finished_at=None,
                error="",
            )
    except IntegrityError:
        same = Job.objects.filter(kind=job.kind, subject=job.subject, status__in=OPEN)
        return same.first() or job
    job.refresh_from_db()
    if queued:
        transaction.on_commit(lambda: dispatch(job))
    return job


def sweep() -> int:
    """Send jobs that the broker never got or forgot, and those whose worker died.

    A message too many does no harm: who finds the job taken or ended leaves it alone.
    Returns how many were sent.
    """
    now = timezone.now()
    overdue = now - timedelta(seconds=SENDING_GRACE_SECONDS)
    forgotten = now - timedelta(seconds=FORGOTTEN_SECONDS)
    lost = [
        *Job.objects.filter(status=JobStatus.QUEUED, dispatched_at=None),
        *Job.objects.filter(status=JobStatus.QUEUED, dispatched_at__lt=forgotten),
        *Job.objects.filter(status=JobStatus.RUNNING, dispatched_at__lt=overdue),
    ]
    return sum(dispatch(job) for job in lost if _is_free(job.pk))


def _is_free(pk: int) -> bool:
    with _claim(pk) as free:
        return free
