"""Steps of a record's review, and the removal of a row."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kernel.records.errors import Refused
from kernel.records.services import advance, delete_part
from kernel.records.status import BY_NAME

from ..access import RegisterView
from ..register import registry
from .crumbs import crumbs


class RegisterTransition(RegisterView):
    """Confirm a step (and give its reason), then take it."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return self.page(self.record(), self.step(name))

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        record, step = self.record(), self.step(name)
        if not self.user.may_write(record.unit_id):
            raise PermissionDenied("您只能办理本单位的记录。")
        try:
            advance(record, name, by=request.user, reason=request.POST.get("reason", ""))
        except Refused as refused:
            return self.page(record, step, error=str(refused))
        messages.success(request, f"已{step.label}：{record}")
        return redirect(self.register.url("detail", record.pk))

    def step(self, name: str) -> Any:
        if name not in BY_NAME or self.register.is_part:
            raise Http404("没有这个操作。")
        return BY_NAME[name]

    def page(self, record: Any, step: Any, error: str = "") -> HttpResponse:
        register = self.register
        context = {
            "register": register,
            "record": record,
            "step": step,
            "error": error,
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
