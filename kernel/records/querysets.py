"""Which records a person may see, and which records count: one method each."""

from typing import Any, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from . import lookups  # noqa: F401 (declares `among`)
from .status import Status

M = TypeVar("M", bound=Model)


def permission_name(model: type[Model], action: str) -> str:
    """Django's name of the permission for `action` on `model`, e.g. `powers.view_poweritem`."""
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def scope_q(user: Any, prefix: str = "", *, shared: bool = False) -> Q:
    """Rows inside the user's part of the unit tree; of a shared directory, all rows."""
    if shared or user.sees_all_units:
        return Q()
    return Q(**{f"{prefix}unit__among": user.unit_ids()})


class RecordQuerySet(QuerySet[M]):
    """Queryset of records and of their parts (rows that belong to a record)."""

    def visible_to(self, user: Any, action: str = "view") -> Self:
        """Rows on which `user` may perform `action`; none without the permission."""
        if isinstance(user, AnonymousUser) or not user.has_perm(
            permission_name(self.model, action)
        ):
            return self.none()
        model: Any = self.model
        return self.filter(scope_q(user, model.owner_prefix(), shared=model.shared))

    def counted(self) -> Self:
        """Rows that count in figures: approved, not withdrawn since."""
        prefix = self.model.owner_prefix()  # type: ignore[attr-defined]
        return self.filter(**{f"{prefix}status": Status.APPROVED})

    def external(self, source: str, number: str) -> Self:
        """The record that another system knows under `number`."""
        return self.filter(source=source, external_number=number)
