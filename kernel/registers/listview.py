"""What a person's list of a register looks like: rows, order, columns, page size."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from . import tables
from .chosen import columns_for, offered, with_columns
from .columns import BoundColumn
from .filters import RegisterFilterSet
from .kept import KeptForList, kept_for
from .models import SavedFilter
from .reach import Reach
from .register import Register

PAGE_SIZES = (20, 50, 100)
NOT_THE_QUERY = ("page", "figure", "list", "at")


@dataclass
class ListView:
    """One register's list as this person sees it at this address."""

    register: Register
    request: HttpRequest
    params: QueryDict

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def kept(self) -> KeptForList:
        return kept_for(self.user, self.register)

    @property
    def saved_filters(self) -> list[SavedFilter]:
        return self.kept.saved_filters

    @cached_property
    def columns(self) -> list[BoundColumn]:
        return columns_for(self.register, self.kept.columns)

    @property
    def page_size(self) -> int:
        """Rows on a page; 0 for the usual number."""
        return self.kept.page_size

    @cached_property
    def filterset(self) -> RegisterFilterSet:
        rows = self.register.visible_to(Reach(self.user))
        return self.register.filterset_class(self.params, rows, request=self.request)

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """The rows that the filters leave, in no order."""
        return self.filterset.qs

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """In the asked order; a column that was taken off the list may still sort it."""
        sort = self.params.get("sort", "")
        return tables.order(rows, self.register, sort, offered(self.register).values())

    def page(self) -> Page:
        """The page of the address, with what the columns need."""

        def shown(rows: QuerySet[Any]) -> QuerySet[Any]:
            return with_columns(self.ordered(rows), self.register, self.columns)

        frequent = self.filterset.frequent if self.filterset.searches else None
        return tables.paginate(
            shown(self.matching),
            self.params.get("page"),
            size=self.page_size,
            frequent=(lambda: shown(frequent())) if frequent else None,
        )

    @property
    def query(self) -> str:
        """The filters and the order as they stand in an address, without the page."""
        params = self.params.copy()
        for name in NOT_THE_QUERY:
            params.pop(name, None)
        return params.urlencode()
