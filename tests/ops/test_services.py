"""The servers under ``.run``: one of each, wherever the project lies, whatever was killed."""

import os
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from haian_lawgov import env_kinds
from ops import lease, postgres, valkey
from ops.common import OpsError, make_private, socket_dir
from ops.services import Services

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")


@pytest.fixture
def base(tmp_path):
    yield tmp_path / "run"
    Services(tmp_path / "run").stop()


def connect(services: Services) -> psycopg.Connection:
    parsed = env_kinds.database_url(services.environment()["DATABASE_URL"])
    return psycopg.connect(
        host=parsed["HOST"], port=parsed["PORT"], user=parsed["USER"], dbname=parsed["NAME"]
    )


def ask(services: Services, query: str) -> object:
    with connect(services) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def broker(services: Services) -> redis.Redis:
    return redis.Redis.from_url(services.environment()["REDIS_URL"])


def postgres_pid(base: Path) -> int:
    return int((base / "postgres/pg/postmaster.pid").read_text().split()[0])


@pytest.mark.parametrize(
    "name", ["plain", "with spaces", "海安市教育体育局 法治", "long" * 40, "it's"]
)
def test_they_run_wherever_the_project_lies(tmp_path, name):
    services = Services(tmp_path / name)
    try:
        services.start()
        assert ask(services, "select '法治' ~ '^\\w{2}$'") is True
        assert broker(services).ping()
    finally:
        services.stop()
    assert not socket_dir(services.postgres_dir).exists()


def test_many_starts_at_once_give_one_server_of_each(base):
    started: list[str] = []
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Services(base).start(started.append), range(4)))
    assert sorted(started) == ["DATABASE_URL", "REDIS_URL"]


def test_data_outlives_a_stop(base):
    services = Services(base)
    services.start()
    with connect(services) as connection:
        connection.execute("create table kept (n int)")
    broker(services).set("kept", "1")
    services.stop()
    services.start()
    assert ask(services, "select count(*) from kept") == 0
    assert broker(services).get("kept") == b"1"


def test_servers_that_were_killed_start_again_with_their_data(base):
    services = Services(base)
    services.start()
    with connect(services) as connection:
        connection.execute("create table kept (n int)")
    os.kill(postgres_pid(base), signal.SIGKILL)
    os.kill(broker(services).info("server")["process_id"], signal.SIGKILL)
    time.sleep(0.2)
    services.start()
    assert ask(services, "select count(*) from kept") == 0
    assert broker(services).ping()


def test_other_users_of_the_machine_find_no_port_and_no_socket(base):
    services = Services(base)
    services.start()
    assert socket_dir(services.postgres_dir).stat().st_mode & 0o077 == 0
    assert socket_dir(services.valkey_dir).stat().st_mode & 0o077 == 0
    assert ask(services, "show listen_addresses") == ""
    assert broker(services).config_get("port")["port"] == "0"


def test_a_given_server_is_used_and_never_started_or_stopped(base, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/portal")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    services = Services(base)
    services.start()
    assert services.environment()["DATABASE_URL"] == "postgres://elsewhere/portal"
    assert services.status() == {"DATABASE_URL": "外部", "REDIS_URL": "外部"}
    assert not base.exists()


def test_a_run_stops_what_it_started(base):
    with lease.servers(base) as services:
        assert set(services.status().values()) == {"运行中"}
    assert set(services.status().values()) == {"未运行"}


def test_a_run_leaves_alone_what_ran_before_it(base):
    by_hand = Services(base)
    by_hand.start()
    with lease.servers(base):
        pass
    assert set(by_hand.status().values()) == {"运行中"}


def test_the_last_of_two_overlapping_runs_stops_the_servers(base):
    first, second = lease.servers(base), lease.servers(base)
    services = first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(services.status().values()) == {"运行中"}
    second.__exit__(None, None, None)
    assert set(services.status().values()) == {"未运行"}


def test_a_socket_folder_somebody_else_prepared_is_refused(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (tmp_path / "ours").symlink_to(theirs)
    with pytest.raises(OpsError, match="其他用户"):
        make_private(tmp_path / "ours")


def test_a_start_that_fails_shows_the_log(base, monkeypatch):
    data = base / "postgres"
    data.mkdir(parents=True)
    (data / "pg").mkdir()
    (data / "pg" / "PG_VERSION").write_text("18\n")
    monkeypatch.setattr(postgres, "START_ATTEMPTS", 1)
    with pytest.raises(OpsError, match=r"启动失败，日志 .*postgres\.log"):
        postgres.start(data)


def test_a_left_over_socket_is_not_taken_for_a_server(base):
    data = base / "valkey"
    make_private(socket_dir(data))
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(valkey.socket_file(data)))
    assert not valkey.running(data)
    assert valkey.start(data)


def test_the_command_line_tells_the_state():
    root = Path(postgres.__file__).parents[1]
    environ = {**os.environ, "DATABASE_URL": "postgres://a/b", "REDIS_URL": "redis://a/0"}
    command = ["python3", "-m", "ops.services", "status"]
    told = subprocess.run(
        command, cwd=root, env=environ, capture_output=True, text=True, check=True
    )
    assert told.stdout == "数据库：外部\n消息队列：外部\n"
