"""What every register has: an import page, a template, a paste page, an export page."""

import tempfile
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from kernel.privacy.access import may_reveal
from kernel.records.querysets import permission_name
from kernel.registers.access import RegisterView
from kernel.registers.filters import chips
from kernel.registers.views.crumbs import crumbs

from .. import importing, jobs
from ..exporting.files import COLUMNS, FORMATS, SPOOLED, TYPES, Export
from ..fields import sheet_columns
from ..models import ExportFile, ImportBatch, Origin
from ..reading.table import MAX_FILE_BYTES
from ..template import make_template

RECENT = 10
STREAMED = 5_000
"""Rows up to which an export is sent at once; larger ones are made in the background."""
STORAGE_FULL = "服务器存储空间不足或不可用，文件没有保存。请稍后再试，或联系系统管理员。"
SHEET_ROWS = 1_048_575
PASTED_NAME = "粘贴的内容"
XLSX = TYPES["xlsx"]


class ImportPage(RegisterView):
    """Choose a file or paste a block; recent imports of the register below."""

    action = "add"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who may only change records may import too: known rows are updated."""
        if request.user.is_authenticated and not self.may("add") and self.may("change"):
            self.action = "change"
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None:
            return self.page("请先选择要导入的文件。")
        if (file.size or 0) > MAX_FILE_BYTES:
            return self.page(f"文件超过{MAX_FILE_BYTES // 1024 // 1024}MB，请分批导入。")
        return self.take(file)

    def take(self, file: UploadedFile) -> HttpResponse:
        try:
            batch = importing.receive(
                self.register,
                self.user,
                origin=Origin.FILE,
                filename=file.name or "未命名",
                data=file.read(),
            )
        except OSError:
            return self.page(STORAGE_FULL)
        check(batch)
        return redirect("imports-detail", pk=batch.pk)

    def page(self, error: str = "") -> HttpResponse:
        register = self.register
        batches = ImportBatch.objects.visible_to(self.user).filter(register=register.key)
        context = {
            "register": register,
            "page_title": f"导入{register.title}",
            "breadcrumbs": crumbs(register, ("导入", None)),
            "error": error,
            "columns": sheet_columns(register),
            "template_url": register.url("import-template"),
            "paste_url": register.url("import-paste"),
            "batches": batches.select_related("requested_by", "job")[:RECENT],
            "max_mb": MAX_FILE_BYTES // 1024 // 1024,
        }
        return render(self.request, "exchange/import.html", context, status=422 if error else 200)


def check(batch: ImportBatch) -> None:
    """At once where that takes a moment, else in the background."""
    if batch.size > jobs.BIG_FILE:
        jobs.request_check(batch)
    else:
        importing.check_batch(batch)


class ImportTemplate(ImportPage):
    """The register's xlsx template."""

    def get(self, request: HttpRequest) -> HttpResponse:
        name = f"{self.register.title}导入模板.xlsx"
        response = HttpResponse(make_template(self.register, self.user), content_type=XLSX)
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


class ImportPaste(ImportPage):
    """Paste a block copied from Excel or WPS."""

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("text", "")
        if not text.strip():
            return self.page("请先粘贴内容：在表格里连同表头一起复制，再粘贴到下面的框里。")
        batch = importing.receive(
            self.register,
            self.user,
            origin=Origin.PASTE,
            filename=PASTED_NAME,
            data=self.with_heads(text).encode(),
        )
        check(batch)
        return redirect("imports-detail", pk=batch.pk)

    def with_heads(self, text: str) -> str:
        """A block without a head row takes the columns in the template's order."""
        if "headless" not in self.request.POST:
            return text
        return "\t".join(c.label for c in sheet_columns(self.register)) + "\n" + text

    def page(self, error: str = "") -> HttpResponse:
        register = self.register
        context = {
            "register": register,
            "page_title": f"粘贴导入{register.title}",
            "breadcrumbs": crumbs(register, ("导入", register.url("import")), ("粘贴", None)),
            "error": error,
            "text": self.request.POST.get("text", ""),
            "columns": sheet_columns(register),
        }
        return render(self.request, "exchange/paste.html", context, status=422 if error else 200)


