"""Comments, followers, notifications and handover."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
