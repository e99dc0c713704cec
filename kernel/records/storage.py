"""Files that are either there whole or not there at all."""

import time
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

PARTIAL = ".part"


class AtomicFileStorage(FileSystemStorage):
    """Writes beside the final name, then renames: no full disk or kill leaves half a file.

    What a killed process left under its `.part` name is removed by the next write to that folder.
    """

    def _save(self, name: str, content: Any) -> str:
        partial = Path(self.path(name + PARTIAL))
        partial.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(partial.parent)
        try:
            super()._save(name + PARTIAL, content)  # type: ignore[misc]
            partial.replace(self.path(name))
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return name


def _remove_leftovers(folder: Path) -> None:
    """Delete partial files whose writer is certainly gone (older than an hour)."""
    for path in folder.glob(f"*{PARTIAL}"):
        if path.stat().st_mtime < time.time() - 3600:
            path.unlink(missing_ok=True)
