"""Where a request comes from, and in which browser."""

import ipaddress
import re
import unicodedata
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest

current_ip: ContextVar[str | None] = ContextVar("current_ip", default=None)
"""Address of the request being answered; none in commands and jobs."""

# The first that fits: Edge and the Chinese browsers call themselves Chrome as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ 浏览器"),
    ("QihooBrowser|360SE|360EE", "360 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机或平板"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)


def client_ip(request: HttpRequest) -> str | None:
    """The client's address.

    Behind a proxy it is the last entry of `X-Forwarded-For`, the one the proxy itself wrote;
    earlier ones come from the client and may say anything.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        text = forwarded.rpartition(",")[2].strip() or text
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The user name that was tried, in one spelling: failures count whatever the case is."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return unicodedata.normalize("NFKC", str(name)).replace("\0", "").strip().lower()[:150]


def device_words(agent: str) -> str:
    """A browser's self-description in words, e.g. `Edge（Windows 电脑）`."""
    browser = _first(BROWSERS, agent) or "其他浏览器"
    system = _first(SYSTEMS, agent)
    return f"{browser}（{system}）" if system else browser


def _first(table: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for pattern, words in table if re.search(pattern, agent)), "")
