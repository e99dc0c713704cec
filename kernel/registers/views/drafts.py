"""Own drafts: saved by the page while somebody types, listed, given up."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from kernel.records.errors import Refused

from ..access import RegisterView
from ..drafts import OtherWindow, drafts_of, save_draft


class DraftSave(RegisterView):
    """Where a form saves itself while it is being filled. Answers in JSON."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A fresh token for a page that outlived its login."""
        return JsonResponse({"token": get_token(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        record = self.record_of(request.POST.get("object_id", ""))
        revision = request.POST.get("draft_revision", "")
        try:
            draft = save_draft(
                request.user,
                self.register,
                request.POST,
                record=record,
                window=request.POST.get("window", ""),
                revision=int(revision) if revision.isdecimal() else None,
                kept=request.POST.get("action") == "draft",
            )
        except Refused as refused:
            status = 409 if isinstance(refused, OtherWindow) else 413
            return JsonResponse({"error": str(refused)}, status=status)
        return JsonResponse(
            {
                "revision": draft.revision,
                "saved": f"{timezone.localtime(draft.updated_at):%H:%M}",
                "url": draft.url,
                "discard": draft.discard_url,
            }
        )

    def record_of(self, pk: str) -> Any:
        """The record being changed, `None` for a new one; checks the permission for either."""
        if not pk.isdecimal():
            if not self.may("add"):
                raise PermissionDenied(f"您没有录入“{self.register.title}”的权限。")
            return None
        rows = self.register.visible_to(self.user)
        record = get_object_or_404(rows, pk=int(pk[:18]))
        if not self.editable(record):
            raise PermissionDenied("您只能修改本单位的记录。")
        return record


class DraftList(LoginRequiredMixin, View):
    """The person's drafts: of all registers, or of the one that the address names."""

    def get(self, request: HttpRequest) -> HttpResponse:
        drafts, key = drafts_of(request.user), request.GET.get("register")
        context = {
            "page_title": "我的草稿",
            "breadcrumbs": [("首页", "/"), ("我的草稿", None)],
            "drafts": drafts.filter(register_key=key) if key else drafts,
            "all_url": reverse("registers-drafts") if key else None,
        }
        return render(request, "registers/drafts.html", context)


class DraftDiscard(LoginRequiredMixin, View):
    """Give up a draft: the only way, besides handing it in, in which one goes."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, number: Any) -> HttpResponseRedirect:
        draft = get_object_or_404(drafts_of(request.user), uuid=number)
        draft.delete()
        messages.success(request, f"已放弃草稿：{draft}")
        register = draft.register
        if request.POST.get("from") == "list" or register is None:
            return redirect("registers-drafts")
        if draft.object_id is None:
            return redirect(register.url("create"))
        return redirect(register.url("detail", draft.object_id))
