"""Who may open a page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied


def guarded(*permissions: str) -> Callable[[Any], Any]:
    """For signed-in people who hold at least one of the permissions."""

    def decorate(view: Any) -> Any:
        def checked(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.__name__, checked.__doc__ = view.__name__, view.__doc__
        return login_required(checked)

    return decorate
