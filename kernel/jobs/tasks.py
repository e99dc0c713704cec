"""Celery's side of jobs: an id in, a call of the runner."""

from celery import shared_task

from . import runner


@shared_task(name="jobs.run")
def run(pk: int) -> None:
    """Run the job with this key."""
    runner.run_job(pk)


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Send again what the broker or a worker has lost."""
    return runner.sweep()
