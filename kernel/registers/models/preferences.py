"""How a person likes a list to look, and the filters worth a name."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet


class ListPreference(models.Model):
    """Columns and page size that a person chose for one register's list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    register_key = models.CharField("台账", max_length=80)
    columns = models.JSONField("显示的列", default=list)
    """Paths in the order shown; empty: as the register declares them."""
    page_size = models.PositiveSmallIntegerField("每页条数", default=0)
    """Rows on a page; 0: the usual number."""

    class Meta:
        verbose_name = "列表设置"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "register_key"], name="list_preference_one")
        ]


class SavedFilterQuerySet(QuerySet["SavedFilter"]):
    def visible_to(self, user: Any) -> Self:
        """A person's own filters, and those that colleagues of the same unit share."""
        return self.filter(Q(owner=user.pk) | Q(shared=True, unit=user.unit_id))


class SavedFilter(models.Model):
    """A named query of a register's list: what stands in its address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(settings.RECORD_UNIT_MODEL, on_delete=models.CASCADE, related_name="+")
    register_key = models.CharField("台账", max_length=80)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=2000, blank=True)
    shared = models.BooleanField("本科室共用", default=False)
    is_default = models.BooleanField("打开列表时使用", default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "保存的筛选"
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "register_key", "name"],
                name="saved_filter_name",
                violation_error_message="您已有同名的筛选，请换一个名称。",
            ),
            models.UniqueConstraint(
                fields=["owner", "register_key"],
                condition=Q(is_default=True),
                name="saved_filter_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name
