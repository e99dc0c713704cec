"""One import from check to end: preview, columns, grid, apply, errors, undo; the list of all."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.records.errors import Refused
from kernel.records.querysets import permission_name
from kernel.registers.register import Register, registry

from .. import importing, jobs, undoing
from ..errorfile import error_file
from ..fields import ID, RECORD_NUMBER, RECORD_VERSION, VERSION, sheet_columns
from ..models import ImportBatch, ImportState, Known, Origin
from ..plan import CHANGED, ERROR, KINDS, NEW, SAME, TONES
from ..reading import Refusal
from .grid import grid_rows
from .register import XLSX, check

PER_PAGE = 50


def found(request: HttpRequest, pk: int) -> ImportBatch:
    """The import, if the person may see it and its register; else 404."""
    batches = ImportBatch.objects.visible_to(request.user)
    batch = get_object_or_404(batches.select_related("job", "requested_by", "undone_by"), pk=pk)
    register = registry.get(batch.register)
    if not request.user.has_perm(permission_name(register.model, "view")):
        raise Http404("没有这次导入。")
    return batch


def own(request: HttpRequest, pk: int) -> ImportBatch:
    """Only who uploaded it decides about an import that is not applied yet."""
    batch = found(request, pk)
    if batch.requested_by_id != request.user.pk:
        raise PermissionDenied("只有上传人可以处理这次导入。")
    return batch


@login_required
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """Imports within sight, newest first; of one register with `?register=`."""
    batches = ImportBatch.objects.visible_to(request.user).select_related("requested_by", "job")
    register = registry_of(request.GET.get("register", ""))
    if register:
        batches = batches.filter(register=register.key)
    page = Paginator(batches.defer("findings"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(batch, registry.get(batch.register)) for batch in page],
        "register": register,
        "page_title": f"{register.title}导入记录" if register else "导入记录",
        "breadcrumbs": [("首页", "/"), ("导入记录", None)],
    }
    return render(request, "exchange/list.html", context)


def registry_of(key: str) -> Register | None:
    try:
        return registry.get(key)
    except KeyError:
        return None


@login_required
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the check found and what became of it; asks for itself while a job is at work."""
    batch = found(request, pk)
    if request.headers.get("HX-Request") and batch.is_working:
        return render(request, "exchange/_working.html", {"batch": batch, "job": batch.job})
    response = render(request, "exchange/detail.html", context(request, batch))
    if request.headers.get("HX-Request"):
        # The job has ended: what follows needs the whole page.
        response["HX-Refresh"] = "true"
    return response


def context(request: HttpRequest, batch: ImportBatch, error: str = "") -> dict[str, Any]:
    register = registry.get(batch.register)
    is_own = batch.requested_by_id == request.user.pk
    findings: dict[str, Any] = (batch.findings if is_own else None) or {}
    return {
        "batch": batch,
        "register": register,
        "job": batch.job,
        "page_title": f"导入{register.title}：{batch.filename}",
        "breadcrumbs": [
            ("首页", "/"),
            (register.title, register.url("list")),
            ("导入", register.url("import")),
            (batch.filename, None),
        ],
        "is_own": is_own,
        "error": error,
        "kinds": [
            {"key": k, "label": label, "tone": TONES[k], "count": batch.counts.get(k, 0)}
            for k, label in KINDS.items()
        ],
        "errors": findings.get("errors", []),
        "heads": findings.get("heads", []),
        "new_rows": _with_heads(findings, NEW),
        "changed_rows": _with_links(register, findings.get("rows", {}).get(CHANGED, [])),
        "same_rows": _with_heads(findings, SAME),
        "counts": batch.counts,
        "known_choices": Known.choices,
        "earlier": importing.earlier(batch) if batch.state == ImportState.READY else None,
        "grid": grid_rows(batch) if is_own else None,
        "list_url": register.url("list"),
        "stuck": batch.state == ImportState.CHECKING and not batch.is_working and is_own,
        "may_undo": batch.state == ImportState.APPLIED and undoing.may_undo(batch, request.user),
        "ready": batch.state == ImportState.READY and is_own and not batch.is_working,
        "writable": batch.counts.get(NEW, 0) + batch.counts.get(CHANGED, 0),
        "bad": batch.counts.get(ERROR, 0),
    }


