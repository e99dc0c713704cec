"""Comments and followers of one record; each is an ordinary form that works without scripts."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kernel.records.errors import Refused
from kernel.registers.access import RegisterView
from kernel.registers.register import registry
from kernel.registers.views.crumbs import crumbs

from .. import panel
from ..comments import conversation, edit_comment, post_comment, set_following, withdraw_comment
from ..mentions import suggestions
from ..models import Comment

FEWEST_LETTERS, MOST_LETTERS = 1, 20


class AboutRecordView(RegisterView):
    """Base: the row of the address, and the record that owns it, both within sight."""

    def subject(self) -> tuple[Any, Any]:
        """(row of the address, its record); 404 when either is out of sight."""
        row = self.record()
        owner = row.owner_record()
        if self.register.is_part:
            rows = registry.for_model(type(owner)).visible_to(self.user)
            if not rows.filter(pk=owner.pk).exists():
                raise Http404("没有这条记录。")
        return row, owner

    def back(self, row: Any, anchor: str = "#comments") -> HttpResponse:
        return redirect(self.register.url("detail", row.pk) + anchor)

    def page(self, row: Any, template: str, title: str, **context: Any) -> HttpResponse:
        trail = crumbs(
            self.register, (str(row), self.register.url("detail", row.pk)), (title, None)
        )
        context |= panel.box(self.register, row)
        context |= {
            "register": self.register,
            "record": row,
            "page_title": f"{title}：{row}",
            "breadcrumbs": trail,
            "cancel_url": self.register.url("detail", row.pk) + "#comments",
        }
        return render(self.request, template, context, status=422 if context.get("error") else 200)


class Comments(AboutRecordView):
    """The whole conversation, and a new comment; a refused one keeps what was typed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, owner = self.subject()
        return self.shown(row, owner)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, owner = self.subject()
        text = request.POST.get("text", "")
        try:
            post_comment(owner, text, by=self.user)
        except Refused as refused:
            return self.shown(row, owner, text=text, error=str(refused))
        messages.success(request, "评论已发表。")
        return self.back(row)

    def shown(self, row: Any, owner: Any, **context: Any) -> HttpResponse:
        said = panel.lines(self.register, row, conversation(owner), self.user)
        return self.page(row, "collaboration/comments.html", "评论", comments=said, **context)


class OneComment(AboutRecordView):
    """Base: one comment of the record."""

    def comment(self, owner: Any) -> Comment:
        found: Comment = get_object_or_404(Comment.about(owner), pk=self.kwargs["comment"])
        return found


class CommentEdit(OneComment):
    """Correct one's own comment while it is fresh."""

    def get(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        row, owner = self.subject()
        found = self.comment(owner)
        if not found.editable_by(self.user):
            messages.warning(request, "这条评论已不能修改：只能在 15 分钟内修改自己的评论。")
            return self.back(row)
        return self.shown(row, found, found.text)

    def post(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        row, owner = self.subject()
        found, text = self.comment(owner), request.POST.get("text", "")
        try:
            edit_comment(found, owner, text, by=self.user)
        except Refused as refused:
            return self.shown(row, found, text, error=str(refused))
        messages.success(request, "评论已修改。")
        return self.back(row, f"#comment-{found.pk}")

    def shown(self, row: Any, comment: Comment, text: str, **context: Any) -> HttpResponse:
        action = self.register.url("comment-edit", row.pk, comment.pk)
        return self.page(
            row, "collaboration/comment_edit.html", "修改评论", text=text, action=action, **context
        )


class CommentWithdraw(OneComment):
    """Take back one's own comment."""

    def post(self, request: HttpRequest, pk: int, comment: int) -> HttpResponse:
        row, owner = self.subject()
        try:
            withdraw_comment(self.comment(owner), by=self.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "评论已撤回。")
        return self.back(row)


class Following(AboutRecordView):
    """Follow the record (`active=1`) or stop following it."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, owner = self.subject()
        active = request.POST.get("active") == "1"
        set_following(owner, self.user, active=active)
        text = "已关注，有变动时会通知您。" if active else "已取消关注。"
        messages.success(request, text)
        return self.back(row)


class Mentions(AboutRecordView):
    """Colleagues to mention, as options for the list under the entry field."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        _, owner = self.subject()
        typed = request.GET.get("q", "").strip()
        fits = FEWEST_LETTERS <= len(typed) <= MOST_LETTERS
        people = suggestions(typed, owner, self.user) if fits else []
        return render(request, "collaboration/mentions.html", {"people": people})
