"""Checks of single values that several record types share."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone


def not_in_future(day: dt.date) -> None:
    """Only what has happened is recorded; what is planned stays out of the figures."""
    if day > timezone.localdate():
        raise ValidationError("日期不能晚于今天，尚未发生的事项请在完成后登记。")
