"""Upload, download and withdrawal of a record's files, with the record's own visibility."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from kernel.records.errors import Refused
from kernel.registers.access import RegisterView
from kernel.registers.views.crumbs import crumbs

from . import checks, panels, previews, store
from .models import Attachment
from .services import add_attachment, places_elsewhere, withdraw_attachment
from .uploads import lost_files

ISOLATED = "default-src 'none'; sandbox"
"""A downloaded file runs nothing, even when a browser insists on showing it."""
ISOLATED_PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
"""Browsers refuse to show a PDF in a sandbox."""
LAST_FIELD = "complete"
"""The form's last field: without it the browser went away before the end."""


class AttachmentView(RegisterView):
    """What the pages of a record's files share."""

    def parent(self) -> Any:
        """The record, once it is sure that the person may change its files."""
        record = self.record()
        if not panels.may_change(self.register, record, self.user):
            raise PermissionDenied("您不能增减本记录的附件：只有本单位有修改权限的人可以办理。")
        return record

    def attachment(self, record: Any, pk: Any) -> Attachment:
        """A file of this record that the person may see; else 404."""
        attachment = get_object_or_404(Attachment.objects.of(record), pk=pk)
        may_upload = panels.may_change(self.register, record, self.user)
        if attachment.withdrawn_at and not panels.sees_withdrawn(self.user, may_upload=may_upload):
            raise Http404("该附件已撤下。")
        return attachment

    def page(self, template: str, record: Any, title: str, **more: Any) -> HttpResponse:
        detail = self.register.url("detail", record.pk)
        context = {
            "register": self.register,
            "record": record,
            "page_title": f"{title}：{record}",
            "breadcrumbs": crumbs(self.register, (str(record), detail), (title, None)),
            "cancel_url": f"{detail}#attachments",
        }
        status = 422 if more.get("refused") or more.get("error") else 200
        return render(self.request, template, context | more, status=status)


class Attachments(AttachmentView):
    """The page that takes files, for browsers without scripts and for the panel's script."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.upload_page(self.parent())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.parent()
        refused = [checks.lost_text(lost) for lost in lost_files(request)]
        saved, notes = [], []
        if request.POST.get(LAST_FIELD) != "1":
            refused.append("上传中断，文件没有收全，也没有保存。请重新上传。")
        else:
            for file in request.FILES.getlist("files"):
                try:
                    attachment = self.add(record, file)
                except Refused as reason:
                    refused.append(str(reason))
                else:
                    saved.append(str(attachment))
                    notes += self.notes(attachment)
            if not saved and not refused:
                refused.append("没有选择文件，请先选择要上传的文件。")
        if request.headers.get("Accept", "").startswith("application/json"):
            return self.answer(record, saved, refused, notes)
        return self.result(record, saved, refused, notes)

    def add(self, record: Any, file: Any) -> Attachment:
        return add_attachment(
            record,
            file,
            by=self.user,
            caption=self.request.POST.get("caption", ""),
            version_of=self.version_of(record),
        )

    def version_of(self, record: Any) -> Attachment | None:
        asked = self.request.POST.get("version_of") or self.request.GET.get("version_of")
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404("没有这个附件。")
        found = self.attachment(record, int(asked))
        if found.withdrawn_at:
            raise Http404("该附件已撤下。")
        return found

    def notes(self, attachment: Attachment) -> list[str]:
        places = places_elsewhere(attachment, self.user)
        return [f"提示：{'、'.join(places)}也附有内容相同的文件。"] if places else []

    def answer(
        self, record: Any, saved: list[str], refused: list[str], notes: list[str]
    ) -> JsonResponse:
        """For the script: what became of each file, and the new list."""
        panel = panels.panel(self.request, self.register, record)
        shown = render_to_string("attachments/list.html", {"panel": panel}, self.request)
        found = {"saved": saved, "refused": refused, "notes": notes, "list": shown}
        return JsonResponse(found | {"total": panel["total"]})

    def result(
        self, record: Any, saved: list[str], refused: list[str], notes: list[str]
    ) -> HttpResponse:
        if refused:
            return self.upload_page(record, saved=saved, refused=refused)
        messages.success(self.request, f"已上传：{'、'.join(saved)}")
        for note in notes:
            messages.info(self.request, note)
        return redirect(f"{self.register.url('detail', record.pk)}#attachments")

    def upload_page(self, record: Any, **more: Any) -> HttpResponse:
        replaced = self.version_of(record)
        title = f"上传“{replaced.short_name}”的新版本" if replaced else "上传附件"
        panel = panels.panel(self.request, self.register, record)
        return self.page(
            "attachments/upload.html", record, title, panel=panel, replaced=replaced, **more
        )


class AttachmentFile(AttachmentView):
    """The bytes: saved by default, shown in the browser where that is safe and asked for."""

    def get(self, request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
        found = self.attachment(self.record(), attachment)
        inline = "inline" in request.GET and found.type.inline
        try:
            content = found.open()
        except OSError as error:
            raise Http404("文件暂时读不出来，请稍后重试；多次失败请联系系统管理员。") from error
        response = FileResponse(
            content,
            as_attachment=not inline,
            filename=found.name,
            content_type=_media_type(found),
        )
        pdf = inline and found.type.key == "pdf"
        return _private(response, ISOLATED_PDF if pdf else ISOLATED)


class AttachmentPreview(AttachmentView):
    """A small picture of an image."""

    def get(self, request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
        found = self.attachment(self.record(), attachment)
        if not found.has_preview:
            raise Http404("该附件没有预览图。")
        name = store.address(found.sha256, previews.VARIANT)
        try:
            content = store.read(name)
        except OSError as error:
            raise Http404("预览图暂时读不出来。") from error
        response = FileResponse(ContentFile(content), content_type="image/jpeg")
        _private(response, ISOLATED)
        response["Cache-Control"] = "private, max-age=3600"
        return response


class AttachmentWithdraw(AttachmentView):
    """Ask for the reason, then take the file out of force."""

    def get(self, request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
        record = self.parent()
        return self.ask(record, self.in_force(record, attachment))

    def post(self, request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
        record = self.parent()
        found = self.in_force(record, attachment)
        reason, whole = request.POST.get("reason", ""), request.POST.get("scope") != "version"
        try:
            withdraw_attachment(record, found, by=self.user, reason=reason, whole=whole)
        except Refused as refused:
            return self.ask(record, found, error=str(refused))
        messages.success(request, f"已撤下：{found}")
        return redirect(f"{self.register.url('detail', record.pk)}#attachments")

    def in_force(self, record: Any, pk: int) -> Attachment:
        return get_object_or_404(Attachment.objects.of(record).in_force(), pk=pk)

    def ask(self, record: Any, attachment: Attachment, error: str = "") -> HttpResponse:
        versions = Attachment.objects.of(record).in_force().filter(series=attachment.series)
        return self.page(
            "attachments/withdraw.html",
            record,
            "撤下附件",
            attachment=attachment,
            versions=versions.count(),
            error=error,
            reason=self.request.POST.get("reason", ""),
        )


def _media_type(attachment: Attachment) -> str:
    """Text is named without a character set: the browser must not guess markup from it."""
    media_type = attachment.media_type
    return "application/octet-stream" if media_type.startswith("text/") else media_type


def _private(response: Any, policy: str) -> Any:
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = "private, no-cache"
    return response
