"""Whose records a person reads, looked up once for several queries."""

from functools import cached_property
from typing import Any


class Reach:
    """A signed-in person whose units are known by key.

    The planner then knows how many rows of a large table are theirs: the difference between
    reading a section's few records and searching the whole bureau's million. Stands wherever
    `visible_to` takes a user; everything else is the person's own.
    """

    def __init__(self, user: Any):
        self.user = user

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)

    @cached_property
    def _unit_keys(self) -> list[int]:
        return (
            []
            if self.user.sees_all_units
            else sorted(self.user.unit_ids().values_list("pk", flat=True))
        )

    def unit_ids(self) -> list[int]:
        """Keys of the units in the person's part of the tree."""
        return self._unit_keys
