"""The page of one record."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.records.models import Event
from kernel.records.services import EVENT_LABELS, open_steps, returned_by, timeline
from kernel.records.status import TONES

from .. import tables
from ..access import RegisterView
from ..extensions import detail_panels, detail_tools
from ..neighbours import neighbours
from ..register import Register
from .crumbs import crumbs

PART_ROWS = 20
IN_ALL = Window(Count("pk"))


class RegisterDetail(RegisterView):
    """One record: facts, rows that belong to it, state and next steps, timeline."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        return render(request, "registers/detail.html", self.context(record))

    def context(self, record: Any) -> dict[str, Any]:
        register, user, owner = self.register, self.user, record.owner_record()
        editable = self.editable(record)
        return {
            "register": register,
            "record": record,
            "page_title": str(record),
            "breadcrumbs": crumbs(register, (str(record), None)),
            "panels": tables.facts(register, record, user) + self.part_panels(record),
            "status": {"label": owner.get_status_display(), "tone": TONES[owner.status]},
            "owner": owner,
            "actions": self.actions(record) if editable and not register.is_part else [],
            "remarks": remark_lines(register, owner) if not register.is_part else [],
            "timeline": timeline_lines(timeline(owner)[:PART_ROWS]),
            "tools": [t for make in detail_tools if (t := make(self.request, register, record))],
            "extra_panels": [
                panel for make in detail_panels if (panel := make(self.request, register, record))
            ],
            "neighbours": neighbours(self.request, register, record),
            "history_url": register.url("history", record.pk),
            "print_url": f"{register.url('print', record.pk)}?now",
            "edit_url": register.url("edit", record.pk) if editable else None,
            "delete_url": register.url("delete", record.pk)
            if editable and register.is_part and self.may("delete")
            else None,
        }

    def actions(self, record: Any) -> list[dict[str, Any]]:
        return [
            {
                "label": step.label,
                "url": self.register.url("transition", record.pk, step.name),
                "tone": step.tone,
                "needs_reason": step.reason_required,
                "refused_reason": refused,
            }
            for step, refused in open_steps(record, by=self.request.user)
        ]

    def part_panels(self, record: Any) -> list[dict[str, Any]]:
        return [
            panel
            for part in self.register.part_registers()
            if (panel := self.part_panel(part, record)) is not None
        ]

    def part_panel(self, part: Register, record: Any) -> dict[str, Any] | None:
        """The first rows of a related register, with links to all of them and to a new one."""
        user, model = self.user, part.model._meta
        if not user.has_perm(f"{model.app_label}.view_{model.model_name}"):
            return None
        link = part.link_field(type(record))
        # The total comes with the rows: a query of its own for each panel would be one too many.
        related = part.visible_to(user).filter(**{link: record}).annotate(in_all=IN_ALL)
        shown = list(part.with_relations(related).order_by(*part.ordering)[:PART_ROWS])
        # Every row would repeat the record they all belong to.
        columns = [c for c in part.bound_columns if c.path.partition(".")[0] != link]
        may_add = user.has_perm(f"{model.app_label}.add_{model.model_name}")
        return {
            "label": part.title,
            "columns": [
                {"label": c.label, "align": c.align, "priority": c.priority} for c in columns
            ],
            "rows": tables.rows(part, shown, user, columns),
            "total": shown[0].in_all if shown else 0,
            "list_url": part.url("list", **{link: record.pk}),
            "create_url": part.url("create", **{link: record.pk})
            if may_add and self.editable(record)
            else None,
        }


def timeline_lines(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as a page shows them: what, who, when, with which words."""
    return [
        {
            "at": event.at,
            "actor": event.actor or "系统",
            "label": EVENT_LABELS.get(event.kind, event.kind),
            "detail": next(filter(None, map(event.data.get, ("reason", "detail", "part"))), ""),
        }
        for event in events
    ]


def remark_lines(register: Register, record: Any) -> list[dict[str, str]]:
    """What a returned record waits to be put right: the reviewer's words, then field by field."""
    event = returned_by(record)
    if event is None:
        return []
    general = [{"label": "", "text": event.data["reason"]}] if event.data.get("reason") else []
    remarks = event.data.get("remarks") or {}
    # In the order of the form: the database keeps keys in an order of its own.
    return general + [
        {"label": label, "text": remarks[name]}
        for name, label in register.places.items()
        if name in remarks
    ]
