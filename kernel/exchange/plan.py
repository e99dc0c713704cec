"""What a check finds out about each row of a sheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
KINDS = {NEW: "新增", CHANGED: "修改", SAME: "相同", ERROR: "有误"}
TONES = {NEW: "success", CHANGED: "info", SAME: "muted", ERROR: "danger"}


@dataclass(slots=True)
class CellError:
    """One thing that is wrong in a row; `label` names the column, empty for the whole row."""

    label: str
    value: str
    message: str


@dataclass(slots=True)
class Change:
    """A field of a known record that the row would change."""

    label: str
    old: str
    new: str


@dataclass(slots=True, eq=False)
class RowPlan:
    """One row: what it would do, or why it cannot."""

    number: int
    raw: list[str]
    kind: str = SAME
    record: Any = None
    known: int | None = None
    """Key of the record that the row is about, when there is one already."""
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    """What the row says, by field; keys for relations, lists of keys for several."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of related records, as they stand in the row."""
    many: dict[str, list[int]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    """Stored values of a known record, by attribute."""
    needs_reason: bool = False
    stale: str = ""
    """Why the row may not change its record any more: somebody else did since."""

    @property
    def is_new(self) -> bool:
        return self.known is None

    def fail(self, label: str, value: Any, message: str) -> None:
        self.errors.append(CellError(label, str(value or ""), message))


@dataclass
class Summary:
    """Numbers of a whole sheet."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    errors: int = 0
    needs_reason: bool = False

    def add(self, plans: Iterable[RowPlan]) -> None:
        for plan in plans:
            self.counts[plan.kind] += 1
            self.errors += len(plan.errors)
            self.needs_reason = self.needs_reason or plan.needs_reason
