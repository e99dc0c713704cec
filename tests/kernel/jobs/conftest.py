"""Jobs need real commits, real threads and a real broker; each test removes what it left."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from kernel.jobs import runner
from kernel.jobs.models import Job

KIND = "kernel-test"
QUEUE = "kernel-test"


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The shared demo database without a surrounding transaction; our jobs are deleted after."""
    with django_db_blocker.unblock():
        yield
        Job.objects.filter(kind=KIND).delete()
        connection.close()


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The session's Valkey, whose queue of ours is empty before and after."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(QUEUE)
        yield client
        client.delete(QUEUE)


@pytest.fixture
def work(monkeypatch: Any) -> Callable[[Any], None]:
    """Declare what jobs of our kind do in this test."""

    def declare(function: Any) -> None:
        monkeypatch.setitem(runner._kinds, KIND, (function, QUEUE))

    declare(lambda progress, **params: {})
    return declare


@pytest.fixture
def make_job(committed: None, broker: Any, work: Any) -> Callable[..., Job]:
    """Ask for a job of our kind, as a page does."""

    def make(subject: str = "甲", **params: Any) -> Job:
        return runner.request_job(KIND, title="试办", subject=subject, by=None, **params)

    return make


def in_thread(function: Callable[[], Any]) -> threading.Thread:
    """Run on a database connection of its own."""

    def run() -> None:
        try:
            function()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until(condition: Callable[[], Any], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def environ(extra: dict[str, str]) -> dict[str, str]:
    """The environment of a process that works on the same database."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "haian_lawgov.settings"} | extra
