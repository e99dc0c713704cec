"""An import from upload to its end: receive, check, apply. Apply happens whole or not at all."""

import hashlib
from collections.abc import Callable
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.jobs.runner import JobFailed
from kernel.records.bulk import check_at_once
from kernel.records.errors import Refused
from kernel.records.events import announced_together
from kernel.registers.register import Register, registry

from . import storing
from .checking import Checker
from .fields import labels, sheet_columns
from .findings import Findings
from .headers import folded, map_headers
from .models import HeadChoice, ImportBatch, ImportedRow, ImportState, Known, Origin
from .plan import CHANGED, ERROR, NEW, RowPlan
from .reading import Refusal, Table, is_packed, pack, read_file, read_paste, unpack
from .saving import Saver

Step = Callable[[str, int, int], None]
NO_STEPS: Step = lambda label, done, total: None  # noqa: E731


# --- Receive and check ---------------------------------------------------------------------------


def receive(
    register: Register, user: Any, *, origin: str, filename: str, data: bytes
) -> ImportBatch:
    """Keep what was uploaded or pasted, sealed, for the check that follows."""
    batch = ImportBatch(
        register=register.key,
        origin=origin,
        filename=filename[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        requested_by=user,
        unit_id=user.unit_id,
    )
    storing.store(batch, data)
    batch.save()
    return batch


def read_batch(batch: ImportBatch) -> Table:
    """The table of the import's file, or of its first reading. Raises `Refusal`."""
    data = storing.load(batch)
    if is_packed(data):
        return unpack(data)
    if batch.origin == Origin.PASTE:
        return read_paste(data.decode())
    register = registry.get(batch.register)
    return read_file(batch.filename, data, labels(sheet_columns(register)))


def remembered_heads(user: Any, register: Register) -> dict[str, str]:
    choices = HeadChoice.objects.filter(user=user, register=register.key)
    return dict(choices.values_list("head", "field"))


def place_heads(batch: ImportBatch, table: Table) -> dict[int, str]:
    """Which column fills which field, as this person is used to."""
    register = registry.get(batch.register)
    known = remembered_heads(batch.requested_by, register)
    return map_headers(table.header, sheet_columns(register), known)


def replace_text(batch: ImportBatch, text: str) -> None:
    """Take the corrected block in place of the pasted one, to be checked again."""
    data, old = text.encode(), str(batch.stored.name)
    storing.store(batch, data)
    batch.sha256, batch.size = hashlib.sha256(data).hexdigest(), len(data)
    batch.state, batch.findings = ImportState.CHECKING, None
    batch.save()
    _remove(old)


def _keep_table(batch: ImportBatch, table: Table) -> str:
    """Store the table in place of its file, which takes long to read; the name to remove then.

    A pasted block stays as it is: the person goes on editing its text.
    """
    if batch.origin == Origin.PASTE:
        return ""
    old = str(batch.stored.name)
    storing.store(batch, pack(table))
    return old


def choose_heads(batch: ImportBatch, chosen: dict[int, str]) -> None:
    """Use and remember what the person says their heads mean (`""`: do not import)."""
    for index, name in chosen.items():
        HeadChoice.objects.update_or_create(
            user=batch.requested_by,
            register=batch.register,
            head=folded(batch.heads[index])[:200],
            defaults={"field": name},
        )
    batch.fields = {str(index): name for index, name in chosen.items() if name}


def check_batch(batch: ImportBatch, step: Step = NO_STEPS, *, keep_fields: bool = False) -> None:
    """Read and check the whole sheet and keep what the preview shows. Writes no record."""
    try:
        table = read_batch(batch)
    except Refusal as refusal:
        batch.state, batch.message = ImportState.REFUSED, str(refusal)
        storing.forget(batch)
        batch.save()
        return
    if not keep_fields:
        heads = place_heads(batch, table)
        batch.fields = {str(index): name for index, name in heads.items()}
    batch.heads = table.header
    batch.notes = [*table.notes, *_head_notes(batch)]
    findings = Findings(registry.get(batch.register))
    checker = Checker(findings.register, batch.requested_by, batch.columns)
    batch.checked_at = timezone.now()
    if missing := checker.missing():
        findings.refuse_all(len(table), _wrong_head(table, missing))
    else:
        _check_rows(checker, table, findings, step)
    old = _keep_table(batch, table)
    _keep_findings(batch, findings)
    if old:
        _remove(old)


def _check_rows(checker: Checker, table: Table, findings: Findings, step: Step) -> None:
    done = 0
    for chunk in checker.chunks(table):
        findings.add(chunk)
        done += len(chunk)
        step(f"已核对 {done} 行", done, len(table))


def _wrong_head(table: Table, missing: list[str]) -> str:
    found = _some([head[:20] for head in table.header if head])
    return (
        f"缺少必需的列，各行都无法导入。缺少：{_some(missing)}。文件的表头是：{found}。"
        "列名写法不同的，请点“调整列对应”指明；表头不在第一行或缺列的，请按模板改好后重新导入。"
    )


def _some(heads: list[str]) -> str:
    return "、".join(heads[:20]) + (f"等{len(heads)}列" if len(heads) > 20 else "")


def _head_notes(batch: ImportBatch) -> list[str]:
    unused = [h for i, h in enumerate(batch.heads) if h and str(i) not in batch.fields]
    unused = [head for head in unused if not head.endswith("（参考）")]
    if not unused:
        return []
    return [f"以下列不导入：{_some(unused)}。如有误，请点“调整列对应”。"]


def _keep_findings(batch: ImportBatch, findings: Findings) -> None:
    summary = findings.summary
    batch.counts, batch.error_total = summary.counts, summary.errors
    batch.needs_reason = summary.needs_reason
    batch.findings = findings.as_json()
    batch.state, batch.message = ImportState.READY, ""
    batch.save()


def earlier(batch: ImportBatch) -> ImportBatch | None:
    """An applied import of the very same content into the same register."""
    return (
        ImportBatch.objects.filter(
            register=batch.register, sha256=batch.sha256, state=ImportState.APPLIED
        )
        .exclude(pk=batch.pk)
        .select_related("requested_by")
        .first()
    )


# --- Apply ---------------------------------------------------------------------------------------


def apply_batch(pk: int, step: Step = NO_STEPS) -> dict[str, Any]:
    """Write the import in one transaction; a second call finds it done and changes nothing.

    Everything is read and checked again under locks, so that nothing which changed since the
    preview slips through. Raises `JobFailed` with what stands in the way; then nothing is written.
    """
    try:
        with transaction.atomic():
            check_at_once()
            batch = ImportBatch.objects.select_for_update().get(pk=pk)
            if batch.state == ImportState.APPLIED:
                return batch.applied
            if batch.state != ImportState.READY:
                raise JobFailed(f"本次导入的状态是“{batch.get_state_display()}”，不能再导入。")
            return _apply(batch, step)
    except Refusal as refusal:
        raise JobFailed(str(refusal)) from refusal
    except Refused as refused:
        raise JobFailed(f"没有导入任何数据：{refused}") from refused
    except IntegrityError as error:
        raise JobFailed(_conflict(error)) from error


def _apply(batch: ImportBatch, step: Step) -> dict[str, Any]:
    register, user = registry.get(batch.register), batch.requested_by
    table = read_batch(batch)
    checker = Checker(register, user, batch.columns, lock=True, seen_at=batch.checked_at)
    batch.applied = {NEW: 0, CHANGED: 0, "skipped": 0}
    batch.applied_at = timezone.now()
    context = {"user": user.pk, "reason": batch.reason, "import": batch.pk}
    with pghistory.context(**context) as history, announced_together(batch):
        batch.context_id = history.id
        saver = Saver(register, user, reason=batch.reason, note={"import": batch.pk})
        done = 0
        for chunk in checker.chunks(table):
            done += len(chunk)
            chosen = _chosen(batch, chunk)
            saver.save(chosen)
            _remember(batch, chosen)
            step(f"已写入 {done} 行", done, len(table))
    batch.state = ImportState.APPLIED
    name = str(batch.stored.name)
    batch.findings, batch.stored = None, ""
    batch.save()
    transaction.on_commit(lambda: _remove(name))
    return batch.applied


def _remove(name: str) -> None:
    ImportBatch.stored.field.storage.delete(name)


def _chosen(batch: ImportBatch, plans: list[RowPlan]) -> list[RowPlan]:
    """The rows to write. Raises `JobFailed` on a bad row, unless good ones may go in alone."""
    bad = [plan for plan in plans if plan.kind == ERROR]
    if bad and not batch.partial:
        first = bad[0]
        error = first.errors[0]
        where = f"第{first.number}行" + (f"“{error.label}”" if error.label else "")
        raise JobFailed(
            f"没有导入任何数据：{where}有误（{error.message}）。"
            "请重新核对，改正后再导入，或选择只导入正确的行。"
        )
    kinds = {NEW} if batch.known == Known.SKIP else {NEW, CHANGED}
    chosen = [plan for plan in plans if plan.kind in kinds]
    for plan in chosen:
        batch.applied[plan.kind] += 1
    batch.applied["skipped"] += len(plans) - len(chosen)
    return chosen


def _remember(batch: ImportBatch, plans: list[RowPlan]) -> None:
    many = {c.name for c in sheet_columns(registry.get(batch.register)) if c.is_many}
    ImportedRow.objects.bulk_create(
        (
            ImportedRow(
                batch=batch,
                number=plan.number,
                object_id=plan.record.pk,
                created=plan.is_new,
                before={n: v for n, v in plan.before.items() if n in many},
            )
            for plan in plans
        ),
        batch_size=1_000,
    )


def _conflict(error: IntegrityError) -> str:
    """A rule that only the database could see, or somebody else's record in the same moment."""
    detail = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    return (
        "没有导入任何数据：数据库拒绝了其中的行，多为刚刚有人保存了相同的记录，"
        f"或文件中的行彼此冲突（规则 {detail}）。请重新核对后再导入。"
    )
