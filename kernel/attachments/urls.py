"""Files that belong to records."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
