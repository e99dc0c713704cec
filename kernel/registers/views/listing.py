"""The list of a register: filtered, sorted and paged by the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from .. import tables
from ..access import RegisterView
from ..bulk import may_change_many
from ..extensions import list_notes, list_tools
from ..filterbar import filter_bar
from ..filters import chips
from ..listview import PAGE_SIZES, ListView
from ..neighbours import place_of
from ..painting import body

WHOLE_LIST = {"all": "1"}
"""The address of the list without the person's own default filter."""


class RegisterList(RegisterView):
    """All records within sight, filtered and sorted by the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = ListView(self.register, request, request.GET)
        if not request.GET:
            for saved in found.saved_filters:
                if saved.is_default and saved.owner_id == request.user.pk:
                    return redirect(f"{self.register.url('list')}?{saved.query or 'all=1'}")
        part = request.headers.get("HX-Target") == "results"
        template = "registers/list_results.html" if part else "registers/list.html"
        response = render(request, template, self.context(found, found.page(), part=part))
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def context(self, found: ListView, page: Any, *, part: bool) -> dict[str, Any]:
        register, request = self.register, self.request
        selectable = not register.is_part and may_change_many(request.user, register)
        context = {
            "register": register,
            "page_title": register.title,
            "filter": found.filterset,
            "chips": [
                {"label": label, "value": value, "remove_url": self.without(name, found)}
                for name, label, value in chips(found.filterset)
            ],
            "clear_url": register.url("list", **self.whole(found)),
            "page_obj": page,
            "total_label": page.paginator.count_label,
            "columns": tables.header(request, register, found.columns),
            "rows": body(
                register,
                page.object_list,
                request.user,
                found.columns,
                selectable=selectable,
                place=place_of(found.query),
                start=page.start_index() - 1,
            ),
            "selectable": selectable,
            "bulk_url": register.url("bulk") if selectable else None,
            "query": found.query,
            "part": part,
            "create_url": register.url("create") if self.may("add") else None,
            "page_sizes": PAGE_SIZES,
            "page_size": page.paginator.per_page,
            "settings_url": register.url("columns"),
            "saved_url": register.url("saved"),
            "indicator": next(
                filter(None, (n(request, register, found.matching) for n in list_notes)), None
            ),
        }
        return context if part else context | self.frame(found)

    def frame(self, found: ListView) -> dict[str, Any]:
        """What stands around the results and stays when they change."""
        register, request = self.register, self.request
        first, rest = filter_bar(found.filterset)
        return {
            "breadcrumbs": [("首页", "/"), (register.title, None)],
            "filters_first": first,
            "filters_rest": rest,
            "saved_filters": found.saved_filters,
            "has_default": bool(self.whole(found)),
            "drafts": found.kept.drafts,
            "tools": [tool for make in list_tools if (tool := make(request, register))],
        }

    def whole(self, found: ListView) -> dict[str, str]:
        """What the address of the whole list needs: without it a default filter would step in."""
        own = (saved.is_default for saved in found.saved_filters if saved.owner_id == self.user.pk)
        return WHOLE_LIST if any(own) else {}

    def without(self, name: str, found: ListView) -> str:
        """The same list with one filter less; a figure's note goes with the first change."""
        gone: dict[str, str | None] = dict.fromkeys((name, f"{name}__text", "page", "figure"))
        return tables.query_string(self.request, **gone, **self.whole(found))
