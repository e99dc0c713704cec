"""The load balancer hears the truth about every need, without a login and without details."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _migrated(db):
    # Test databases are built from the models; this one claims to be migrated.
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for app, name in MigrationLoader(connection).disk_migrations:
        recorder.record_applied(app, name)


def checks_of(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()["checks"]


def test_live_answers_without_database_or_login(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"state": "ok"})


def test_ready_names_every_need(client):
    status, checks = checks_of(client)
    assert checks == dict.fromkeys(("database", "broker", "migrations", "fonts"), "ok")
    assert status == 200


def test_a_missing_migration_is_told(client):
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("jobs")
    MigrationRecorder(connection).record_unapplied(*newest)
    status, checks = checks_of(client)
    assert status == 503
    assert checks["migrations"] == "有 1 个迁移未执行，请运行 manage.py migrate"
    assert checks["database"] == "ok"


def test_a_broker_that_is_down_is_told_without_its_address(client, settings):
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    status, checks = checks_of(client)
    assert status == 503
    assert checks["broker"] == "不可用，原因见日志"


def test_missing_fonts_are_told(client, settings, tmp_path):
    settings.FONT_DIR = tmp_path
    status, checks = checks_of(client)
    assert status == 503
    assert "公文字体" in checks["fonts"]


def test_answers_are_never_cached_and_only_read(client):
    assert "no-store" in client.get("/health/ready")["Cache-Control"]
    assert client.post("/health/ready").status_code == 405
