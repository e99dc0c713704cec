"""The four levels of government; their names are the bureau's data, not code."""

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
