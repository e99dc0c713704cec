"""What becomes of a report when the broker, the worker or the database goes away in the middle.

Real processes on real servers: nothing here is a stand-in.
"""

import time
from pathlib import Path

import psycopg
import pytest

from ops import postgres, valkey
from tests.portal import Portal, database_url, wait_for

pytestmark = pytest.mark.slow


class Database:
    """A plain connection to a portal's database, to look on from outside."""

    def __init__(self, url: str):
        self.url = url.replace("postgres://", "postgresql://", 1)

    def one(self, query: str, *params):
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query, params).fetchone()

    def job(self):
        """Status, step and error of the newest job."""
        return self.one("SELECT status, step, error FROM jobs_job ORDER BY id DESC LIMIT 1")

    def builds(self) -> int:
        return self.one("SELECT count(*) FROM reports_reportbuild")[0]


@pytest.fixture
def running(make_portal):
    """A portal with a worker, on a broker that gives up on a lost worker after 4 seconds."""
    portal = make_portal(BROKER_VISIBILITY_TIMEOUT="4")
    portal.start_worker()
    return portal


def pdf_files(portal: Portal) -> list[Path]:
    return [path for path in (portal.folder / "media").rglob("*") if path.is_file()]


def test_a_worker_killed_in_mid_compile_leads_to_one_finished_pdf(make_portal):
    portal = make_portal(BROKER_VISIBILITY_TIMEOUT="4")
    database = Database(database_url(portal.database))
    portal.start_worker("first")
    with psycopg.connect(database.url) as blocker:
        blocker.execute("LOCK TABLE petitions_petition IN ACCESS EXCLUSIVE MODE")
        portal.manage("compile_report", "2023")
        wait_for(lambda: database.job()[0] == "running", "job started")
        portal.kill("first")
    portal.start_worker("second")
    wait_for(lambda: database.job()[0] == "succeeded", "job finished", 60)
    assert database.one("SELECT count(*), max(attempts) FROM jobs_job") == (1, 2)
    assert database.builds() == 1
    assert len(pdf_files(portal)) == 1


def test_a_message_delivered_twice_makes_one_pdf(running):
    database = Database(database_url(running.database))
    done = running.manage("compile_report", "2023", "--wait")
    assert done.returncode == 0, done.stderr
    pk = database.one("SELECT max(id) FROM jobs_job")[0]
    running.manage(
        "shell", "-v", "0", "-c", f"from kernel.jobs.tasks import run; run({pk}); run({pk})"
    )
    assert database.builds() == 1


def test_a_broker_that_is_down_at_the_click_loses_nothing(make_portal, tmp_path):
    """The page answers, says so, and the job runs once the broker is back."""
    broker = tmp_path / "broker"
    valkey.start(broker, durable=False)
    portal = make_portal(REDIS_URL=valkey.url(broker))
    database = Database(database_url(portal.database))
    try:
        valkey.stop(broker)
        started = time.monotonic()
        asked = portal.manage("compile_report", "2023")
        assert time.monotonic() - started < 15
        assert "任务队列暂时不可用" in asked.stderr
        assert database.job()[0] == "queued"
        valkey.start(broker, durable=False)
        portal.start_worker()
        wait_for(lambda: database.job()[0] == "succeeded", "swept job finished", 90)
        assert database.builds() == 1
    finally:
        portal.stop()
        valkey.stop(broker)


def test_a_database_restarted_in_mid_compile_fails_the_job_cleanly_and_a_retry_works(tmp_path):
    server = tmp_path / "postgres"
    postgres.start(server, durable=False)
    portal = Portal("unused", tmp_path / "portal", DATABASE_URL=postgres.url(server))
    database = Database(postgres.url(server))
    try:
        for command in (["migrate", "-v", "0"], ["load_demo", "--password", "x"]):
            done = portal.manage(*command)
            assert done.returncode == 0, done.stderr
        portal.start_worker()
        blocker = psycopg.connect(database.url)
        blocker.execute("LOCK TABLE petitions_petition IN ACCESS EXCLUSIVE MODE")
        portal.manage("compile_report", "2023")
        wait_for(lambda: database.job()[0] == "running", "job started")
        postgres.stop(server)
        postgres.start(server, durable=False)
        wait_for(lambda: database.job()[0] == "failed", "job failed", 60)
        assert "系统故障中断" in database.job()[2]
        assert database.builds() == 0
        retry = "from kernel.jobs.models import Job; from kernel.jobs.runner import retry;"
        portal.manage("shell", "-v", "0", "-c", f"{retry} retry(Job.objects.get())")
        wait_for(lambda: database.job()[0] == "succeeded", "retried job finished", 60)
        assert database.builds() == 1
        assert len(pdf_files(portal)) == 1
    finally:
        portal.stop()
        postgres.stop(server)


def test_load_demo_run_twice_changes_nothing(make_portal):
    portal = make_portal()
    database = Database(database_url(portal.database))
    counts = (
        "SELECT (SELECT count(*) FROM petitions_petition), (SELECT count(*) FROM organization_unit)"
    )
    before = database.one(counts)
    again = portal.manage("load_demo", "--password", "another")
    assert again.returncode == 0, again.stderr
    assert "未作改动" in again.stdout
    assert database.one(counts) == before


def test_load_demo_refuses_a_database_with_real_data(make_portal):
    portal = make_portal()
    portal.manage(
        "shell",
        "-v",
        "0",
        "-c",
        "from organization.models import StaffAccount as S;"
        "S.objects.update(username=__import__('django').db.models.functions.Concat('username',"
        "__import__('django').db.models.Value('x')))",
    )
    refused = portal.manage("load_demo", "--password", "x")
    assert refused.returncode != 0
    assert "已有正式数据" in refused.stderr
