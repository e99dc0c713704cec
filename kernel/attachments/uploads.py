"""Receive files without ever filling the disk or failing without a word.

Django reads an upload before any page code runs, so what goes wrong here is noted on the request
and told by the page.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

TOO_LARGE, NO_ROOM = "too_large", "no_room"


@dataclass(frozen=True)
class Lost:
    """A file of the request that was not received, and why."""

    name: str
    reason: str


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Keeps a file in the temporary folder, up to `UPLOAD_CEILING` bytes."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.UPLOAD_CEILING:
            self._give_up(TOO_LARGE)
            raise SkipFile
        try:
            self.file.write(raw_data)
        except OSError as error:
            self._give_up(NO_ROOM)
            raise SkipFile from error

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            return super().file_complete(file_size)
        except OSError:  # the last bytes leave the buffer only now
            self._give_up(NO_ROOM)
            return None

    def _give_up(self, reason: str) -> None:
        with suppress(OSError):
            self.file.close()
        request: Any = self.request
        request.lost_files = [*lost_files(request), Lost(self.file_name or "", reason)]


def lost_files(request: HttpRequest) -> list[Lost]:
    """Files of this request that did not arrive."""
    return getattr(request, "lost_files", [])
