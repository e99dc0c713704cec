"""Entry and change of a record."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from kernel.records.errors import Conflict, Refused
from kernel.records.revisions import revision_of
from kernel.records.services import (
    remarks_of,
    returned_by,
    save_part,
    save_record,
    saved_from_form,
)

from ..access import RegisterView
from ..drafts import as_post, drafts_of, drop_draft, find_draft, parse_uuid, save_draft
from ..extensions import edit_warnings
from ..formsets import Entry, one_more_row
from ..merge import Comparison
from ..models import Draft
from .crumbs import crumbs

DRAFT, ADD_ROW, AND_NEW = "draft", "add:", "_new"


class RegisterForm(RegisterView):
    """Entry and change of a record; a refused save keeps everything that was typed."""

    action = "add"
    draft: Draft | None = None
    number: uuid.UUID | None = None
    """A new identity for the form at hand, once its old one has made a record."""

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        record = self.editable_record(pk)
        self.draft = find_draft(self.user, self.register, record, request.GET.get("draft"))
        if self.draft is not None:
            return self.page(self.entry(record, as_post(self.draft.data), checked=False))
        return self.page(self.entry(record))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        record = self.editable_record(pk)
        action = request.POST.get("action", "")
        if action == DRAFT:
            return self.keep(record)
        if action.startswith(ADD_ROW):
            data = one_more_row(request.POST, action.removeprefix(ADD_ROW))
            return self.page(self.entry(record, data, checked=False))
        if record is not None and self.sent_revision(request.POST) != revision_of(record):
            return self.conflict(record)
        if "conflict_base" in request.POST:
            return self.merge(record)
        return self.submit(record, request.POST)

    def editable_record(self, pk: int | None) -> Any:
        if pk is None:
            return None
        record = self.record()
        if not self.editable(record):
            raise PermissionDenied("您只能修改本单位的记录。")
        return record

    def sent_revision(self, data: Mapping[str, Any]) -> int:
        """The state the page was opened with; a form without it is as stale as an old one."""
        text = data.get("version", "")
        return int(text) if text.isdecimal() else 0

    def entry(self, record: Any, data: QueryDict | None = None, *, checked: bool = True) -> Entry:
        preset = {name: value for name, value in self.request.GET.items() if name != "draft"}
        entry = Entry(
            self.register,
            self.user,
            record=record,
            data=data,
            initial=preset if record is None else None,
            checked=checked,
        )
        if record is not None and not self.register.is_part:
            entry.put_remarks(remarks_of(record))
        return entry

    def keep(self, record: Any) -> HttpResponse:
        """Save the input as a draft, whatever it is."""
        try:
            draft = save_draft(
                self.user, self.register, self.request.POST, record=record, kept=True
            )
        except Refused as refused:
            entry = self.entry(record, self.request.POST, checked=False)
            entry.form.add_error(None, str(refused))
            return self.page(entry)
        messages.success(self.request, "草稿已保存。可以继续填写，或以后从“我的草稿”打开。")
        return redirect(draft.url)

    def submit(self, record: Any, data: QueryDict) -> HttpResponse:
        entry = self.entry(record, data)
        if not entry.is_valid():
            return self.page(entry)
        try:
            with transaction.atomic():
                if done := self.sent_before(record):
                    return self.sent_twice(entry, done)
                saved = self.save(entry)
                drop_draft(self.user, self.register, record, data.get("draft"))
        except Conflict:
            return self.conflict(self.record())
        except (ValidationError, Refused) as error:
            entry.blame(error if isinstance(error, ValidationError) else as_error(error))
            return self.page(entry)
        except IntegrityError:
            # Two people saved at the same moment: the database let only one of them through.
            entry.form.add_error(None, "保存失败：刚刚有人保存了相同的记录，请核对后再保存。")
            return self.page(entry)
        return self.saved(saved, record)

    def saved(self, saved: Any, record: Any) -> HttpResponse:
        messages.success(self.request, f"已保存：{saved}")
        if record is None and self.request.POST.get("action", "").endswith(AND_NEW):
            preset = {n: v for n, v in self.request.GET.items() if n != "draft"}
            return redirect(self.register.url("create", **preset))
        return redirect(self.register.url("detail", saved.pk))

    def sent_before(self, record: Any) -> Any:
        """The record this very form has already made: a double click, or Back and once more.

        Waits for a twin that is being saved at this moment.
        """
        number = parse_uuid(self.request.POST.get("draft"))
        if record is not None or number is None or self.register.is_part:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(number)])
        return saved_from_form(self.register.model, str(number), by=self.user)

    def sent_twice(self, entry: Entry, done: Any) -> HttpResponse:
        """Say so, and let the input go on under a number of its own."""
        self.number = uuid.uuid4()
        if (number := self.form_number()) is not None:
            drafts_of(self.user).filter(uuid=number).update(uuid=self.number)
        entry.form.add_error(
            None,
            f"这张表单已经提交过，记录是“{done}”，没有重复保存。"
            "如果确实是另一件内容相近的事，请核对后再次提交。",
        )
        return self.page(entry)

    def save(self, entry: Entry) -> Any:
        form, user = entry.form, self.user
        reason = form.cleaned_data.get("change_reason", "")
        revision = None if entry.record is None else self.sent_revision(form.data)
        if self.register.is_part:
            if not user.may_write(form.instance.owner_record().unit_id):
                raise Refused("您只能给本单位的记录添加明细。")
            return save_part(form.instance, by=user, reason=reason, expected_revision=revision)
        saved = save_record(
            form.save(commit=False),
            by=user,
            reason=reason,
            expected_version=revision,
            parts=entry.part_changes(),
            form=self.request.POST.get("draft", "")[:40],
        )
        form.save_m2m()
        return saved

    def conflict(self, record: Any) -> HttpResponse:
        """Somebody saved meanwhile: keep the input as a draft and show both sides."""
        data = self.request.POST.copy()
        base = data["version"] = data.get("conflict_base") or data.get("version", "")
        # Too large for a draft? The page carries the input along all the same.
        with suppress(Refused):
            save_draft(self.user, self.register, data, record=record)
        comparison = Comparison(
            self.register, self.user, record, data, int(base) if base.isdecimal() else 0
        )
        return self.conflict_page(comparison)

    def merge(self, record: Any) -> HttpResponse:
        """The choices are made: apply them, or ask again for those that are missing."""
        data = self.request.POST
        base = data["conflict_base"]
        comparison = Comparison(
            self.register, self.user, record, data, int(base) if base.isdecimal() else 0
        )
        if comparison.undecided:
            names = "、".join(f"“{d.label}”" for d in comparison.undecided)
            return self.conflict_page(comparison, f"请先选择{names}以谁的内容为准，再保存。")
        return self.submit(record, comparison.merged())

    def conflict_page(self, comparison: Comparison, error: str = "") -> HttpResponse:
        register, record = self.register, comparison.record
        title = f"核对后保存：{record}"
        context = {
            "register": register,
            "record": record,
            "page_title": title,
            "breadcrumbs": crumbs(
                register, (str(record), register.url("detail", record.pk)), ("核对后保存", None)
            ),
            "comparison": comparison,
            "version": revision_of(record),
            "error": error,
            "edit_url": register.url("edit", record.pk),
            "record_url": register.url("detail", record.pk),
        }
        return render(self.request, "registers/conflict.html", context, status=409)

    def page(self, entry: Entry) -> HttpResponse:
        register, record = self.register, entry.record
        title = f"修改{register.title}" if record else f"新建{register.title}"
        context = {
            "register": register,
            "record": record,
            "page_title": title,
            "breadcrumbs": crumbs(register, (title, None)),
            "entry": entry,
            "form": entry.form,
            "fieldsets": entry.groups(),
            "cancel_url": register.url("detail", record.pk) if record else register.url("list"),
            "is_part": register.is_part,
            "warnings": [
                text for warn in edit_warnings if record and (text := warn(register, record))
            ],
            "returned": returned_by(record) if record and not register.is_part else None,
            **self.draft_context(entry),
        }
        status = 422 if entry.has_errors else 200
        return render(self.request, "registers/form.html", context, status=status)

    def draft_context(self, entry: Entry) -> dict[str, Any]:
        """What the page needs to save itself, and what it says about drafts."""
        draft, record, request = self.draft, entry.record, self.request
        number = self.number or self.form_number()
        gone = number is not None and request.method == "GET" and self.made_before(number)
        number = draft.uuid if draft else uuid.uuid4() if gone or number is None else number
        fresh = record is None and draft is None and request.method == "GET"
        own = drafts_of(self.user).filter(register_key=self.register.key, object_id=None)
        return {
            "draft": draft,
            "draft_number": number,
            "draft_revision": draft.revision if draft else request.POST.get("draft_revision", 0),
            "draft_url": self.register.url("draft"),
            "draft_gone": gone,
            "draft_stale": bool(
                draft and record and self.sent_revision(entry.form.data) != revision_of(record)
            ),
            "other_drafts": own[:5] if fresh else [],
            "form_action": self.address(number) if record is None else request.get_full_path(),
        }

    def form_number(self) -> uuid.UUID | None:
        """The identity of the form at hand, from its own input or from the address."""
        request = self.request
        return parse_uuid(request.POST.get("draft") or request.GET.get("draft"))

    def made_before(self, number: uuid.UUID) -> bool:
        model = self.register.model
        return bool(not self.register.is_part and saved_from_form(model, str(number), by=self.user))

    def address(self, number: uuid.UUID) -> str:
        """Where a form for a new record is sent: it finds its draft again, even after a login."""
        params = self.request.GET.copy()
        params["draft"] = str(number)
        return f"{self.request.path}?{params.urlencode()}"


def as_error(refused: Refused) -> ValidationError:
    return ValidationError(str(refused))


class RegisterEdit(RegisterForm):
    """Change of an existing record."""

    action = "change"
