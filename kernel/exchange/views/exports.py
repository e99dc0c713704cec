"""Large exports: how far they are, and the file for who asked for it."""

import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from kernel.registers.register import registry

from .. import storing
from ..exporting.files import TYPES
from ..models import ExportFile
from ..reading import Refusal


def own(request: HttpRequest, pk: int) -> ExportFile:
    """Nobody else's export: the rows are those that its requester may see."""
    return get_object_or_404(
        ExportFile.objects.select_related("job"), pk=pk, requested_by=request.user
    )


@login_required
@require_GET
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = own(request, pk)
    working = row.job is not None and row.job.is_open
    if request.headers.get("HX-Request") and working:
        return render(request, "exchange/_export_working.html", {"export": row, "job": row.job})
    register = registry.get(row.register)
    context = {
        "export": row,
        "job": row.job,
        "working": working,
        "register": register,
        "list_url": register.url("list"),
        "page_title": f"导出{register.title}",
        "breadcrumbs": [
            ("首页", "/"),
            (register.title, register.url("list")),
            ("导出", None),
        ],
    }
    response = render(request, "exchange/export_file.html", context)
    if request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_GET
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    row = own(request, pk)
    try:
        data = storing.load(row)
    except Refusal:
        messages.error(request, "文件还没有完成，或已过保留期被清除，请重新导出。")
        return redirect("exports-detail", pk=pk)
    response: Any = FileResponse(io.BytesIO(data), content_type=TYPES[row.format])
    response["Content-Disposition"] = content_disposition_header(True, row.filename)
    return response
