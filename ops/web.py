"""The web server of the demonstration: its port, its start, its first answer."""

import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus

from ops.common import VENV_PYTHON, OpsError, tail
from ops.processes import Child

HOST = "127.0.0.1"
DEFAULT_PORT = "8000"
HIGHEST_PORT = 65_535
SPARE_PORTS = (8080, 8081)
START_SECONDS = 60


def server(environ: Mapping[str, str], port: int) -> Child:
    """Gunicorn with two processes on ``port`` of this machine alone."""
    options = [
        "--workers=2",
        "--preload",
        "--timeout=60",
        f"--bind={HOST}:{port}",
        "--access-logfile=-",
        # Without the query: what people search for may be a person's number.
        '--access-logformat=%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms',
    ]
    return Child(
        "web", [str(VENV_PYTHON), "-m", "gunicorn", "haian_lawgov.wsgi", *options], environ
    )


def address(port: int) -> str:
    return f"http://{HOST}:{port}/"


def chosen_port() -> int:
    """The port from ``PORT``.  Raises ``OpsError`` where that is none."""
    text = os.environ.get("PORT") or DEFAULT_PORT
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= HIGHEST_PORT:
        raise OpsError(f"PORT 的值 {text[:20]!r} 有误：应为 1 至 {HIGHEST_PORT} 之间的整数。")
    return int(text)


def check_port(port: int) -> None:
    """Raise ``OpsError`` where another program listens on ``port``."""
    with socket.socket() as probe:
        # As gunicorn does, so that connections in their last minute do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            other = next(each for each in SPARE_PORTS if each != port)
            raise OpsError(
                f"端口 {port} 不能使用（通常是已被占用）。"
                f"请先停止占用它的程序，或换一个端口：make demo PORT={other}"
            ) from None


def wait_until_live(web: Child, port: int) -> None:
    """Return once the server answers.  Raises ``OpsError`` with the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_live(port):
        if not web.running() or time.monotonic() > deadline:
            raise OpsError(f"网站没有启动，日志 {web.log}：\n{tail(web.log)}")
        time.sleep(0.1)


def _is_live(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"{address(port)}health/live", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
