"""A reason, a record of it, and the personal data of one record for a while."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kernel.privacy.access import LONGEST_REASON, may_reveal, record_access
from kernel.privacy.models import AccessKind

from ..access import RegisterView
from .crumbs import crumbs


class Purpose(models.TextChoices):
    """What personal data may be looked at for (个人信息保护法 §6, §34)."""

    CONTACT = "contact", "联系本人"
    CHECK = "check", "核对、更正登记内容"
    HANDLE = "handle", "依法调查处理"
    ORDERED = "ordered", "上级交办、督办"
    OTHER = "other", "其他"


class RevealForm(forms.Form):
    """The purpose, in words of one's own where none of the list fits."""

    purpose = forms.ChoiceField(
        label="查看事由",
        choices=[("", "请选择"), *Purpose.choices],
        error_messages={"required": "请选择查看事由。", "invalid_choice": "请从列表中选择事由。"},
    )
    details = forms.CharField(
        label="具体说明",
        required=False,
        max_length=LONGEST_REASON - 20,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="选择“其他”时必填。会记入查看记录，供审计查阅；请勿写入号码等个人信息。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("purpose") == Purpose.OTHER and not data.get("details", "").strip():
            self.add_error("details", "选择“其他”的，请说明查看的具体事由。")
        return data

    def reason(self) -> str:
        """Purpose and details in one line, as the access record keeps them."""
        label, details = Purpose(self.cleaned_data["purpose"]).label, self.cleaned_data["details"]
        return f"{label}：{details}" if details else str(label)


class RegisterReveal(RegisterView):
    """Ask for a reason, write it down, then show this record's personal data to this person."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.permitted(), RevealForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record, form = self.permitted(), RevealForm(request.POST)
        if not form.is_valid():
            return self.page(record, form)
        register = self.register
        record_access(
            self.user,
            AccessKind.REVEAL,
            register.key,
            self.fields(record),
            reason=form.reason(),
            count=1,
            object_id=record.pk,
        )
        messages.success(
            request, f"已登记查看事由。个人信息对您显示 {settings.REVEAL_MINUTES} 分钟。"
        )
        return redirect(self.back(record))

    def permitted(self) -> Any:
        record = self.record()
        if not may_reveal(self.user):
            raise PermissionDenied("您没有查看完整个人信息的权限。确有需要的，请联系科室负责人。")
        return record

    def fields(self, record: Any) -> list[str]:
        """Names of the fields that there is something to see of."""
        return [name for name in self.register.personal if getattr(record, name)]

    def back(self, record: Any) -> str:
        """The page the person came from: the record's own, or its form."""
        role = "edit" if self.request.GET.get("to") == "edit" else "detail"
        return self.register.url(role, record.pk)

    def page(self, record: Any, form: RevealForm) -> HttpResponse:
        register = self.register
        context = {
            "register": register,
            "record": record,
            "form": form,
            "minutes": settings.REVEAL_MINUTES,
            "labels": [
                register.model._meta.get_field(name).verbose_name for name in self.fields(record)
            ],
            "page_title": f"查看个人信息：{record}",
            "breadcrumbs": crumbs(
                register,
                (str(record), register.url("detail", record.pk)),
                ("查看个人信息", None),
            ),
            "cancel_url": self.back(record),
        }
        return render(
            self.request, "privacy/reveal.html", context, status=422 if form.errors else 200
        )
