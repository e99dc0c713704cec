"""A real portal for tests: gunicorn and Celery as their own processes, on a given database."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


class Portal:
    """Processes of one portal. Everything it writes goes below `folder`."""

    def __init__(self, database: str, folder: Path, **environment: str):
        self.database, self.folder = database, folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.extra = environment
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": database_url(self.database),
            "MEDIA_ROOT": str(self.folder / "media"),
            "DJANGO_SETTINGS_MODULE": "haian_lawgov.settings",
            **self.extra,
        }

    def start(self) -> None:
        """Start the web server and wait until it answers."""
        command = ["gunicorn", "haian_lawgov.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        self.spawn("web", [*command, "--workers", "1", "--threads", "4"])
        wait_for(self._answers, "web server")

    def start_worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        """Start a worker for both queues, with the beat that sweeps lost jobs."""
        command = ["celery", "-A", "haian_lawgov", "worker", "-Q", "default,reports", "-c", "1"]
        schedule = str(self.folder / f"{name}-schedule")
        return self.spawn(name, [*command, "-B", "-s", schedule, "-n", f"{name}-{self.port}@test"])

    def spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._processes[name] = process
        return process

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command against this portal."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def kill(self, name: str) -> None:
        """SIGKILL a process and all its children, as a power cut would."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _answers(self) -> bool:
        web = self._processes["web"]
        if web.poll() is not None:
            raise AssertionError(f"web server ended:\n{self.log('web')}")
        try:
            urllib.request.urlopen(f"{self.url}/health/live", timeout=2).close()
        except (urllib.error.URLError, OSError):
            return False
        return True


def database_url(name: str) -> str:
    """The address of another database on the server that the tests use."""
    params = settings.DATABASES["default"]
    user, password = params.get("USER", ""), params.get("PASSWORD", "")
    login = f"{user}:{password}" if password else user
    host, port = str(params.get("HOST", "")), params.get("PORT") or 5432
    if host.startswith("/"):
        return f"postgres://{login}@/{name}?host={host}"
    return f"postgres://{login}@{host}:{port}/{name}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(condition: object, what: str, seconds: float = START_SECONDS) -> None:
    """Poll a condition; AssertionError when it does not come true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)
