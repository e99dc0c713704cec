"""What the set-up and process scripts share: places, messages, locks."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / ".run"
LOG = RUN / "log"
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"

#: A unix socket's address holds 107 bytes; PostgreSQL adds ``/.s.PGSQL.5432`` to the folder.
LONGEST_SOCKET_DIR = 85
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class OpsError(Exception):
    """Something a person has to put right; the message says what and how."""


def say(text: str = "") -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def run_main(main: Callable[[], int | None]) -> None:
    """Run a script's ``main`` and exit with its code; an ``OpsError`` becomes a plain message."""
    try:
        sys.exit(main() or 0)
    except OpsError as error:
        print(f"错误：{error}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time work on ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def socket_dir(data: Path) -> Path:
    """Private folder for the sockets of the server whose data is in ``data``.

    A long path, or one with spaces or Chinese characters, does not fit a socket's address or
    a URL; then a short folder beside the system's temporary files stands in.
    """
    folder = data / "sock"
    plain = PLAIN_PATH.fullmatch(str(folder)) and len(str(folder)) <= LONGEST_SOCKET_DIR
    if not plain:
        name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"haian-{os.getuid()}-{name}"
    return folder


def make_private(folder: Path) -> None:
    """Create ``folder`` for this user alone; refuse one that somebody else prepared."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (os.getuid(), _nobody()):
        raise OpsError(f"目录 {folder} 属于其他用户，请删除后重试。")


def remove_socket_dir(data: Path) -> None:
    """Clear away the sockets of a stopped server."""
    shutil.rmtree(socket_dir(data), ignore_errors=True)


def _nobody() -> int:
    import pwd  # noqa: PLC0415 - only where accounts exist

    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else os.getuid()


def installed_package(name: str) -> Path | None:
    """Folder of a package in the virtual environment, without importing it.

    Importing the packages of the two servers would create folders and accounts.
    """
    found = (ROOT / ".venv").glob(f"lib/python*/site-packages/{name}")
    return next(found, None)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message."""
    if not path.exists():
        return "（无日志）"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
