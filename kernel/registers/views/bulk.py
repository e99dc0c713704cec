"""One step or one change for the chosen records of a list, or for all that its filters leave."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render

from kernel.records.status import BY_NAME, Status

from ..access import RegisterView
from ..bulk import (
    Outcome,
    bound_fields,
    changeable_fields,
    may_change_many,
    read_values,
    steps_for,
    within_reach,
)
from ..bulk_job import request_bulk, run_task, summary
from ..listview import ListView
from ..tables import COUNT_CAP
from .crumbs import crumbs
from .saved import clean_query, number

AT_ONCE = 200
"""More records than this become a job."""


class RegisterBulk(RegisterView):
    """Choose what to do with the selected records, see how many it concerns, do it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not may_change_many(request.user, self.register):
            raise PermissionDenied(f"您没有修改或审核“{self.register.title}”的权限。")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        if "step" in request.POST:
            return self.take_step(request.POST["step"])
        if "change" in request.POST:
            return self.change()
        return self.page()

    # --- Which records ---------------------------------------------------------------------------

    @cached_property
    def whole(self) -> bool:
        """Whether everything that the filters leave is meant."""
        return self.request.POST.get("scope") == "filter"

    @cached_property
    def query(self) -> str:
        return clean_query(self.request.POST.get("query", ""))

    @cached_property
    def records(self) -> Any:
        """The chosen records within reach; of a forged or outdated choice the rest is left out."""
        reach = within_reach(self.register, self.user)
        if self.whole:
            found = ListView(self.register, self.request, QueryDict(self.query))
            return reach.filter(pk__in=found.matching.order_by().values("pk"))
        return reach.filter(pk__in=self.picked)

    @cached_property
    def picked(self) -> list[int]:
        values = self.request.POST.getlist("pk")[:COUNT_CAP]
        return [pk for pk in map(number, values) if pk]

    @cached_property
    def by_status(self) -> dict[str, int]:
        counts = self.records.order_by().values("status").annotate(rows=Count("pk"))
        return {row["status"]: row["rows"] for row in counts}

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    # --- What to do ------------------------------------------------------------------------------

    def take_step(self, name: str) -> HttpResponse:
        step, reason = BY_NAME.get(name), self.request.POST.get("reason", "").strip()
        if step is None or step not in steps_for(self.user, self.register):
            raise PermissionDenied("您没有办理这一步的权限。")
        if step.reason_required and not reason:
            return self.page(error=f"“{step.label}”须填写理由。")
        return self.run({"step": name, "reason": reason})

    def change(self) -> HttpResponse:
        post = self.request.POST
        values, faults = read_values(self.inputs)
        if not self.inputs:
            return self.page(error="请先选择要修改的栏目。")
        if faults:
            return self.page(error="".join(faults))
        reason = post.get("reason", "").strip()
        if self.by_status.get(Status.APPROVED) and not reason:
            return self.page(error="所选记录中有已审核的，须填写修改原因；修改后重新送审。")
        data = QueryDict(mutable=True)
        for name in values:
            for key in (name, f"{name}__text"):
                data.setlist(key, post.getlist(key))
        fields = {"fields": list(values), "data": data.urlencode(), "reason": reason}
        return self.run(fields)

    def run(self, task: dict[str, Any]) -> HttpResponse:
        if not self.total:
            return self.page(error="没有选中可以办理的记录。")
        if self.total > COUNT_CAP:
            return self.page(error=f"一次最多办理 {COUNT_CAP} 条，请先缩小筛选范围。")
        if self.total > AT_ONCE:
            keys = list(self.records.order_by("pk").values_list("pk", flat=True))
            job = request_bulk(self.register, keys, task, by=self.user)
            return redirect("jobs-detail", pk=job.pk)
        # The keys are fixed first: a change may take a record out of its own filter.
        keys = list(self.records.order_by("pk").values_list("pk", flat=True))
        rows = within_reach(self.register, self.user).filter(pk__in=keys).order_by("pk")
        outcome = run_task(rows, self.register, task, by=self.user, progress=lambda done: None)
        if outcome.refused:
            return self.finished(outcome)
        messages.success(self.request, f"{summary(outcome)}。")
        return redirect(self.back)

    # --- Pages -----------------------------------------------------------------------------------

    @property
    def back(self) -> str:
        address = self.register.url("list")
        return f"{address}?{self.query}" if self.query else address

    @cached_property
    def inputs(self) -> list[Any]:
        """Inputs of the fields that are to be changed."""
        allowed = changeable_fields(self.register) if self.may("change") else []
        names = [name for name in self.request.POST.getlist("field") if name in allowed]
        data = self.request.POST if "change" in self.request.POST else None
        return bound_fields(self.register, self.user, dict.fromkeys(names), data)

    def steps(self) -> list[dict[str, Any]]:
        return [
            {"step": step, "count": sum(self.by_status.get(status, 0) for status in step.from_)}
            for step in steps_for(self.user, self.register)
        ]

    def page(self, error: str = "") -> HttpResponse:
        register, names = self.register, changeable_fields(self.register)
        asked = {entry.name for entry in self.inputs}
        context = self.frame("批量办理") | {
            "total": self.total,
            "total_label": f"{self.total} 条",
            "states": [(Status(s).label, n) for s, n in sorted(self.by_status.items())],
            "whole": self.whole,
            "picked": [] if self.whole else self.picked,
            "query": self.query,
            "steps": self.steps(),
            "inputs": self.inputs,
            "fields": [
                {"name": c.path, "label": c.label, "chosen": c.path in asked}
                for c in (register.bind(names) if self.may("change") else [])
            ],
            "approved": self.by_status.get(Status.APPROVED, 0),
            "job": self.total > AT_ONCE,
            "reason": self.request.POST.get("reason", ""),
            "error": error,
        }
        return render(
            self.request, "registers/list_bulk.html", context, status=422 if error else 200
        )

    def finished(self, outcome: Outcome) -> HttpResponse:
        context = self.frame("办理结果") | {
            "outcome": outcome,
            "summary": summary(outcome),
            "refused": [
                line | {"url": self.register.url("detail", line["pk"])} for line in outcome.refused
            ],
        }
        return render(self.request, "registers/list_bulk_done.html", context)

    def frame(self, title: str) -> dict[str, Any]:
        return {
            "register": self.register,
            "page_title": f"{title}：{self.register.title}",
            "breadcrumbs": crumbs(self.register, (title, None)),
            "list_url": self.back,
            "bulk_url": self.register.url("bulk"),
        }
