"""The icons of pages. Known to every template without loading: a page shows some sixty of them."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, small: bool = False, extra: str = "") -> SafeString:
    """One picture of the sprite; decoration only, so that screen readers pass over it.

    `extra` is a further class. Made once for a process: names are those that templates use.
    """
    classes = " ".join(["icon", *(["icon--small"] if small else []), *([extra] if extra else [])])
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        classes,
        static("icons/sprite.svg"),
        name,
    )
