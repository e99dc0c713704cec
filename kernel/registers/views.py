"""The pages of a register: list, detail, entry, change of state, history."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kernel.records.errors import Refused
from kernel.records.services import (
    EVENT_LABELS,
    advance,
    delete_part,
    open_steps,
    save_part,
    save_record,
    timeline,
)
from kernel.records.status import BY_NAME, TONES

from . import history, tables
from .access import RegisterView
from .filters import chips
from .forms import RecordForm, form_class, grouped_fields
from .register import Register, registry

PART_ROWS = 20

ListNote = Callable[[HttpRequest, Register, Any], dict[str, Any] | None]
list_notes: list[ListNote] = []
"""Functions that add a note above a list, e.g. which figure the shown rows make up."""


def crumbs(register: Register, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [("首页", "/"), (register.title, register.url("list")), *more]


class RegisterList(RegisterView):
    """All records within sight, filtered and sorted by the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        register = self.register
        filterset = register.filterset_class(request.GET, register.visible_to(request.user))
        matching = filterset.qs
        ordered = tables.order(matching, register, request.GET.get("sort", ""))
        page = tables.paginate(register.with_relations(ordered), request.GET.get("page"))
        return render(request, "registers/list.html", self.context(filterset, matching, page))

    def context(self, filterset: Any, matching: Any, page: Any) -> dict[str, Any]:
        register, request = self.register, self.request
        return {
            "register": register,
            "page_title": register.title,
            "breadcrumbs": [("首页", "/"), (register.title, None)],
            "filter": filterset,
            "chips": [
                {"label": label, "value": value, "remove_url": self.without(name)}
                for name, label, value in chips(filterset)
            ],
            "clear_url": register.url("list"),
            "page_obj": page,
            "total_label": page.paginator.count_label,
            "columns": tables.header(request, register),
            "rows": tables.rows(register, page.object_list, request.user),
            "create_url": register.url("create") if self.may("add") else None,
            "page_query": tables.query_string(request, page=None),
            "indicator": next(
                filter(None, (n(request, register, matching) for n in list_notes)), None
            ),
        }

    def without(self, name: str) -> str:
        """The same list with one filter less; a figure's note goes with the first change."""
        return tables.query_string(self.request, **{name: None, "page": None, "figure": None})


