"""The four levels of government; their names are the bureau's data, not code."""

from typing import Any

from django.core.checks import CheckMessage
from django.db import models

from .models import BureauProfile


class Level(models.TextChoices):
    NATIONAL = "national"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


def level_choices() -> list[tuple[str, str]]:
    """(code, name) of the four levels, named as the bureau's profile says."""
    profile = BureauProfile.current()
    return [(str(level), getattr(profile, f"level_{level}")) for level in Level]


class LevelField(models.CharField):
    """One of the four levels, shown by the name that the bureau's profile gives it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 12} | kwargs | {"choices": level_choices})

    def _check_choices(self) -> list[CheckMessage]:
        """Nothing: the names stand in the database, and checks run before there is one."""
        return []
