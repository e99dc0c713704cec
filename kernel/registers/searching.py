"""Tell the search what of each register is searched."""

from django.apps import apps

from kernel.search.models import Searchable
from kernel.search.specs import declare, is_declared

from .register import registry


def declare_searches() -> None:
    """Every register by its declaration; other searchable models by their own."""
    for register in registry:
        declare(register.model, register.search, hidden={**register.masked, **register.personal})
    for model in apps.get_models():
        if issubclass(model, Searchable) and not is_declared(model):
            declare(model, model.search_fields)
