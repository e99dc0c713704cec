"""The review queue: what waits for a chief's decision, across all registers."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import View

from kernel.records.errors import Refused
from kernel.records.events import announced_together
from kernel.records.services import advance
from kernel.records.status import BY_NAME, Transition

from ..across import Shortlist, find, record_registers
from ..register import Register, registry
from ..worklists import waiting_for, waiting_rows

QUEUE_ROWS = 50
STEPS = ("approve", "return")


@dataclass
class Decided:
    """What became of the chosen records."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


class ReviewQueue(LoginRequiredMixin, View):
    """Records that wait for this person, the longest waiting first; decided singly or together."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        signed_in = request.user.is_authenticated
        if signed_in and not any(record_registers(request.user, "approve")):
            raise PermissionDenied("您的角色没有审核权限，请联系系统管理员。")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        step = BY_NAME.get(request.POST.get("action", ""))
        chosen = request.POST.getlist("row")
        reason = request.POST.get("reason", "").strip()
        if step is None or step.name not in STEPS:
            return self.page(error="请点“审核通过所选”或“退回所选”。")
        if not chosen:
            return self.page(error="请先勾选要办理的记录，再点按钮。")
        if step.reason_required and not reason:
            return self.page(error=f"“{step.label}”须填写理由，经办人据此修改。")
        with announced_together():
            decided = self.decide(step, chosen[:QUEUE_ROWS], reason)
        if decided.done:
            messages.success(request, f"已{step.label} {len(decided.done)} 条记录。")
        if decided.refused:
            return self.page(refused=decided.refused)
        return redirect(request.get_full_path())

    def decide(self, step: Transition, chosen: list[str], reason: str) -> Decided:
        """Take the step for each chosen record; a record that changed meanwhile is left alone."""
        decided = Decided()
        for value in chosen:
            record, version = self.waiting_record(value)
            if record is None:
                decided.refused.append((value.partition(":")[0], "已不在待审核之列，请刷新页面。"))
                continue
            try:
                advance(
                    record, step.name, by=self.request.user, reason=reason, expected_version=version
                )
            except Refused as refusal:
                decided.refused.append((str(record), str(refusal)))
            except ValidationError as error:
                decided.refused.append((str(record), "".join(error.messages)))
            else:
                decided.done.append(str(record))
        return decided

    def waiting_record(self, value: str) -> tuple[Any, int]:
        """The record that a check box stands for (`app.model:key:version`), if it still waits."""
        key, _, numbers = value.partition(":")
        pk, _, version = numbers.partition(":")
        wanted = record_registers(self.request.user, "approve")
        register = next((one for one in wanted if one.key == key), None)
        if register is None or not pk.isdecimal() or not version.isdecimal():
            return None, 0
        return waiting_rows(register, self.request.user).filter(pk=pk).first(), int(version)

    def page(self, error: str = "", refused: list[tuple[str, str]] | None = None) -> HttpResponse:
        wanted = list(waiting_for(self.request.user))
        register = self.register()
        shown = [want for want in wanted if register in (None, want.register)]
        waiting = find(shown, QUEUE_ROWS).get("waiting", Shortlist([], 0))
        context = {
            "page_title": "待我审核",
            "breadcrumbs": [("首页", "/"), ("待我审核", None)],
            "waiting": waiting,
            "registers": [want.register for want in wanted],
            "register": register,
            "error": error,
            "refused": refused,
            "reason": self.request.POST.get("reason", "") if error else "",
            "chosen": set(self.request.POST.getlist("row")) if error else set(),
            "queue_url": reverse("registers-review"),
        }
        status = 422 if error or refused else 200
        return render(self.request, "registers/queue.html", context, status=status)

    def register(self) -> Register | None:
        """The register to which the address narrows the queue."""
        try:
            return registry.get(self.request.GET.get("register", ""))
        except KeyError:
            return None
