"""Files in an S3-compatible object store, failing the way a disk fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


@contextmanager
def _as_oserror() -> Iterator[None]:
    """Callers handle a full disk and an object store out of reach alike."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"object store: {error}") from error


class ObjectStorage(S3Storage):
    """An object appears whole or not at all: the protocol itself promises it."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.client_config = Config(
            # A click must not wait minutes for a store that is down.
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 2},
            signature_version="s3v4",
            # Stores other than Amazon's know buckets by path, and not its newer checksums.
            s3={"addressing_style": "path" if self.endpoint_url else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )

    def _save(self, name: str, content: Any) -> str:
        with _as_oserror():
            saved: str = super()._save(name, content)
            return saved

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_oserror():
            return super()._open(name, mode)

    def exists(self, name: str) -> bool:
        with _as_oserror():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _as_oserror():
            return int(super().size(name))

    def delete(self, name: str) -> None:
        with _as_oserror():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_oserror():
            found: tuple[list[str], list[str]] = super().listdir(name)
            return found
