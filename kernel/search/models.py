"""What a model needs to be found by a fragment of its text."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func
from django.db.models.signals import class_prepared

from .fields import SearchTextField

COLUMN = "search_text"


class Searchable(models.Model):
    """A model with a stored search text, which a database trigger keeps (`triggers.py`).

    The text holds no personal data, and neither history nor forms nor exports carry it.
    """

    search_fields: ClassVar[tuple[str, ...]] = ()
    """Own text fields to search in, for a model that no register declares."""

    search_text = SearchTextField("检索文本")

    class Meta:
        abstract = True


def add_index(sender: type[models.Model], **kwargs: Any) -> None:
    """Give each concrete model its index, whatever else its `Meta.indexes` names."""
    if not issubclass(sender, Searchable) or sender._meta.abstract or sender._meta.proxy:
        return
    name = f"search_{sender._meta.model_name}"[:30]
    pairs = Func(F(COLUMN), function="search_grams")
    options: Any = sender._meta
    options.indexes = [*options.indexes, GinIndex(pairs, name=name)]
    # Migrations look only at what was declared.
    options.original_attrs["indexes"] = options.indexes


class_prepared.connect(add_index)
