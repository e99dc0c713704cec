"""The list of a register: filtered, sorted and paged by the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .. import tables
from ..access import RegisterView
from ..extensions import list_notes, list_tools
from ..filters import chips


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
            "tools": [tool for make in list_tools if (tool := make(request, register))],
            "create_url": register.url("create") if self.may("add") else None,
            "page_query": tables.query_string(request, page=None),
            "indicator": next(
                filter(None, (n(request, register, matching) for n in list_notes)), None
            ),
        }

    def without(self, name: str) -> str:
        """The same list with one filter less; a figure's note goes with the first change."""
        return tables.query_string(self.request, **{name: None, "page": None, "figure": None})
