"""Errors that a page can show as they are: each message names the cause and the way out."""

from typing import Any

from django.core.exceptions import ValidationError


class Refused(Exception):
    """A step that a rule forbids. The text is for the person who tried it."""


class Conflict(ValidationError):
    """Somebody else saved the record first; nothing was overwritten."""


class InvalidPart(ValidationError):
    """One row of the record breaks a rule; `part` is that row. Nothing was saved."""

    def __init__(self, part: Any, error: ValidationError):
        super().__init__(error)
        self.part = part
