"""Personal data: encrypted at rest, hidden by default, every look recorded."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
