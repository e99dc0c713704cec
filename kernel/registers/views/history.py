"""Who changed what: of one record, and of everything for those who audit."""

import datetime as dt
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import View

from kernel.records.models import RecordBase

from .. import tables, trail
from ..access import RegisterView
from ..filters import date_widget
from ..history import LABELS
from ..personal import is_hidden
from .crumbs import crumbs

VIEW_HISTORY = "records.view_history"


class RegisterHistory(RegisterView):
    """Every kept change of the record and of what belongs to it, field by field."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        cursor = trail.read_cursor(request.GET.get("before", ""))
        sources = trail.of_record(record, self.user)
        page = trail.page(sources, self.user, cursor, own=self.register.key)
        context = {
            "register": self.register,
            "record": record,
            "page_title": f"修改历史：{record}",
            "breadcrumbs": crumbs(
                self.register,
                (str(record), self.register.url("detail", record.pk)),
                ("修改历史", None),
            ),
            "back_url": self.register.url("detail", record.pk),
            "versions": page.changes,
            "older_url": _older(request, page.following),
            "newest_url": tables.query_string(request, before=None) if cursor else None,
        }
        return render(request, "registers/history.html", context)


def _older(request: HttpRequest, following: str) -> str | None:
    return tables.query_string(request, before=following) if following else None


def _text_fields(model: type[models.Model], user: Any) -> list[str]:
    """Fields that may be searched for words: none that is hidden from anybody, or encrypted."""
    register = trail.Source(model).register
    tracker: Any = model.pgh_event_model  # type: ignore[attr-defined]
    return [
        field.name
        for field in tracker._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.name.startswith("pgh_")
        and not getattr(field, "encrypted", False)
        and not (register and is_hidden(register, field.name))
    ]


def _midnight(day: dt.date | None, later: int = 0) -> dt.datetime | None:
    """The beginning of the day (or of one some days later) in the bureau's time."""
    if day is None or day == dt.date.max:
        return None
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(later), dt.time()))


class ChangeFilter(forms.Form):
    """Which changes to show; all of it optional."""

    register = forms.ChoiceField(label="台账", required=False)
    record = forms.IntegerField(
        label="记录编号", required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )
    person: Any = forms.ModelChoiceField(label="修改人", required=False, queryset=None)
    unit: Any = forms.ModelChoiceField(label="所属单位", required=False, queryset=None)
    kind = forms.ChoiceField(label="动作", required=False, choices=[("", "不限"), *LABELS.items()])
    since = forms.DateField(label="日期起", required=False, widget=date_widget())
    until = forms.DateField(label="日期止", required=False, widget=date_widget())
    q = forms.CharField(
        label="内容",
        required=False,
        max_length=60,
        help_text="在所选台账的文字内容中查找，不含个人信息。",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.sources = {source.key: source for source in trail.of_everything(user)}
        choices = [(key, source.label) for key, source in self.sources.items()]
        people: Any = self.fields["person"]
        people.queryset = get_user_model()._default_manager.order_by("unit__path", "pk")
        people.empty_label = units_label = "不限"
        units: Any = self.fields["unit"]
        units.queryset = apps.get_model(settings.RECORD_UNIT_MODEL)._default_manager.all()
        units.empty_label = units_label
        register: Any = self.fields["register"]
        register.choices = [("", "不限"), *choices]
        if not user.sees_all_units:
            units.queryset = units.queryset.filter(pk__in=user.unit_ids())
            people.queryset = people.queryset.filter(unit__in=user.unit_ids())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if (values.get("q") or values.get("record")) and not values.get("register"):
            self.add_error("register", ValidationError("按内容查找须先选定台账，请选择后再查。"))
        return values

    def chosen(self) -> list[trail.Source]:
        """The tables to read, each narrowed to what was asked; none when the form is wrong."""
        if not self.is_valid():
            return []
        values = self.cleaned_data
        return [
            trail.Source(source.model, source.condition & condition, source.name)
            for key, source in self.sources.items()
            if not values["register"] or values["register"] == key
            if (condition := self._condition(source.model)) is not None
        ]

    def _condition(self, model: Any) -> Q | None:
        """What is asked of a table's rows; `None` when it can hold none of them."""
        values, q = self.cleaned_data, Q()
        if values["unit"]:
            if not issubclass(model, RecordBase):
                return None
            q &= Q(**{f"{trail.owner_path(model)}unit": values["unit"]})
        simple = {
            "pgh_obj_id": values["record"],
            "pgh_context__metadata__user": values["person"] and values["person"].pk,
            "pgh_label": values["kind"],
            # Bounds in time, not days: a cast would not use the index.
            "pgh_created_at__gte": _midnight(values["since"]),
            "pgh_created_at__lt": _midnight(values["until"], 1),
        }
        q &= Q(**{lookup: value for lookup, value in simple.items() if value})
        return q & self._words(model) if values["q"] else q

    def _words(self, model: Any) -> Q:
        found = Q(pk__in=[])
        for name in _text_fields(model, self.user):
            found |= Q(**{f"{name}__contains": self.cleaned_data["q"]})
        return found


class ChangeLog(LoginRequiredMixin, PermissionRequiredMixin, View):
    """All changes of all registers, newest first, for those who audit."""

    permission_required = VIEW_HISTORY

    def handle_no_permission(self) -> Any:
        if self.request.user.is_authenticated:
            self.raise_exception = True
        return super().handle_no_permission()

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ChangeFilter(request.GET, user=request.user)
        cursor = trail.read_cursor(request.GET.get("before", ""))
        page = trail.page(form.chosen(), request.user, cursor)
        context = {
            "page_title": "变更记录",
            "breadcrumbs": [("首页", "/"), ("变更记录", None)],
            "form": form,
            "filtered": any(form.cleaned_data.values()),
            "rest_used": any(form.cleaned_data.get(name) for name in ("since", "until", "q")),
            "versions": page.changes,
            "older_url": _older(request, page.following),
            "newest_url": tables.query_string(request, before=None) if cursor else None,
        }
        return render(request, "registers/changes.html", context)
