"""Which state of a row somebody started from, and what that state was.

A record counts its own saves (`version`); a part is told by the number of its newest row of
history. Both are kept by the history, so the state a form was opened with is never lost.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Max

from .models import Record


def history_of(model: type[models.Model]) -> Any:
    """The kept rows of a tracked model."""
    return model.pgh_event_model.objects  # type: ignore[attr-defined]


def revision_of(row: models.Model) -> int:
    """The number that grows with every change of the row; 0 for a row not stored yet."""
    if row.pk is None:
        return 0
    return row.version if isinstance(row, Record) else revisions_of(type(row), [row.pk])[row.pk]


def revisions_of(model: type[models.Model], keys: Iterable[int]) -> dict[int, int]:
    """The numbers of several parts in one query; 0 where nothing was kept."""
    wanted = list(keys)
    newest = history_of(model).filter(pgh_obj_id__in=wanted).values_list("pgh_obj_id")
    return dict.fromkeys(wanted, 0) | dict(newest.annotate(Max("pgh_id")))


def state_at(model: type[models.Model], pk: int, revision: int) -> Any:
    """The row of history that holds the given state; `None` when it was not kept."""
    kept = history_of(model).filter(pgh_obj_id=pk)
    field = "version" if issubclass(model, Record) else "pgh_id"
    return kept.filter(**{field: revision}).order_by("-pgh_id").first()