class RegisterDetail(RegisterView):
    """One record: facts, rows that belong to it, state and next steps, timeline."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        return render(request, "registers/detail.html", self.context(record))

    def context(self, record: Any) -> dict[str, Any]:
        register, user, owner = self.register, self.user, record.owner_record()
        editable = self.editable(record)
        return {
            "register": register,
            "record": record,
            "page_title": str(record),
            "breadcrumbs": crumbs(register, (str(record), None)),
            "panels": tables.facts(register, record, user) + self.part_panels(record),
            "status": {"label": owner.get_status_display(), "tone": TONES[owner.status]},
            "owner": owner,
            "actions": self.actions(record) if editable and not register.is_part else [],
            "timeline": [
                {
                    "at": event.at,
                    "actor": event.actor or "系统",
                    "label": EVENT_LABELS.get(event.kind, event.kind),
                    "detail": event.data.get("reason") or event.data.get("part", ""),
                }
                for event in timeline(owner)[:PART_ROWS]
            ],
            "history_url": register.url("history", record.pk),
            "edit_url": register.url("edit", record.pk) if editable else None,
            "delete_url": register.url("delete", record.pk)
            if editable and register.is_part and self.may("delete")
            else None,
        }

    def actions(self, record: Any) -> list[dict[str, Any]]:
        return [
            {
                "label": step.label,
                "url": self.register.url("transition", record.pk, step.name),
                "tone": step.tone,
                "needs_reason": step.reason_required,
                "refused_reason": refused,
            }
            for step, refused in open_steps(record, by=self.request.user)
        ]

    def part_panels(self, record: Any) -> list[dict[str, Any]]:
        return [
            panel
            for part in self.register.part_registers()
            if (panel := self.part_panel(part, record)) is not None
        ]

    def part_panel(self, part: Register, record: Any) -> dict[str, Any] | None:
        """The first rows of a related register, with links to all of them and to a new one."""
        user, model = self.user, part.model._meta
        if not user.has_perm(f"{model.app_label}.view_{model.model_name}"):
            return None
        link = part.link_field(type(record))
        related = part.visible_to(user).filter(**{link: record})
        shown = list(part.with_relations(related).order_by(*part.ordering)[:PART_ROWS])
        # Every row would repeat the record they all belong to.
        columns = [c for c in part.bound_columns if c.path.partition(".")[0] != link]
        may_add = user.has_perm(f"{model.app_label}.add_{model.model_name}")
        return {
            "label": part.title,
            "columns": [
                {"label": c.label, "align": c.align, "priority": c.priority} for c in columns
            ],
            "rows": tables.rows(part, shown, user, columns),
            "total": related.count() if len(shown) == PART_ROWS else len(shown),
            "list_url": part.url("list", **{link: record.pk}),
            "create_url": part.url("create", **{link: record.pk})
            if may_add and self.editable(record)
            else None,
        }


class RegisterForm(RegisterView):
    """Entry and change of a record; a refused save keeps everything that was typed."""

    action = "add"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return self.page(self.form(self.editable_record(pk)))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        record = self.editable_record(pk)
        form = self.form(record)
        if not form.is_valid():
            return self.page(form)
        try:
            saved = self.save(form)
        except (ValidationError, Refused) as error:
            form.add_error(
                None, error.messages if isinstance(error, ValidationError) else str(error)
            )
            return self.page(form)
        except IntegrityError:
            # Two people saved at the same moment: the database let only one of them through.
            form.add_error(None, "保存失败：刚刚有人保存了相同的记录，请核对后再保存。")
            return self.page(form)
        messages.success(request, f"已保存：{saved}")
        return redirect(self.register.url("detail", saved.pk))

    def editable_record(self, pk: int | None) -> Any:
        if pk is None:
            return None
        record = self.record()
        if not self.editable(record):
            raise PermissionDenied("您只能修改本单位的记录。")
        return record

    def form(self, record: Any) -> RecordForm:
        request = self.request
        return form_class(self.register)(
            request.POST or None,
            instance=record,
            user=request.user,
            initial={name: value for name, value in request.GET.items() if record is None},
        )

    def save(self, form: RecordForm) -> Any:
        user, reason = self.user, form.cleaned_data.get("change_reason", "")
        if self.register.is_part:
            if not user.may_write(form.instance.owner_record().unit_id):
                raise Refused("您只能给本单位的记录添加明细。")
            return save_part(form.instance, by=user, reason=reason)
        with transaction.atomic():
            saved = save_record(
                form.save(commit=False),
                by=user,
                submit=self.request.POST.get("action") == "submit",
                reason=reason,
                # A form without its version is as stale as one with an old version.
                expected_version=form.cleaned_data.get("version") or 0,
            )
            form.save_m2m()
        return saved

    def page(self, form: RecordForm) -> HttpResponse:
        register, record = self.register, form.instance if form.instance.pk else None
        title = f"修改{register.title}" if record else f"新建{register.title}"
        context = {
            "register": register,
            "record": record,
            "page_title": title,
            "breadcrumbs": crumbs(register, (title, None)),
            "form": form,
            "fieldsets": grouped_fields(register, form),
            "cancel_url": register.url("detail", record.pk) if record else register.url("list"),
            "is_part": register.is_part,
        }
        return render(
            self.request, "registers/form.html", context, status=422 if form.errors else 200
        )


class RegisterEdit(RegisterForm):
    """Change of an existing record."""

    action = "change"


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


class RegisterHistory(RegisterView):
    """Every kept version of the record, field by field."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record()
        context = {
            "register": self.register,
            "record": record,
            "page_title": f"修改历史：{record}",
            "breadcrumbs": crumbs(
                self.register,
                (str(record), self.register.url("detail", record.pk)),
                ("修改历史", None),
            ),
            "versions": history.versions(record, tables.masks_for(self.register, self.user)),
        }
        return render(request, "registers/history.html", context)
