"""Entry and change of a record."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kernel.records.errors import Refused
from kernel.records.services import save_part, save_record

from ..access import RegisterView
from ..forms import RecordForm, form_class, grouped_fields
from .crumbs import crumbs


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
