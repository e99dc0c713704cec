"""Load with a signed-in person, in two queries, what every page needs of them."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from kernel.collaboration.inbox import with_unread

from .models import StaffAccount


class StaffBackend(ModelBackend):
    """Django's own rules; the number of unread notifications comes with the account, and the
    permissions of person and groups come together instead of in two queries.
    """

    def get_user(self, user_id: int) -> StaffAccount | None:
        account: StaffAccount | None = (
            with_unread(StaffAccount.objects.all()).filter(pk=user_id).first()
        )
        return account if self.user_can_authenticate(account) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        if not hasattr(user_obj, "_perm_cache"):
            held = Q(user=user_obj.pk) | Q(group__in=user_obj.groups.values("pk"))
            names = Permission.objects.filter(held).values_list(
                "content_type__app_label", "codename"
            )
            user_obj._perm_cache = {f"{app}.{name}" for app, name in names.order_by()}
        return user_obj._perm_cache
