"""Gives every test session its own PostgreSQL and Valkey, unless the environment names some.

The addresses must be in the environment before Django reads its settings, and test modules
import models at their top, so this happens when pytest loads this file.
"""

import os

import django
import pytest

from ops.session import TestSession

SESSION = TestSession()
SESSION.set_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")
django.setup()
# Worker processes of pytest-xdist inherit this environment.  With the name in it, pytest-django
# would read their settings before this file gives them addresses and a folder of their own.
del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_configure(config: pytest.Config) -> None:
    SESSION.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    SESSION.stop()
