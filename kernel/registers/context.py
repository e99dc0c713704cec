"""What every page of a signed-in person shows: the navigation."""

from typing import Any

from django.http import HttpRequest

from .menu import navigation as build_navigation


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: `navigation`, empty for visitors who have not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {"navigation": build_navigation(user, request.path)}
