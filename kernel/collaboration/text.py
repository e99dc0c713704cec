"""A comment's text as HTML: everything escaped, web addresses as links, mentions set off."""

import re
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Web addresses only, and only of characters that an address may hold, so that the Chinese text
# around it stays out. What a sentence ends with is no part of it.
ADDRESS = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9/_~#=&%\-]"


def as_html(text: str, mentions: Iterable[str] = ()) -> SafeString:
    """Plain text to safe HTML; `mentions` are the words that call somebody."""
    calls = sorted(mentions, key=len, reverse=True)
    pattern = re.compile("|".join([ADDRESS, *map(re.escape, calls)]))
    pieces: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        pieces += [format_html("{}", text[end : match.start()]), _piece(match.group())]
        end = match.end()
    pieces.append(format_html("{}", text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 (every piece was escaped by format_html)


def _piece(words: str) -> SafeString:
    if words.startswith("http"):
        return format_html(
            '<a href="{}" rel="nofollow noopener noreferrer" target="_blank">{}</a>', words, words
        )
    return format_html('<span class="mention">{}</span>', words)
