"""Who may open a register's pages: 302 to the login, 403 without permission, 404 out of sight."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.generic import View

from kernel.records.querysets import permission_name

from .register import Register


class RegisterView(AccessMixin, View):
    """Base of the register's pages; `action` is the model permission the page needs."""

    register: Register = None  # type: ignore[assignment]  # given to as_view()
    action = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not self.may(self.action):
            raise PermissionDenied(f"您没有“{self.register.title}”的这项权限。")
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Any:
        """The signed-in person; the login is enforced before any page code runs."""
        return self.request.user

    def may(self, action: str) -> bool:
        return bool(self.user.has_perm(permission_name(self.register.model, action)))

    def record(self) -> Any:
        """The record of the address, if it is within the person's sight; else 404."""
        return get_object_or_404(
            self.register.with_facts(self.register.visible_to(self.user)),
            pk=self.kwargs["pk"],
        )

    def editable(self, record: Any) -> bool:
        """Whether the person may change the record: permission, and own part of the unit tree."""
        owner = record.owner_record()
        return self.may("change") and self.user.may_write(owner.unit_id)
