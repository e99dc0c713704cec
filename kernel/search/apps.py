from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class SearchConfig(AppConfig):
    """Finding records by any fragment of their text."""

    name = "kernel.search"
    verbose_name = "全文检索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Before the tables: their indexes call these functions.
        pre_migrate.connect(install_functions, sender=self)


def install_functions(using: str, **kwargs: Any) -> None:
    """Bring the database's search functions up to date."""
    from .functions import install

    install(using)
