"""Finding records by any fragment of their text."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
