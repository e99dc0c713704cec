"""Addresses of all registers: `/<app>/<model>/…`, named `<app>-<model>-<role>`."""

from django.urls import URLPattern, path

from . import views
from .extensions import register_pages
from .register import Register, registry


def register_urls(register: Register) -> list[URLPattern]:
    """The pages of one register. A later pattern of the same name in an app replaces one."""
    base, name = f"{register.app_label}/{register.slug}/", f"{register.app_label}-{register.slug}"
    pages = [
        ("", views.RegisterList, "list"),
        ("new/", views.RegisterForm, "create"),
        ("<int:pk>/", views.RegisterDetail, "detail"),
        ("<int:pk>/edit/", views.RegisterEdit, "edit"),
        ("<int:pk>/history/", views.RegisterHistory, "history"),
    ]
    if register.is_part:
        pages.append(("<int:pk>/delete/", views.PartDelete, "delete"))
    else:
        pages.append(("<int:pk>/do/<slug:name>/", views.RegisterTransition, "transition"))
    pages += [(p.tail, p.view, p.role) for p in register_pages if p.applies(register)]
    return [
        path(base + tail, view.as_view(register=register), name=f"{name}-{role}")
        for tail, view, role in pages
    ]


urlpatterns = [pattern for register in registry for pattern in register_urls(register)]
