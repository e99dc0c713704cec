"""Help for single fields while a form is filled: what was understood, and which record is meant."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from kernel.records.errors import Refused
from kernel.values.parsing import Unreadable, in_words

from ..access import RegisterView
from ..choices import SUGGESTIONS, TEXT, hint, suggestions
from ..drafts import parse_uuid, save_draft
from ..fields import ReadMixin
from ..forms import form_class
from ..models import Draft
from ..register import Register, registry
from .crumbs import crumbs


class FieldView(RegisterView):
    """Base of pages about one field of a register's form or filter bar."""

    def may_enter(self) -> bool:
        return self.may("add") or self.may("change")

    def field(self, register: Register, name: str) -> Any:
        """The field as the person's own form has it; Http404 for one the form has not."""
        form = form_class(register)(user=self.user, presets=False)
        if name not in form.fields:
            raise Http404("表单里没有这个栏目。")
        return form.fields[name]


class Understand(FieldView):
    """What the form understands of an input: `{"value", "words"}` or `{"error"}`.

    By POST, so that what is typed into a field for a phone number stays out of the logs.
    """

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> JsonResponse:
        if not self.may_enter():
            raise PermissionDenied(f"您没有录入“{self.register.title}”的权限。")
        field: Any = form_class(self.register).base_fields.get(request.POST.get("field", ""))
        if not isinstance(field, ReadMixin) or not field.echoes:
            raise Http404("表单里没有这个栏目。")
        try:
            value = field.read(request.POST.get("value", ""))
        except Unreadable as fault:
            return JsonResponse({"error": str(fault)})
        shown = "" if value is None else str(field.widget.format_value(value) or "")
        words = in_words(field.model_field, value)
        return JsonResponse({"value": shown, "words": words if words != shown else ""})


class Choices(FieldView):
    """Suggestions for a field that points to another record, as JSON.

    `?field=school&q=sx`: the rows that the person's form offers; with `for=filter` those of the
    register's filter bar.
    """

    def get(self, request: HttpRequest) -> JsonResponse:
        name = request.GET.get("field", "")
        if request.GET.get("for") == "filter":
            queryset = self.filter_rows(name)
        else:
            if not self.may_enter():
                raise PermissionDenied(f"您没有录入“{self.register.title}”的权限。")
            queryset = rows_of(self.field(self.register, name))
        return JsonResponse({"rows": rows(queryset, request.GET.get("q", ""))})

    def filter_rows(self, name: str) -> Any:
        nothing = self.register.model._default_manager.none()
        filterset: Any = self.register.filterset_class({}, nothing, request=self.request)
        if name not in filterset.form.fields:
            raise Http404("筛选栏里没有这个条件。")
        return rows_of(filterset.form.fields[name])


class Find(FieldView):
    """Search page for a field, for browsers without scripts.

    Opened by a button of the form: what was entered is kept as a draft, the choice is written
    into the draft, and the form opens again with it. `of` names the register whose field it is
    (a part's, where the form holds rows), `into` the input that takes the choice.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not self.may_enter():
            raise PermissionDenied(f"您没有录入“{self.register.title}”的权限。")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        if "pick" in request.POST:
            return self.pick(request.POST["pick"])
        record = self.edited(request.POST.get("object_id", ""))
        try:
            draft = save_draft(self.user, self.register, request.POST, record=record)
        except Refused as refused:
            return self.page([], None, error=str(refused))
        into = self.params["into"]
        params = {**self.params, "draft": str(draft.uuid), "q": request.POST.get(into + TEXT, "")}
        return redirect(self.register.url("find", **params))

    def get(self, request: HttpRequest) -> HttpResponse:
        draft = self.draft()
        found = suggestions(rows_of(self.asked_field()), request.GET.get("q", ""))
        return self.page(found, draft)

    def pick(self, key: str) -> HttpResponse:
        draft = self.draft()
        chosen = rows_of(self.asked_field()).filter(pk=key) if key.isdecimal() else None
        if chosen is None or not chosen.exists():
            raise Http404("没有这个选项。")
        into = self.params["into"]
        draft.data = {n: v for n, v in draft.data.items() if n != into + TEXT} | {into: [key]}
        draft.revision += 1
        draft.save()
        return redirect(f"{draft.url}#id_{into}")

    @property
    def params(self) -> dict[str, str]:
        """What the address says about the field."""
        given = self.request.GET
        return {name: given.get(name, "") for name in ("of", "field", "into")}

    def asked_field(self) -> Any:
        try:
            register = registry.get(self.params["of"])
        except KeyError:
            raise Http404("没有这个台账。") from None
        return self.field(register, self.params["field"])

    def edited(self, pk: str) -> Any:
        """The record that the form changes; `None` for a new one."""
        if not pk.isdecimal():
            return None
        record = get_object_or_404(self.register.visible_to(self.user), pk=int(pk[:18]))
        if not self.editable(record):
            raise PermissionDenied("您只能修改本单位的记录。")
        return record

    def draft(self) -> Any:
        """The person's own draft that the page was opened from; Http404 for any other."""
        number = parse_uuid(self.request.GET.get("draft"))
        own = Draft.objects.filter(user=self.user, register_key=self.register.key)
        known = own.filter(uuid=number).first() if number else None
        if known is None:
            raise Http404("没有这份草稿，请返回表单重新查找。")
        return known

    def page(self, found: list[Any], draft: Any, error: str = "") -> HttpResponse:
        field = self.asked_field()
        title = f"查找{field.label}"
        context = {
            "page_title": title,
            "breadcrumbs": crumbs(self.register, (title, None)),
            "params": {**self.params, "draft": self.request.GET.get("draft", "")},
            "q": self.request.GET.get("q", ""),
            "rows": [{"key": row.pk, "text": str(row), "hint": hint(row)} for row in found],
            "most": SUGGESTIONS,
            "label": field.label,
            "back_url": draft.url if draft else self.register.url("create"),
            "error": error,
        }
        status = 422 if error else 200
        return render(self.request, "registers/choices.html", context, status=status)


def rows_of(field: Any) -> Any:
    """The rows that a field offers; Http404 for a field that points to nothing."""
    queryset = getattr(field, "queryset", None)
    if queryset is None:
        raise Http404("这个栏目不从其他台账选择。")
    return queryset


def rows(queryset: Any, text: str) -> list[dict[str, Any]]:
    """Suggestions as the page's script shows them."""
    return [
        {"value": str(row.pk), "text": str(row), "hint": hint(row)}
        for row in suggestions(queryset, text)
    ]
