"""What every reader gives: head and rows of text, and the limits that hold for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELLS = 1_500_000
MAX_TEXT = 32_767
"""The longest text that a cell of a sheet can hold."""
LISTS, LISTS_NAME = "可选值", "模板可选值"
"""Sheet and defined name by which a template's own hidden lists are known."""
SHARED_LENGTH = 20
"""Equal texts up to this length share one object: a sheet says 是 and 2023 thousands of times."""


class Refusal(Exception):
    """A file that is not read at all. The text says why and what to do instead."""


class BadCell(str):
    """A cell without a usable value; the text says why."""


@dataclass
class Table:
    """Rows of text under a head. `numbers` are the row numbers that people see in their sheet."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    notes: list[str] = field(default_factory=list)
    """What the person should know: which sheet was read and which were not."""

    def __len__(self) -> int:
        return len(self.rows)


class Collector:
    """Takes rows one after the other, keeps the limits, finds the head."""

    def __init__(self) -> None:
        self.header: list[str] = []
        self.header_number = 0
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        self.cells = 0
        self._known: dict[str, str] = {}

    def add(self, number: int, values: Sequence[str]) -> None:
        """Take one row; raises `Refusal` when the table grows beyond a limit."""
        row = self._trimmed(number, values)
        if not row:
            return
        if not self.header:
            self.header, self.header_number = [value.strip() for value in row], number
            return
        self.cells += len(row)
        if len(self.rows) >= MAX_ROWS:
            raise Refusal(
                f"数据超过{MAX_ROWS}行，一次导入最多{MAX_ROWS}行。请拆成几个文件分批导入。"
            )
        if self.cells > MAX_CELLS:
            raise Refusal(f"数据超过{MAX_CELLS // 10_000}万个单元格，请删去用不着的列或分批导入。")
        self.rows.append(row)
        self.numbers.append(number)

    def _trimmed(self, number: int, values: Sequence[str]) -> list[str]:
        """The row without empty cells at its end; equal short texts share one object."""
        end = len(values)
        while end and (not values[end - 1] or values[end - 1].isspace()):
            end -= 1
        if end > MAX_COLUMNS:
            raise Refusal(f"第{number}行超过{MAX_COLUMNS}列，请只保留要导入的列。")
        return [self._shared(number, value) for value in values[:end]]

    def _shared(self, number: int, value: str) -> str:
        if len(value) > MAX_TEXT:
            raise Refusal(
                f"第{number}行有单元格超过{MAX_TEXT}个字符"
                "（也可能是引号没有成对，把后面的内容都算进了一格），请检查后重新导入。"
            )
        if len(value) > SHARED_LENGTH or isinstance(value, BadCell):
            return value
        return self._known.setdefault(value, value)

    def table(self) -> Table:
        """The finished table; raises `Refusal` when there is nothing to import."""
        if not self.header:
            raise Refusal("文件是空的。请下载模板，填写后再导入。")
        if not self.rows:
            raise Refusal("文件只有表头，没有数据行。请在表头下面填写数据后再导入。")
        return Table(self.header, self.rows, self.numbers)
