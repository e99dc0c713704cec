"""Files of imports and exports: sealed with the bureau's key, removed after a few days.

A spreadsheet of petitions is personal data (个人信息保护法 §51): it stands in the storage only in
sealed form, and no longer than it is needed.
"""

import os
import uuid
from datetime import timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from kernel.privacy.keys import keyring

from .models import KEPT_DAYS, ExportFile, ImportBatch, ImportState
from .reading import Refusal

NONCE_BYTES = 12
ID_BYTES = 16
CONTEXT = b"exchange.file"
GONE = "文件已按规定清除（上传后保留7天，导入后立即清除），请重新上传。"


def seal(data: bytes) -> bytes:
    key, nonce = keyring().current, os.urandom(NONCE_BYTES)
    mark = key.id.encode().ljust(ID_BYTES, b"\x00")
    return mark + nonce + key.aead.encrypt(nonce, data, CONTEXT)


def unseal(sealed: bytes) -> bytes:
    """The file's content. Raises `Refusal` when its key is gone."""
    mark, nonce = sealed[:ID_BYTES], sealed[ID_BYTES : ID_BYTES + NONCE_BYTES]
    key = keyring().get(mark.rstrip(b"\x00").decode())
    if key is None:
        raise Refusal("文件的加密密钥已更换，无法再打开。请重新上传。")
    return bytes(key.aead.decrypt(nonce, sealed[ID_BYTES + NONCE_BYTES :], CONTEXT))


def store(row: ImportBatch | ExportFile, data: bytes) -> None:
    """Write the sealed content; the row keeps the name (save it afterwards)."""
    row.stored.save(uuid.uuid4().hex, ContentFile(seal(data)), save=False)


def load(row: ImportBatch | ExportFile) -> bytes:
    """The content of the row's file. Raises `Refusal` when it was removed."""
    if not row.stored:
        raise Refusal(GONE)
    try:
        with row.stored.open("rb") as file:
            return unseal(file.read())
    except FileNotFoundError as error:
        raise Refusal(GONE) from error


def forget(row: ImportBatch | ExportFile) -> None:
    """Remove the file and what was found in it; numbers remain."""
    if row.stored:
        row.stored.delete(save=False)
    if isinstance(row, ImportBatch):
        row.findings = None


def remove_old_files() -> int:
    """Remove the files of imports and exports past their time; how many."""
    limit = timezone.now() - timedelta(days=KEPT_DAYS)
    removed = 0
    for model in (ImportBatch, ExportFile):
        rows: Any = model._default_manager.filter(created_at__lt=limit).exclude(stored="")
        for row in rows:
            forget(row)
            if isinstance(row, ImportBatch) and row.state != ImportState.APPLIED:
                row.state = ImportState.EXPIRED
            row.save()
            removed += 1
    return removed


def copy(source: IO[bytes]) -> bytes:
    source.seek(0)
    return source.read()
