"""What a person has kept for one register's list, in one query: its look, filters and drafts."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from .models import Draft, ListPreference, SavedFilter
from .register import Register

FILTER_FIELDS = ("pk", "owner_id", "name", "query", "is_default")


@dataclass(frozen=True)
class KeptForList:
    """`columns` and `page_size` as in `ListPreference`; `drafts` is how many are unfinished."""

    columns: list[str]
    page_size: int
    saved_filters: list[SavedFilter]
    drafts: int


def kept_for(user: Any, register: Register) -> KeptForList:
    """The person's choices for the list of the register, and their drafts of its records."""
    own = {"user": OuterRef("pk"), "register_key": register.key}
    look = ListPreference.objects.filter(**own)
    filters = SavedFilter.objects.visible_to(user).filter(register_key=register.key)
    drafts = Draft.objects.filter(**own).order_by().values("user")
    row = (
        get_user_model()
        .objects.filter(pk=user.pk)
        .values_list(
            Subquery(look.values("columns")),
            Subquery(look.values("page_size")),
            ArraySubquery(filters.values(row=JSONObject(**{n: F(n) for n in FILTER_FIELDS}))),
            Subquery(drafts.values(number=Count("pk"))),
        )
        .get()
    )
    columns, page_size, saved, number = row
    return KeptForList(
        columns or [], page_size or 0, [SavedFilter(**one) for one in saved], number or 0
    )
