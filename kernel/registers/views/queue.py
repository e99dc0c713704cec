"""The review queue: what waits for a chief's decision, across all registers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.generic import View

from kernel.records.status import BY_NAME

from ..across import Shortlist, find, record_registers
from ..bulk import advance_many
from ..register import Register, registry
from ..worklists import waiting_for, waiting_rows
from .saved import number

QUEUE_ROWS = 50
STEPS = ("approve", "return")
GONE = "已不在待审核之列，请刷新页面。"


def parse_token(token: str) -> tuple[str, int, int]:
    """What a check box stands for, `app.model:key:version`; zeros where it was forged."""
    key, _, numbers = token.partition(":")
    pk, _, version = numbers.partition(":")
    return key, number(pk), number(version)


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
        rows, gone = self.waiting_records(chosen[:QUEUE_ROWS])
        outcome = advance_many(rows, step.name, by=request.user, reason=reason, as_read=True)
        if outcome.done:
            messages.success(request, f"已{step.label} {outcome.done} 条记录。")
        refused = gone + [(line["name"], line["reason"]) for line in outcome.refused]
        return self.page(refused=refused) if refused else redirect(request.get_full_path())

    def waiting_records(self, chosen: list[str]) -> tuple[list[Any], list[tuple[str, str]]]:
        """The records behind the check boxes, as old as they were shown; and what waits no more."""
        registers = {one.key: one for one in record_registers(self.request.user, "approve")}
        shown: dict[str, dict[int, int]] = {}
        gone = []
        for key, pk, version in map(parse_token, chosen):
            if key in registers and pk and version:
                shown.setdefault(key, {})[pk] = version
            else:
                gone.append(("所选记录", GONE))
        read = []
        for key, versions in shown.items():
            rows = registers[key].with_facts(waiting_rows(registers[key], self.request.user))
            found = rows.in_bulk(versions)
            gone += [(registers[key].title, GONE) for pk in versions if pk not in found]
            for pk, record in found.items():
                record.version = versions[pk]
                read.append(record)
        return read, gone

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
