"""What the registers themselves keep, apart from the records."""

from .drafts import Draft
from .preferences import ListPreference, SavedFilter

__all__ = ["Draft", "ListPreference", "SavedFilter"]
