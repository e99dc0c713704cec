"""The page of one record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.records.services import EVENT_LABELS, open_steps, timeline
from kernel.records.status import TONES

from .. import tables
from ..access import RegisterView
from ..extensions import detail_panels, detail_tools
from ..register import Register
from .crumbs import crumbs

PART_ROWS = 20


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
            "timeline": [
                {
                    "at": event.at,
                    "actor": event.actor or "系统",
                    "label": EVENT_LABELS.get(event.kind, event.kind),
                    "detail": event.data.get("reason") or event.data.get("part", ""),
                }
                for event in timeline(owner)[:PART_ROWS]
            ],
            "tools": [t for make in detail_tools if (t := make(self.request, register, record))],
            "extra_panels": [
                panel for make in detail_panels if (panel := make(self.request, register, record))
            ],
            "history_url": register.url("history", record.pk),
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
        related = part.visible_to(user).filter(**{link: record})
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
            "total": related.count() if len(shown) == PART_ROWS else len(shown),
            "list_url": part.url("list", **{link: record.pk}),
            "create_url": part.url("create", **{link: record.pk})
            if may_add and self.editable(record)
            else None,
        }
