"""Named filters of a list, and how the list looks: columns and page size."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from ..access import RegisterView
from ..chosen import MOST_COLUMNS, columns_for, offered
from ..filters import chips
from ..listview import NOT_THE_QUERY, PAGE_SIZES
from ..models import ListPreference, SavedFilter
from .crumbs import crumbs

MOST_FILTERS = 50


class RegisterSaved(RegisterView):
    """Own and shared filters of the list: keep, rename, share, open by default, remove."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        action = request.POST.get("action", "")
        if action == "save":
            return self.save()
        saved = get_object_or_404(self.own(), pk=number(request.POST.get("filter")))
        if action == "delete":
            saved.delete()
            messages.success(request, f"已删除筛选“{saved}”。")
        elif action == "default":
            self.make_default(saved)
        elif action == "share":
            saved.shared = not saved.shared
            saved.unit_id = self.user.unit_id
            saved.save()
        else:
            raise Http404("没有这个操作。")
        return redirect(self.register.url("saved"))

    def own(self) -> Any:
        return SavedFilter.objects.filter(owner=self.user.pk, register_key=self.register.key)

    @transaction.atomic
    def make_default(self, saved: SavedFilter) -> None:
        """A second click takes it back; there is never more than one."""
        wanted = not saved.is_default
        self.own().update(is_default=False)
        self.own().filter(pk=saved.pk).update(is_default=wanted)

    def save(self) -> HttpResponse:
        post = self.request.POST
        saved = SavedFilter(
            owner=self.user,
            unit_id=self.user.unit_id,
            register_key=self.register.key,
            name=post.get("name", "").strip(),
            query=clean_query(post.get("query", "")),
            shared="shared" in post,
        )
        try:
            if self.own().count() >= MOST_FILTERS:
                raise ValidationError(f"最多保存 {MOST_FILTERS} 个筛选，请先删除不用的。")
            saved.full_clean()
        except ValidationError as error:
            return self.page(error="".join(error.messages), status=422)
        saved.save()
        messages.success(self.request, f"已保存筛选“{saved}”。")
        return redirect(self.address(saved))

    def address(self, saved: SavedFilter) -> str:
        return f"{self.register.url('list')}?{saved.query or 'all=1'}"

    def page(self, error: str = "", status: int = 200) -> HttpResponse:
        register, request = self.register, self.request
        query = clean_query(request.POST.get("query", request.GET.get("query", "")))
        filters = SavedFilter.objects.visible_to(self.user).filter(register_key=register.key)
        context = {
            "register": register,
            "page_title": f"保存的筛选：{register.title}",
            "breadcrumbs": crumbs(register, ("保存的筛选", None)),
            "filters": [self.line(saved) for saved in filters.select_related("owner")],
            "query": query,
            "words": self.words(query),
            "name": request.POST.get("name", ""),
            "error": error,
            "list_url": register.url("list"),
        }
        return render(request, "registers/list_saved.html", context, status=status)

    def line(self, saved: SavedFilter) -> dict[str, Any]:
        return {
            "filter": saved,
            "url": self.address(saved),
            "own": saved.owner_id == self.user.pk,
            "words": self.words(saved.query),
        }

    def words(self, query: str) -> str:
        """The conditions as a person would say them."""
        rows = self.register.model._default_manager.none()
        filterset = self.register.filterset_class(QueryDict(query), rows, request=self.request)
        return "；".join(f"{label}：{value}" for _, label, value in chips(filterset)) or "全部记录"


class RegisterColumns(RegisterView):
    """Which columns the person's list shows, in which order, and how many rows on a page.

    Every button works without scripts: each press sends the whole arrangement, and it is kept
    at once.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.chosen())

    def post(self, request: HttpRequest) -> HttpResponse:
        if size := number(request.POST.get("page_size")):
            self.keep(page_size=size if size in PAGE_SIZES else 0)
            return redirect(self.back())
        if request.POST.get("action") == "reset":
            self.keep(columns=[], page_size=0)
            return redirect(self.back())
        paths = [path for path in request.POST.getlist("column") if path in offered(self.register)]
        if not paths:
            return self.page(self.chosen(), error="请至少选择一列。", status=422)
        if len(paths) > MOST_COLUMNS:
            return self.page(paths, error=f"最多显示 {MOST_COLUMNS} 列，请去掉几列。", status=422)
        self.keep(columns=moved(paths, request.POST.get("move", "")))
        return redirect(request.get_full_path() if "move" in request.POST else self.back())

    def chosen(self) -> list[str]:
        own = ListPreference.objects.filter(user=self.user.pk, register_key=self.register.key)
        kept = own.values_list("columns", flat=True).first() or []
        return [column.path for column in columns_for(self.register, kept)]

    def keep(self, **values: Any) -> None:
        ListPreference.objects.update_or_create(
            user=self.user, register_key=self.register.key, defaults=values
        )

    def back(self) -> str:
        """The list the person came from, never another site."""
        address = self.request.POST.get("next", "")
        own = self.register.url("list")
        safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        return address if safe and address.startswith(own) else own

    def page(self, chosen: list[str], error: str = "", status: int = 200) -> HttpResponse:
        register, known = self.register, offered(self.register)
        context = {
            "register": register,
            "page_title": f"列设置：{register.title}",
            "breadcrumbs": crumbs(register, ("列设置", None)),
            "chosen": [known[path] for path in chosen],
            "others": [column for path, column in known.items() if path not in chosen],
            "most": MOST_COLUMNS,
            "error": error,
            "next": self.request.GET.get("next", ""),
            "list_url": register.url("list"),
        }
        return render(self.request, "registers/list_columns.html", context, status=status)


def clean_query(query: str) -> str:
    """The query as it is kept: no page, no empty filter."""
    params = QueryDict(query.removeprefix("?")[:2000], mutable=True)
    for name in NOT_THE_QUERY:
        params.pop(name, None)
    for name in [name for name, values in params.lists() if not any(values)]:
        del params[name]
    return params.urlencode()


def moved(paths: list[str], move: str) -> list[str]:
    """The paths with one of them a place up or down: `up:status`, `down:status`."""
    direction, _, path = move.partition(":")
    if path not in paths:
        return paths
    index = paths.index(path)
    target = index - 1 if direction == "up" else index + 1
    if 0 <= target < len(paths):
        paths[index], paths[target] = paths[target], paths[index]
    return paths


def number(value: Any) -> int:
    """A small whole number from a form; 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
