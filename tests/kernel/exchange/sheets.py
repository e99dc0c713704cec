"""Small sheets for tests, and the way of an import through its pages."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from kernel.exchange.exporting.files import Export
from kernel.exchange.exporting.xlsx import Sheet, write_xlsx
from kernel.exchange.models import ImportBatch
from kernel.jobs import runner
from kernel.jobs.models import Job
from kernel.registers.register import Register


def xlsx(header: list[str], rows: list[list[Any]], name: str = "数据") -> bytes:
    """A sheet as another program would write it: nothing escaped."""
    target = io.BytesIO()
    write_xlsx(target, [Sheet(name, header, rows, escaped=False)])
    return target.getvalue()


def exported(register: Register, user: Any, format: str = "xlsx", **filters: str) -> bytes:
    """The whole visible register as its export page gives it."""
    params = QueryDict(mutable=True)
    params.update(filters)
    target = io.BytesIO()
    Export(register, user, params, format).write(target)
    return target.getvalue()


def upload(client: Client, register: Register, data: bytes, name: str = "数据.xlsx") -> Any:
    """Upload a file and give the page that follows."""
    file = SimpleUploadedFile(name, data)
    return client.post(register.url("import"), {"file": file}, follow=True)


def newest() -> ImportBatch:
    return ImportBatch.objects.order_by("-pk")[:1].get()


def run_open_jobs() -> None:
    """What the worker does, without its locks and reconnects, which a rolled-back test forbids."""
    for job in Job.objects.filter(status="queued").order_by("pk"):
        run(job)


def run(job: Job) -> None:
    status, result, error = runner._execute(job)
    Job.objects.filter(pk=job.pk).update(status=status, result=result, error=error)


def confirm(client: Client, batch: ImportBatch, **choices: str) -> Any:
    """Confirm an import and let the worker do it; the page that follows."""
    url = f"/imports/{batch.pk}/"
    response = client.post(f"{url}apply/", choices)
    if response.status_code == 302:
        run_open_jobs()
        return client.get(url)
    return response
