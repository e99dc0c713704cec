"""Who uses our own servers: the last run that leaves stops what runs like it started.

Two runs may overlap (``make report`` while ``make demo`` serves).  The first starts the servers
and may end first; stopping them then would pull them from under the other.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from ops.common import RUN
from ops.services import Services


@contextlib.contextmanager
def servers(base: Path = RUN) -> Iterator[Services]:
    """Database and broker under ``base`` for the time of a run."""
    base.mkdir(parents=True, exist_ok=True)
    services = Services(base)
    with (base / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        try:
            services.start(note=lambda name: _note(base, name))
            yield services
        finally:
            if _is_last(lock.fileno()):
                services.stop(_started(base))
                forget(base)


def forget(base: Path = RUN) -> None:
    """Nothing is left that a run started."""
    _list(base).unlink(missing_ok=True)


def _list(base: Path) -> Path:
    """Names the servers that a run started (not a person by hand), one a line."""
    return base / "services.started"


def _note(base: Path, name: str) -> None:
    with _list(base).open("a") as handle:
        handle.write(f"{name}\n")


def _started(base: Path) -> set[str]:
    return set(_list(base).read_text().split()) if _list(base).exists() else set()


def _is_last(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
