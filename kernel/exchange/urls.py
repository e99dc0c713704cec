"""Spreadsheets in and out of every register."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