class ExportPage(RegisterView):
    """Choose format and columns; with `format` in the address the file comes at once."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if request.GET.get("format") in FORMATS:
            return self.deliver(self.export(request.GET))
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """An export with personal data in full: needs the permission and a reason."""
        export = self.export(request.POST)
        export.unmasked = "unmasked" in request.POST
        if export.unmasked:
            if not may_reveal(self.user):
                raise PermissionDenied("您没有导出完整个人信息的权限。")
            export.reason = request.POST.get("reason", "").strip()
            if not export.reason:
                return self.page("导出完整的个人信息须填写事由。")
        return self.deliver(export)

    def export(self, choice: Any) -> Export:
        params = self.request.GET.copy()
        for name in ("format", "columns", "page"):
            params.pop(name, None)
        return Export(
            self.register,
            self.user,
            params,
            choice.get("format") if choice.get("format") in FORMATS else "xlsx",
            choice.get("columns") if choice.get("columns") in COLUMNS else "all",
        )

    def deliver(self, export: Export) -> HttpResponseBase:
        if export.format == "xlsx" and export.total > SHEET_ROWS:
            return self.page(f"一张工作表最多{SHEET_ROWS}行，请改选 csv 格式，或缩小筛选范围。")
        if export.total > STREAMED:
            return self.in_background(export)
        export.log()
        response: Any
        if export.format == "csv":
            response = StreamingHttpResponse(export.csv_blocks(), content_type=TYPES["csv"])
        else:
            target = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115
            export.write_xlsx(target)
            target.seek(0)
            response = FileResponse(target, content_type=TYPES["xlsx"])
        response["Content-Disposition"] = content_disposition_header(True, export.filename)
        return response

    def in_background(self, export: Export) -> HttpResponse:
        row = ExportFile.objects.create(
            register=self.register.key,
            query=export.params.urlencode(),
            format=export.format,
            columns=export.which,
            reason=export.reason,
            unmasked=export.unmasked,
            total=export.total,
            requested_by=self.user,
        )
        jobs.request_export(row)
        words = f"共{export.total}条，超过{STREAMED}条的导出在后台进行，完成后在本页下载。"
        messages.info(self.request, words)
        return redirect("exports-detail", pk=row.pk)

    def page(self, error: str = "") -> HttpResponse:
        register = self.register
        export = self.export({})
        context = {
            "register": register,
            "page_title": f"导出{register.title}",
            "breadcrumbs": crumbs(register, ("导出", None)),
            "error": error,
            "total": export.total,
            "chips": [(label, value) for _, label, value in chips(export.filterset)],
            "formats": FORMATS.items(),
            "column_choices": COLUMNS.items(),
            "hidden": [c.label for c in export.columns if c.mask],
            "may_reveal": may_reveal(self.user) and bool(register.personal),
            "in_background": export.total > STREAMED,
            "list_url": f"{register.url('list')}?{export.params.urlencode()}",
        }
        return render(self.request, "exchange/export.html", context, status=422 if error else 200)


def import_tool(request: HttpRequest, register: Any) -> dict[str, Any] | None:
    """The button 导入 above a list."""
    user = request.user
    may = any(user.has_perm(permission_name(register.model, a)) for a in ("add", "change"))
    if not may or not is_importable(register):
        return None
    return {"label": "导入", "icon": "upload", "url": register.url("import")}


def export_tool(request: HttpRequest, register: Any) -> dict[str, Any] | None:
    """The button 导出 above a list: the present filter goes with it."""
    params = request.GET.copy()
    params.pop("page", None)
    query = f"?{params.urlencode()}" if params else ""
    return {"label": "导出", "icon": "download", "url": register.url("export") + query}


def is_importable(register: Any) -> bool:
    """Rows of some registers are made by the program: nobody enters them."""
    return "add" in register.model._meta.default_permissions
