"""Files that are either there whole or not there at all."""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage

PARTIAL = ".part"


class AtomicFileStorage(FileSystemStorage):
    """Writes beside the final name, then renames: no full disk or kill leaves half a file.

    Every writer has a partial file of its own, so two who store the same name at once do not
    touch each other. What a killed process left is removed by the next write to that folder.
    """

    def _save(self, name: str, content: Any) -> str:
        own = f"{name}.{uuid4().hex}{PARTIAL}"
        partial = Path(self.path(own))
        partial.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(partial.parent)
        try:
            super()._save(own, content)  # type: ignore[misc]
            _to_disk(partial)
            partial.replace(self.path(name))
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return name


def _to_disk(path: Path) -> None:
    """Else a power cut after the rename could leave the name without its content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_leftovers(folder: Path) -> None:
    """Delete partial files whose writer is certainly gone (older than an hour)."""
    for path in folder.glob(f"*{PARTIAL}"):
        if path.stat().st_mtime < time.time() - 3600:
            path.unlink(missing_ok=True)
