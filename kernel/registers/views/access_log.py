"""Who looked at which personal data: the auditor's page."""

from typing import Any

import django_filters as filters
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from kernel.privacy.access import VIEW_LOG_PERMISSION
from kernel.privacy.models import AccessKind, AccessRecord

from ..across import read
from ..filters import date_widget
from ..register import Register, registry

PAGE_ROWS = 50


def _people(request: HttpRequest) -> QuerySet[Any]:
    """Only those who looked at something: the list stays as short as it can be."""
    return get_user_model().objects.filter(pk__in=AccessRecord.objects.values("user"))


def _register_choices() -> list[tuple[str, str]]:
    return [(register.key, register.title) for register in registry if register.personal]


class AccessFilterSet(filters.FilterSet):
    """By person, register, kind and day."""

    since = filters.DateFilter("at__date", "gte", label="日期起", widget=date_widget())
    until = filters.DateFilter("at__date", "lte", label="日期止", widget=date_widget())
    user = filters.ModelChoiceFilter(queryset=_people, label="查看人")
    register = filters.ChoiceFilter(choices=_register_choices, label="台账")
    kind = filters.ChoiceFilter(choices=AccessKind.choices, label="方式")

    class Meta:
        model = AccessRecord
        fields: tuple[str, ...] = ()


class AccessLog(LoginRequiredMixin, PermissionRequiredMixin, View):
    """All access records, newest first, for those who audit."""

    permission_required = VIEW_LOG_PERMISSION
    permission_denied_message = "只有审计员和系统管理员可以查阅个人信息查看记录。"

    def handle_no_permission(self) -> Any:
        self.raise_exception = self.request.user.is_authenticated
        return super().handle_no_permission()

    def get(self, request: HttpRequest) -> HttpResponse:
        filterset = AccessFilterSet(request.GET, AccessRecord.objects.all(), request=request)
        page = Paginator(filterset.qs.select_related("user"), PAGE_ROWS).get_page(
            request.GET.get("page")
        )
        context = {
            "filter": filterset,
            "page_obj": page,
            "total_label": f"{page.paginator.count} 条",
            "rows": self.rows(list(page.object_list)),
            "page_title": "个人信息查看记录",
            "breadcrumbs": [("首页", "/"), ("个人信息查看记录", None)],
        }
        return render(request, "privacy/access.html", context)

    def rows(self, looks: list[AccessRecord]) -> list[dict[str, Any]]:
        """Each look with names instead of keys; a record out of the auditor's sight has none."""
        registers = {register.key: register for register in registry}
        wanted = {
            (registers[look.register], look.object_id)
            for look in looks
            if look.object_id and look.register in registers
        }
        records = read(wanted, self.request.user)
        return [
            self.row(
                look,
                registers.get(look.register),
                records.get((look.register, look.object_id or 0)),
            )
            for look in looks
        ]

    def row(self, look: AccessRecord, register: Register | None, record: Any) -> dict[str, Any]:
        return {
            "look": look,
            "register": register.title if register else look.register,
            "record": record or (f"第 {look.object_id} 号记录" if look.object_id else ""),
            "url": register.url("detail", record.pk) if register and record else None,
            "fields": "、".join(_label(register, name) for name in look.fields),
        }


def _label(register: Register | None, name: str) -> str:
    named = (
        {f.name: str(f.verbose_name) for f in register.model._meta.concrete_fields}
        if register
        else {}
    )
    return named.get(name, name)
