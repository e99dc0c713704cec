"""The search page of the top bar, and its suggestions while somebody types."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from ..finding import GROUPS, find_everywhere

LONGEST = 100
"""Characters of a search that are looked at."""


class GlobalSearch(LoginRequiredMixin, View):
    """Everything the person may see that holds the words, grouped by register."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = typed_text(request)
        found = find_everywhere(request.user, text)
        context = {
            "page_title": f"搜索：{text}" if text else "搜索",
            "breadcrumbs": [("首页", "/"), ("搜索", None)],
            "text": text,
            "groups": found[:GROUPS],
            "others": found[GROUPS:],
        }
        return render(request, "registers/search.html", context)


class SearchSuggestions(LoginRequiredMixin, View):
    """The best few hits, as a list below the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = typed_text(request)
        found = find_everywhere(request.user, text, groups=4, rows=3)
        hits = [hit for group in found for hit in group.hits]
        return render(request, "registers/search_suggestions.html", {"text": text, "hits": hits})


def typed_text(request: Any) -> str:
    """What was asked for, without signs that no text can hold."""
    return str(request.GET.get("q", "")).replace("\x00", "").strip()[:LONGEST]
