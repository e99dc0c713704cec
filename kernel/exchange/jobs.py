"""Imports and exports that run in the background, where people can watch and stop them."""

from typing import Any

from django.db import connection
from django.utils import timezone

from kernel.jobs.models import Job
from kernel.jobs.runner import Cancelled, JobFailed, Progress, job_kind, request_job
from kernel.records.errors import Refused
from kernel.registers.register import registry

from . import importing, undoing
from .exporting.files import make_export
from .models import ExportFile, ImportBatch

CHECK, APPLY, UNDO, EXPORT = (f"exchange.{name}" for name in ("check", "apply", "undo", "export"))
BIG_FILE = 1_000_000
"""Bytes beyond which a file is checked in the background."""
BIG_UNDO = 5_000


class SideProgress:
    """Reports progress over a connection of its own.

    The work runs in one transaction, whose own writes nobody sees until it ends.
    """

    def __init__(self, job: Job):
        self.job = job
        self.connection = connection.copy()

    def __enter__(self) -> "SideProgress":
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def step(self, label: str, done: int, total: int) -> None:
        """Show how many of how many rows are done, in hundredths; takes a cancel."""
        percent = done * 100 // max(total, 1)
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_job SET step = %s, done = %s, total = 100 WHERE id = %s"
                " RETURNING cancel_requested",
                [f"{label}（共 {total} 行）", percent, self.job.pk],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled


@job_kind(CHECK)
def check_job(progress: Progress, *, batch: int, keep_fields: bool = False) -> dict[str, Any]:
    found = ImportBatch.objects.get(pk=batch)
    with SideProgress(progress.job) as side:
        importing.check_batch(found, side.step, keep_fields=keep_fields)
    return {"import": batch, "counts": found.counts}


@job_kind(APPLY)
def apply_job(progress: Progress, *, batch: int) -> dict[str, Any]:
    """Apply one import; delivered again after a kill, it finds the import done or undone."""
    with SideProgress(progress.job) as side:
        return {"import": batch, **importing.apply_batch(batch, side.step)}


@job_kind(UNDO)
def undo_job(progress: Progress, *, batch: int) -> dict[str, Any]:
    try:
        result = undoing.undo_batch(batch, by=progress.job.requested_by)
    except Refused as refused:
        raise JobFailed(str(refused)) from refused
    return {"import": batch, **result}


@job_kind(EXPORT)
def export_job(progress: Progress, *, export: int) -> dict[str, Any]:
    found = ExportFile.objects.get(pk=export)
    if not found.stored:
        with SideProgress(progress.job) as side:
            make_export(found, side.step)
        found.finished_at = timezone.now()
        found.save()
    return {"export": export, "rows": found.total}


def _request(kind: str, batch: ImportBatch, by: Any, verb: str, **params: Any) -> Job:
    title = f"{verb}{registry.get(batch.register).title}（{batch.filename}）"
    job = request_job(
        kind, title=title[:120], subject=f"import:{batch.pk}", by=by, batch=batch.pk, **params
    )
    ImportBatch.objects.filter(pk=batch.pk).update(job=job)
    batch.job = job
    return job


def request_check(batch: ImportBatch, *, keep_fields: bool = False) -> Job:
    by = batch.requested_by
    return _request(CHECK, batch, by, "核对导入：", keep_fields=keep_fields)


def request_apply(batch: ImportBatch) -> Job:
    return _request(APPLY, batch, batch.requested_by, "导入：")


def request_undo(batch: ImportBatch, *, by: Any) -> Job:
    return _request(UNDO, batch, by, "撤回导入：")


def request_export(export: ExportFile) -> Job:
    title = f"导出：{registry.get(export.register).title}"
    job = request_job(
        EXPORT,
        title=title[:120],
        subject=f"export:{export.pk}",
        by=export.requested_by,
        export=export.pk,
    )
    ExportFile.objects.filter(pk=export.pk).update(job=job)
    export.job = job
    return job
