"""Addresses of all registers: `/<app>/<model>/…`, named `<app>-<model>-<role>`."""

from django.urls import URLPattern, path

from . import views
from .extensions import register_pages
from .register import Register, registry
from .views.access_log import AccessLog
from .views.bulk import RegisterBulk
from .views.choices import Choices, Find, Understand
from .views.drafts import DraftDiscard, DraftList, DraftSave
from .views.history import ChangeLog
from .views.queue import ReviewQueue
from .views.saved import RegisterColumns, RegisterSaved
from .views.search import GlobalSearch, SearchSuggestions


def register_urls(register: Register) -> list[URLPattern]:
    """The pages of one register. A later pattern of the same name in an app replaces one."""
    base, name = f"{register.app_label}/{register.slug}/", f"{register.app_label}-{register.slug}"
    pages = [
        ("", views.RegisterList, "list"),
        ("new/", views.RegisterForm, "create"),
        ("<int:pk>/", views.RegisterDetail, "detail"),
        ("<int:pk>/edit/", views.RegisterEdit, "edit"),
        ("<int:pk>/history/", views.RegisterHistory, "history"),
        ("<int:pk>/print/", views.RegisterPrint, "print"),
        ("draft/", DraftSave, "draft"),
        ("understand/", Understand, "understand"),
        ("choices/", Choices, "choices"),
        ("find/", Find, "find"),
        ("columns/", RegisterColumns, "columns"),
        ("saved/", RegisterSaved, "saved"),
    ]
    if register.is_part:
        pages.append(("<int:pk>/delete/", views.PartDelete, "delete"))
    else:
        pages.append(("<int:pk>/do/<slug:name>/", views.RegisterTransition, "transition"))
        pages.append(("bulk/", RegisterBulk, "bulk"))
    if register.personal:
        pages.append(("<int:pk>/reveal/", views.RegisterReveal, "reveal"))
    pages += [(p.tail, p.view, p.role) for p in register_pages if p.applies(register)]
    return [
        path(base + tail, view.as_view(register=register), name=f"{name}-{role}")
        for tail, view, role in pages
    ]


urlpatterns = [
    path("search/", GlobalSearch.as_view(), name="search"),
    path("search/suggest/", SearchSuggestions.as_view(), name="search-suggest"),
    path("history/", ChangeLog.as_view(), name="registers-changes"),
    path("review/", ReviewQueue.as_view(), name="registers-review"),
    path("drafts/", DraftList.as_view(), name="registers-drafts"),
    path("drafts/<uuid:number>/discard/", DraftDiscard.as_view(), name="registers-draft-discard"),
    path("privacy/access/", AccessLog.as_view(), name="privacy-access"),
    *(pattern for register in registry for pattern in register_urls(register)),
]
