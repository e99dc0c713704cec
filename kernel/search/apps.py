from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding records by any fragment of their text."""

    name = "kernel.search"
    verbose_name = "全文检索"
