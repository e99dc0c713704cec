"""The bell of the top bar."""

from typing import Any

from django import template

from ..inbox import COUNT_TO, unread_count

register = template.Library()


@register.simple_tag
def unread_label(user: Any) -> str:
    """Number of unread notifications, `99+` for many, empty for none.

    It comes with the account (`inbox.with_unread`), else it takes one query.
    """
    count = getattr(user, "unread_notifications", None)
    if count is None:
        count = unread_count(user)
    if count >= COUNT_TO:
        return f"{COUNT_TO - 1}+"
    return str(count) if count else ""
