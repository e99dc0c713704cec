"""Long-running child processes: started with a log, watched, stopped as a group."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ops.common import LOG, ROOT, RUN, OpsError, tail

PIDS = RUN / "pids"
STEP_SECONDS = 0.1
#: A warm stop lets a worker finish its task; then it is killed and the task delivered again.
STOP_SECONDS = 15


class Child:
    """One long-running program, in a process group of its own.

    A group of its own keeps Ctrl-C in the terminal away from it, so that everything is stopped
    in order.  Its number and its parent's are kept in a file, so that ``stop_left_over`` finds
    it after the parent was killed.
    """

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self.command = command
        self.environ = dict(environ)
        self.log = LOG / f"{name}.log"
        self._file = PIDS / name
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        LOG.mkdir(parents=True, exist_ok=True)
        PIDS.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        pid, parent = self._process.pid, os.getpid()
        self._file.write_text(f"{pid} {birth(pid)} {parent} {birth(parent)}")

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is not None:
            _stop_group(self._process.pid, self.running)
            self._file.unlink(missing_ok=True)


def run_step(name: str, command: list[str], environ: Mapping[str, str]) -> str:
    """Run a command to its end and return what it printed.

    Raises ``OpsError`` with the end of its log when it fails.
    """
    LOG.mkdir(parents=True, exist_ok=True)
    log = LOG / f"{name}.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise OpsError(f"步骤 {name} 失败，日志 {log}：\n{text[-2000:]}{tail(log)}")
    return text


def stop_left_over(*, orphans_only: bool = True) -> list[str]:
    """Stop programs whose parent was killed (or all that are noted); returns their names."""
    stopped = []
    for file in sorted(PIDS.glob("*")):
        pid, born, parent, parent_born = file.read_text().split()
        if orphans_only and _lives(int(parent), parent_born):
            continue
        if _lives(int(pid), born):
            _stop_group(int(pid), partial(_lives, int(pid), born))
            stopped.append(file.name)
        file.unlink(missing_ok=True)
    return stopped


def birth(pid: int) -> str:
    """Start time of a process in clock ticks: tells it from a later one of the same number."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "gone"
    fields = status.rpartition(")")[2].split()
    return "gone" if fields[0] == "Z" else fields[19]


def _lives(pid: int, born: str) -> bool:
    return birth(pid) == born


def _stop_group(pid: int, alive: Callable[[], bool]) -> None:
    _signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while alive() and time.monotonic() < deadline:
        time.sleep(STEP_SECONDS)
    # Also when the leader went: its children must not outlive it.
    _signal_group(pid, signal.SIGKILL)
    while alive():
        time.sleep(STEP_SECONDS)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return