def _with_heads(findings: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Rows whose cells carry their heads, for phones, where each row is a card."""
    heads = findings.get("heads", [])
    rows = findings.get("rows", {}).get(kind, [])
    return [row | {"cells": list(zip(heads, row["cells"], strict=True))} for row in rows]


def _with_links(register: Register, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"url": register.url("detail", row["known"])} for row in rows if row["known"]]


@login_required
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm: what to do with known rows, whether good rows go in alone, why."""
    batch = own(request, pk)
    if batch.state != ImportState.READY:
        return redirect("imports-detail", pk=pk)
    known = request.POST.get("known", Known.UPDATE)
    batch.known = known if known in Known.values else Known.UPDATE
    batch.partial = "partial" in request.POST
    batch.reason = request.POST.get("reason", "").strip()[:200]
    if why := refusal(batch):
        page = context(request, batch, why)
        return render(request, "exchange/detail.html", page, status=422)
    batch.save(update_fields=["known", "partial", "reason"])
    job = jobs.request_apply(batch)
    if job.waits_for_broker:
        messages.warning(request, "任务队列暂时不可用，导入已排队，恢复后自动执行。")
    return redirect("imports-detail", pk=pk)


def refusal(batch: ImportBatch) -> str:
    """Why the import cannot go ahead as chosen."""
    if batch.counts.get(ERROR) and not batch.partial:
        return "还有错误的行。请改正后重新导入，或勾选“只导入正确的行”。"
    writes_known = batch.known == Known.UPDATE and batch.counts.get(CHANGED, 0)
    if not batch.counts.get(NEW) and not writes_known:
        return "没有可以写入的行。"
    if batch.needs_reason and not batch.reason:
        return "导入会修改已审核的记录，请填写修改原因；修改后的记录将重新送审。"
    return ""


@login_required
@require_http_methods(["GET", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the heads of the sheet mean; remembered for the next sheet."""
    batch = own(request, pk)
    if batch.state != ImportState.READY:
        return redirect("imports-detail", pk=pk)
    register = registry.get(batch.register)
    if request.method == "POST":
        names = {c.name for c in sheet_columns(register)} | {ID, VERSION}
        chosen = {i: request.POST.get(f"head{i}", "") for i, head in enumerate(batch.heads) if head}
        chosen = {i: name if name in names else "" for i, name in chosen.items()}
        doubled = {n for n in chosen.values() if n and list(chosen.values()).count(n) > 1}
        if not doubled:
            importing.choose_heads(batch, chosen)
            recheck(batch, keep_fields=True)
            return redirect("imports-detail", pk=pk)
        messages.error(request, "有两列对应了同一个字段，请改成一列对应一个字段。")
        batch.fields = {str(i): name for i, name in chosen.items() if name}
    return render(request, "exchange/columns.html", _columns_context(batch, register))


def _columns_context(batch: ImportBatch, register: Register) -> dict[str, Any]:
    columns = sheet_columns(register)
    options = [(c.name, f"{c.label}（必填）" if c.needed else c.label) for c in columns]
    options += [(ID, RECORD_NUMBER), (VERSION, RECORD_VERSION)]
    placed = set(batch.fields.values())
    return {
        "batch": batch,
        "page_title": f"调整列对应：{batch.filename}",
        "breadcrumbs": [
            ("首页", "/"),
            (register.title, register.url("list")),
            ("导入", register.url("import")),
            ("调整列对应", None),
        ],
        "heads": [
            (i, head, batch.fields.get(str(i), "")) for i, head in enumerate(batch.heads) if head
        ],
        "options": options,
        "missing": [c.label for c in sheet_columns(register) if c.needed and c.name not in placed],
    }


def recheck(batch: ImportBatch, *, keep_fields: bool = False) -> None:
    if batch.size > jobs.BIG_FILE:
        batch.state = ImportState.CHECKING
        batch.save()
        jobs.request_check(batch, keep_fields=keep_fields)
    else:
        importing.check_batch(batch, keep_fields=keep_fields)


@login_required
@require_POST
def import_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Check again: the corrected block of a pasted import, or the same file once more."""
    batch = own(request, pk)
    if batch.is_working or batch.state not in (ImportState.READY, ImportState.CHECKING):
        return redirect("imports-detail", pk=pk)
    text = request.POST.get("text", "")
    if batch.origin == Origin.PASTE and text.strip():
        importing.replace_text(batch, text)
        check(batch)
    else:
        recheck(batch, keep_fields=True)
    return redirect("imports-detail", pk=pk)


@login_required
@require_GET
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows with errors and a column of messages, as xlsx."""
    batch = own(request, pk)
    try:
        file = error_file(batch)
    except Refusal as refusal_:
        messages.error(request, str(refusal_))
        return redirect("imports-detail", pk=pk)
    response: Any = FileResponse(file, content_type=XLSX)
    name = f"{batch.filename.rpartition('.')[0] or batch.filename}_错误行.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_required
@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the import back; where something was built on it, say which rows are in the way."""
    batch = found(request, pk)
    if not undoing.may_undo(batch, request.user):
        raise PermissionDenied("只有导入人和本科室负责人可以撤回这次导入。")
    if sum(batch.applied.values()) > jobs.BIG_UNDO:
        jobs.request_undo(batch, by=request.user)
        return redirect("imports-detail", pk=pk)
    try:
        result = undoing.undo_batch(pk, by=request.user)
    except Refused as refused:
        page = context(request, batch, str(refused))
        return render(request, "exchange/detail.html", page, status=422)
    messages.success(
        request, f"已撤回：删除新增的{result['removed']}条，恢复修改的{result['restored']}条。"
    )
    return redirect("imports-detail", pk=pk)
