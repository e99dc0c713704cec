"""What holds for every page of a signed-in person: time-outs, and steps that come first."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_otp import DEVICE_ID_SESSION_KEY

from ..models.security import EventKind
from . import events, sessions
from .network import client_ip, current_ip

TOUCH_SECONDS = 60
"""A session in use is written back at most this often."""
PASSIVE_HEADER = "X-Passive"
"""Requests that a page sends by itself, without anybody at the keyboard, carry this header."""
OPEN_DURING_STEPS = {
    "organization-login",
    "organization-login-code",
    "organization-logout",
    "organization-welcome",
    "organization-password",
    "health-live",
    "health-ready",
}


class AccountMiddleware:
    """Ends idle and old sessions; leads to the new password and the second factor where due."""

    def __init__(self, get_response: Any):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current_ip.set(client_ip(request))
        try:
            return _whole_page(request, self._ended(request) or self.get_response(request))
        finally:
            current_ip.reset(token)

    def _ended(self, request: HttpRequest) -> HttpResponse | None:
        """The way to the login, when the session has run out."""
        if not sessions.is_signed_in(request.session):
            return None
        age, idle = sessions.age(request.session)
        if idle > settings.SESSION_IDLE_SECONDS:
            return _expire(request, "长时间未操作")
        if age > settings.SESSION_COOKIE_AGE:
            return _expire(request, "已达最长登录时间")
        if sessions.SEEN not in request.session or (
            idle >= TOUCH_SECONDS and PASSIVE_HEADER not in request.headers
        ):
            sessions.touch(request.session)
        return None

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead to the page that comes first, if there is one."""
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in OPEN_DURING_STEPS or not sessions.is_signed_in(request.session):
            return None
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if user.needs_new_password:
            return redirect("organization-password")
        lacks_factor = user.role in settings.TOTP_ROLES and (
            DEVICE_ID_SESSION_KEY not in request.session
        )
        if lacks_factor and name != "organization-factor":
            return redirect("organization-factor")
        return None


def _expire(request: HttpRequest, why: str) -> HttpResponse:
    user: Any = request.user if request.user.is_authenticated else None
    events.record(EventKind.SESSION_EXPIRED, by=user, whom=user, detail=why)
    sessions.forget(request.session)
    request.user = AnonymousUser()  # this is no logout of the person's own
    logout(request)
    way_back = _way_back(request)
    messages.info(request, "登录已超时，请重新登录。登录后将回到刚才的页面，已自动保存的草稿仍在。")
    return redirect_to_login(way_back)


def _way_back(request: HttpRequest) -> str:
    """The page that was asked for, or from which the form was sent."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    page = urlsplit(came_from)
    return f"{page.path}?{page.query}" if page.query else page.path


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A fragment for which one must sign in opens the login as a page, not inside the page."""
    if not request.headers.get("HX-Request") or response.status_code != 302:
        return response
    path = urlsplit(response["Location"]).path
    if path == resolve_url(settings.LOGIN_URL):
        return _redirect_page(response, redirect_to_login(_way_back(request))["Location"])
    if path in {resolve_url("organization-password"), resolve_url("organization-factor")}:
        return _redirect_page(response, response["Location"])
    return response


def _redirect_page(response: HttpResponse, address: str) -> HttpResponse:
    page = HttpResponseClientRedirect(address)
    page.cookies = response.cookies
    return page
