"""A record on paper: one A4 document with facts, rows, files and the way through review."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kernel.records.services import timeline
from kernel.records.status import TONES

from .. import tables
from ..access import RegisterView
from ..extensions import print_tables
from ..register import Register
from .crumbs import crumbs
from .detail import timeline_lines

MOST_ROWS = 500
"""Rows of one table on paper; more are named by their number."""


class RegisterPrint(RegisterView):
    """The record as a document of its own, as dense as the paper form it replaces."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        return render(request, "registers/print.html", self.context(record))

    def context(self, record: Any) -> dict[str, Any]:
        register, owner = self.register, record.owner_record()
        panels = tables.facts(register, record, self.user)
        return {
            "register": register,
            "record": record,
            "owner": owner,
            "page_title": f"{register.title}：{record}",
            "breadcrumbs": crumbs(
                register, (str(record), register.url("detail", record.pk)), ("打印", None)
            ),
            "status": {"label": owner.get_status_display(), "tone": TONES[owner.status]},
            "groups": [
                {"label": panel["label"], "lines": paired(panel["facts"])} for panel in panels
            ],
            "open_data": any(fact["personal"] and not fact["hidden"] for fact in _all(panels)),
            "tables": [*self.parts(record), *self.more(record)],
            "timeline": timeline_lines(timeline(owner))[::-1],
            "printed_at": timezone.now(),
            "printed_by": self.user,
            "at_once": "now" in self.request.GET,
            "back_url": register.url("detail", record.pk),
        }

    def parts(self, record: Any) -> list[dict[str, Any]]:
        """The rows of the record's parts; without those the person may not see."""
        shown = [
            part
            for part in self.register.part_registers()
            if self.user.has_perm(f"{part.app_label}.view_{part.slug}")
        ]
        return [self.part(part, record) for part in shown]

    def part(self, part: Register, record: Any) -> dict[str, Any]:
        link = part.link_field(type(record))
        related: QuerySet[Any] = part.visible_to(self.user).filter(**{link: record})
        ordered = part.with_relations(related).order_by(*part.ordering, "pk")
        rows = list(ordered[: MOST_ROWS + 1])
        # Every row would repeat the record they all belong to.
        columns = [c for c in part.bound_columns if c.path.partition(".")[0] != link]
        return {
            "label": part.title,
            "columns": [{"label": column.label, "align": column.align} for column in columns],
            "rows": [
                [(cell["text"], cell["column"].align) for cell in row["cells"]]
                for row in tables.rows(part, rows[:MOST_ROWS], self.user, columns)
            ],
            "total": related.count() if len(rows) > MOST_ROWS else len(rows),
        }

    def more(self, record: Any) -> list[dict[str, Any]]:
        made = (make(self.request, self.register, record) for make in print_tables)
        return [table for table in made if table]


def _all(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [fact for panel in panels for fact in panel["facts"]]


SHORT = 24
"""Longer values take the whole width of the page."""


def paired(facts: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Lines of the table of facts: two short ones side by side, a long one alone."""
    lines: list[list[dict[str, Any]]] = []
    for fact in facts:
        alone = fact["wide"] or len(fact["value"]) > SHORT
        if not alone and lines and len(lines[-1]) == 1 and not lines[-1][0]["alone"]:
            lines[-1].append(fact | {"alone": False})
        else:
            lines.append([fact | {"alone": alone}])
    return lines
