"""An export as a file: which rows, which columns, what the first sheet says about them."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from kernel.privacy.access import record_access
from kernel.registers.filters import chips
from kernel.registers.listview import ListView
from kernel.registers.register import Register, registry

from .. import storing
from ..cells import escape, text_of
from ..models import ExportFile
from .columns import ExportColumn, export_columns
from .rows import RowSource
from .sql import copy_csv
from .xlsx import Sheet, width_of, write_xlsx

BOM = "\ufeff"
FORMATS = {"xlsx": "Excel（xlsx）", "csv": "文本（csv）"}
COLUMNS = {"shown": "列表所示的列", "all": "全部列（可改好后再导入）"}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
BY_ROLE = "按角色可见的文字随台账导出"
STEP = 5_000
SPOOLED = 8 * 1024 * 1024


@dataclass
class Export:
    """What is asked for: the filter of the list, the format, the columns."""

    register: Register
    user: Any
    params: QueryDict
    format: str = "xlsx"
    which: str = "all"
    unmasked: bool = False
    reason: str = ""

    @cached_property
    def listing(self) -> ListView:
        """The list page that the export is taken from: its filter, order and chosen columns."""
        request: Any = SimpleNamespace(user=self.user, GET=self.params)
        return ListView(self.register, request, self.params)

    @property
    def filterset(self) -> Any:
        return self.listing.filterset

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        return self.listing.ordered(self.listing.matching)

    @cached_property
    def total(self) -> int:
        return int(self.listing.matching.order_by().count())

    @cached_property
    def columns(self) -> Sequence[ExportColumn]:
        shown = self.listing.columns if self.which == "shown" else None
        return export_columns(
            self.register, self.queryset, self.user, shown=shown, unmasked=self.unmasked
        )

    @property
    def filename(self) -> str:
        moment = timezone.localtime().strftime("%Y%m%d-%H%M")
        return f"{self.register.title}_{self.total}条_{moment}.{self.format}"

    def log(self) -> None:
        """Write down which personal data leave in full (个人信息保护法 §54), before they do."""
        open_fields = {
            column.field.name
            for column in self.columns
            if column.mask is None and column.field is not None and self._is_personal(column)
        }
        if open_fields:
            reason = self.reason or BY_ROLE
            record_access(
                self.user,
                "export",
                self.register.key,
                open_fields,
                reason=reason,
                count=self.total,
            )

    def _is_personal(self, column: ExportColumn) -> bool:
        model = getattr(column.field, "model", None)
        register = registry.for_model(model) if model and registry.has(model) else self.register
        return column.field.name in {**register.personal, **register.masked}

    def notes(self) -> list[tuple[str, str]]:
        """The first sheet: what the rows are, for whoever opens the file a year later."""
        words = [f"{label}：{value}" for _, label, value in chips(self.filterset)]
        return [
            ("台账", self.register.title),
            ("内容", self.register.description),
            ("筛选条件", "；".join(words) or "无（全部可见记录）"),
            ("条数", f"{self.total}条，一行为一条记录；与同一筛选条件下列表页的条数一致"),
            ("范围", "仅含导出人有权查看的记录，包括未审核的；计入报告的只有已审核的记录"),
            ("列", COLUMNS[self.which]),
            ("个人信息", self._privacy_note()),
            ("导出时间", timezone.localtime().strftime("%Y-%m-%d %H:%M")),
            ("导出人", f"{self.user}（{self.user.unit}）"),
            ("说明", "以“'”开头的文字是为防止被当作公式；再次导入时自动去掉。"),
        ]

    def _privacy_note(self) -> str:
        if self.unmasked:
            return f"完整显示，已登记查看记录。事由：{self.reason}。请妥善保管，用后及时删除。"
        hidden = [column.label for column in self.columns if column.mask]
        return f"已脱敏：{'、'.join(hidden)}" if hidden else "无"

    # --- The two formats -------------------------------------------------------------------------

    def csv_blocks(self) -> Iterator[bytes]:
        """The whole csv, in blocks: BOM, head, rows."""
        yield (BOM + _line([column.label for column in self.columns])).encode()
        fast = copy_csv(self.queryset, self.columns)
        yield from fast if fast is not None else self._slow_blocks()

    def _slow_blocks(self) -> Iterator[bytes]:
        buffer = io.StringIO()
        out = csv.writer(buffer)
        for number, row in enumerate(self.rows(), 1):
            out.writerow([_csv_cell(cell) for cell in row])
            if number % 500 == 0:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue().encode()

    def rows(self) -> Iterable[Sequence[Any]]:
        return RowSource(self.register, self.queryset, self.columns)

    def write_xlsx(self, target: IO[bytes], rows: Iterable[Sequence[Any]] | None = None) -> None:
        labels = [column.label for column in self.columns]
        sheets = [
            Sheet("说明", [], self.notes(), (14, 90)),
            Sheet(
                self.register.title,
                labels,
                self.rows() if rows is None else rows,
                [width_of(label) for label in labels],
            ),
        ]
        write_xlsx(target, sheets)

    def write(self, target: IO[bytes], rows: Iterable[Sequence[Any]] | None = None) -> None:
        if self.format == "xlsx":
            self.write_xlsx(target, rows)
            return
        for block in self.csv_blocks():
            target.write(block)


def _csv_cell(cell: Any) -> str:
    return escape(cell) if isinstance(cell, str) else text_of(cell)


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def export_of(row: ExportFile) -> Export:
    """The export that a stored request describes."""
    return Export(
        registry.get(row.register),
        row.requested_by,
        QueryDict(row.query),
        row.format,
        row.columns,
        row.unmasked,
        row.reason,
    )


def make_export(row: ExportFile, step: Callable[[str, int, int], None]) -> None:
    """Write a large export into the storage, sealed. Logs personal data before they are stored."""
    export = export_of(row)
    with transaction.atomic(), tempfile.SpooledTemporaryFile(SPOOLED) as target:
        export.log()
        rows = _counted(export.rows(), export.total, step) if row.format == "xlsx" else None
        export.write(target, rows)
        storing.store(row, storing.copy(target))
        row.total, row.filename = export.total, export.filename


def _counted(
    rows: Iterable[Sequence[Any]], total: int, step: Callable[[str, int, int], None]
) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(rows):
        if number % STEP == 0:
            step(f"已写 {number} 行", number, total)
        yield row
