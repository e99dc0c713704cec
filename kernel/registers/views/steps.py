"""Steps of a record's review, and the removal of a row."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kernel.records.errors import Conflict, Refused
from kernel.records.services import advance, delete_part, refusal
from kernel.records.status import BY_NAME

from .. import tables
from ..access import RegisterView
from ..formsets import inline_parts
from ..register import registry
from .crumbs import crumbs

REMARK_LENGTH = 200
TICKED = "请核对此项。"
CHANGED = "记录在您打开本页之后被修改过，没有办理。请先查看最新内容，确认后再点一次。"


class RegisterTransition(RegisterView):
    """Confirm a step (and give its reason), then take it."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        record, step = self.record(), self.step(name)
        if why := refusal(record, step, by=request.user):
            messages.error(request, why)
            return redirect(self.register.url("detail", record.pk))
        return self.page(record, step)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        record, step = self.record(), self.step(name)
        if not self.user.may_write(record.unit_id):
            raise PermissionDenied("您只能办理本单位的记录。")
        try:
            advance(
                record,
                name,
                by=request.user,
                reason=request.POST.get("reason", ""),
                remarks=self.remarks(step),
                expected_version=self.seen_version(),
            )
        except Refused as refused:
            return self.page(record, step, error=str(refused))
        except Conflict:
            return self.page(self.record(), step, error=CHANGED)
        messages.success(request, f"已{step.label}：{record}")
        return redirect(self.register.url("detail", record.pk))

    def step(self, name: str) -> Any:
        if name not in BY_NAME or self.register.is_part:
            raise Http404("没有这个操作。")
        return BY_NAME[name]

    def seen_version(self) -> int | None:
        """The version that was decided about: nobody approves what they have not seen."""
        text = self.request.POST.get("version", "")
        return int(text) if text.isdecimal() else None

    def remarks(self, step: Any) -> dict[str, str]:
        """What the reviewer wrote on named fields; a ticked field without words says so much."""
        if not step.with_remarks:
            return {}
        post = self.request.POST
        written = {
            name: post.get(f"remark-{name}", "").strip()[:REMARK_LENGTH] for name in self.places()
        }
        return {
            name: text or TICKED for name, text in written.items() if text or f"mark-{name}" in post
        }

    def places(self) -> dict[str, str]:
        """What a remark can be made on: the fields of the form, then the rows; by name."""
        parts = inline_parts(self.register, self.user)
        return self.register.entered | {part.slug: part.title for part in parts}

    def remark_rows(self, record: Any, step: Any) -> list[dict[str, Any]]:
        """The places, with what is written there and what has been remarked so far."""
        if not step.with_remarks:
            return []
        register, post = self.register, self.request.POST
        return [
            {
                "name": column.path,
                "label": label,
                "value": tables.value_text(register, column, record, self.user)
                if column.path in register.entered
                else "",
                "ticked": f"mark-{column.path}" in post,
                "text": post.get(f"remark-{column.path}", ""),
            }
            for column, label in zip(
                register.bind(self.places()), self.places().values(), strict=True
            )
        ]

    def page(self, record: Any, step: Any, error: str = "") -> HttpResponse:
        register = self.register
        context = {
            "register": register,
            "record": record,
            "step": step,
            "error": error,
            "remark_rows": self.remark_rows(record, step),
            "reason": self.request.POST.get("reason", ""),
            "page_title": f"{step.label}：{record}",
            "breadcrumbs": crumbs(
                register, (str(record), register.url("detail", record.pk)), (step.label, None)
            ),
            "cancel_url": register.url("detail", record.pk),
        }
        return render(
            self.request, "registers/transition.html", context, status=422 if error else 200
        )


class PartDelete(RegisterView):
    """Confirm and remove a row of a record."""

    action = "delete"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.record())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        part = self.record()
        owner = part.owner_record()
        owner_register = registry.for_model(type(owner))
        if not self.user.may_write(owner.unit_id):
            raise PermissionDenied("您只能修改本单位的记录。")
        try:
            delete_part(part, by=request.user, reason=request.POST.get("reason", ""))
        except Refused as refused:
            return self.page(part, error=str(refused))
        messages.success(request, f"已删除：{part}")
        return redirect(owner_register.url("detail", owner.pk))

    def page(self, part: Any, error: str = "") -> HttpResponse:
        register = self.register
        context = {
            "register": register,
            "record": part,
            "step": {"label": "删除", "tone": "danger", "reason_required": True},
            "error": error,
            "page_title": f"删除：{part}",
            "breadcrumbs": crumbs(register, (str(part), None)),
            "cancel_url": register.url("detail", part.pk),
        }
        return render(
            self.request, "registers/transition.html", context, status=422 if error else 200
        )
