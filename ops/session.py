"""Servers for one test session, under ``.run/test/<process id>``: fast, private, thrown away."""

import os
import shutil
from pathlib import Path

from ops import valkey
from ops.common import RUN
from ops.services import Services

TEST_DIR = RUN / "test"
#: pytest-xdist names its worker processes gw0, gw1, …
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class TestSession:
    """Own database and broker of a test session, unless the environment names others.

    Worker processes of pytest-xdist use the servers of the process that started them, each with
    a broker database and a folder for files of its own.
    """

    __test__ = False  # pytest would take the name for a test class

    def __init__(self) -> None:
        self.is_first = not WORKER
        if self.is_first:
            os.environ["HAIAN_TEST_SESSION"] = str(os.getpid())
        self.folder = TEST_DIR / os.environ["HAIAN_TEST_SESSION"]
        self.services = Services(self.folder, durable=False)

    def set_environment(self) -> None:
        """Point Django at the servers; must happen before settings are read."""
        if self.is_first:
            os.environ.update(self.services.environment())
        elif os.environ["REDIS_URL"] == valkey.url(self.services.valkey_dir):
            number = int(WORKER.removeprefix("gw")) + 1
            os.environ["REDIS_URL"] = valkey.url(self.services.valkey_dir, number)
        os.environ["PORTAL_MODE"] = "test"
        os.environ["MEDIA_ROOT"] = str(self.folder / "media" / WORKER)

    def start(self) -> None:
        """Start the servers and clear away what killed sessions left."""
        if self.is_first:
            remove_abandoned()
            self.services.start()

    def stop(self) -> None:
        """Stop the servers and delete their data."""
        if self.is_first:
            self.services.stop()
            shutil.rmtree(self.folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Stop and delete the servers of test sessions that were killed."""
    for folder in TEST_DIR.glob("[0-9]*"):
        if not _alive(int(folder.name)):
            Services(folder).stop()
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
