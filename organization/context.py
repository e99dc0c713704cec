"""What every page shows of the bureau itself."""

from typing import Any

from django.http import HttpRequest

from .models import BureauProfile


def bureau(request: HttpRequest) -> dict[str, Any]:
    """Template context: the bureau's profile and the portal's name."""
    profile = BureauProfile.current()
    return {"bureau": profile, "bureau_name": profile.portal_name}
