"""Bytes under their own SHA-256, in whatever storage the settings name.

Equal files are kept once, however many records they belong to; nothing is ever overwritten, so a
file need not be locked, and one without a row (its writer was killed) does no harm.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

ROOT = "attachments"


def digest(file: Any) -> str:
    """SHA-256 of the whole file, in hexadecimal digits."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def address(sha256: str, variant: str = "") -> str:
    """Where bytes with this digest lie: `attachments/ab/cd/abcd…`, variants beside them."""
    return f"{ROOT}/{sha256[:2]}/{sha256[2:4]}/{sha256}{variant}"


def keep(file: File, name: str, size: int) -> str:
    """Store the bytes under `name` unless they are there already, whole.

    Raises OSError; nothing half-written stays behind.
    """
    if default_storage.exists(name):
        if default_storage.size(name) == size:
            return name
        default_storage.delete(name)
    file.seek(0)
    saved = default_storage.save(name, file)
    if saved != name:  # somebody stored the same bytes at the same moment
        default_storage.delete(saved)
    return name


def all_names(folder: str = ROOT) -> Iterator[str]:
    """Every stored name below the folder."""
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{file}" for file in files)
    for inner in folders:
        yield from all_names(f"{folder}/{inner}")


def read(name: str) -> bytes:
    """The whole content of a small file. Raises OSError."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content
