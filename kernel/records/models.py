"""Abstract bases of everything staff enter, and the timeline of what happened to it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

import pghistory
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from kernel.search.models import COLUMN, Searchable

from .querysets import RecordQuerySet
from .status import Status

M = TypeVar("M", bound=type[models.Model])


def track(model: M) -> M:
    """Class decorator: every insert, update and delete of a row is kept by a database trigger.

    A many-to-many field needs a tracked model of its own (`through`) for its links to be kept.
    """
    # What is only computed for searches is no part of a version.
    computed = [COLUMN] if issubclass(model, Searchable) else None
    kept = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    # The change log reads the newest rows of every table first.
    meta = {"indexes": [models.Index(fields=["pgh_created_at", "pgh_id"])]}
    return cast(M, pghistory.track(*kept, exclude=computed, meta=meta)(model))


@dataclass(frozen=True)
class Validity:
    """The date fields between which a record is in force.

    `end_inclusive`: the end date itself still counts (a certificate "valid to"), otherwise it
    is the first day that no longer counts (an item "cancelled on").
    """

    start: str
    end: str
    end_inclusive: bool = False

    def q(self, day: dt.date, prefix: str = "") -> Q:
        """Condition: in force on `day`."""
        end_lookup = "gte" if self.end_inclusive else "gt"
        return Q(**{f"{prefix}{self.start}__lte": day}) & (
            Q(**{f"{prefix}{self.end}__isnull": True})
            | Q(**{f"{prefix}{self.end}__{end_lookup}": day})
        )


@dataclass(frozen=True)
class Due:
    """The day by which something must be done, and the field that says it is done.

    `extended`: a later day that was granted and then counts instead.
    """

    by: str
    done: str
    extended: str = ""

    @property
    def day(self) -> Any:
        """The day that counts, as an expression."""
        return Coalesce(F(self.extended), F(self.by)) if self.extended else F(self.by)

    def open_q(self) -> Q:
        """Condition: there is a day, and it is not done yet."""
        return Q(**{f"{self.by}__isnull": False, f"{self.done}__isnull": True})


class RecordBase(Searchable):
    """What records and parts share: how rows find their owner and their place in time."""

    owner: ClassVar[str] = ""
    """Relation path from this row to the record that owns it; empty for a record itself."""
    period_field: ClassVar[str | None] = None
    """Lookup path of the date (or year) that places a row in a reporting period.

    A part may take its date from its owner: `operation__held_on`.
    """
    validity: ClassVar[Validity | None] = None
    """Date fields between which a row is in force, where that is meaningful."""
    due: ClassVar[Due | None] = None
    """The deadline that people must watch, where there is one."""
    shared: ClassVar[bool] = False
    """A directory that all staff look things up in: not confined to the owner's units."""

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def owner_prefix(cls) -> str:
        """Lookup prefix to the owner's fields: `""` or e.g. `"operation__"`."""
        return f"{cls.owner}__" if cls.owner else ""

    def owner_record(self) -> "Record":
        """The record whose unit and status govern this row."""
        record: Any = self
        for name in filter(None, self.owner.split("__")):
            record = getattr(record, name)
        return record


class Record(RecordBase):
    """A fact that a unit enters once and answers for.

    `version` grows with every save and lets a second, stale save be refused.
    `handler` answers for the record while it is open: returned records wait for this person.
    It begins as the author and changes with a handover; `created_by` is history and never does.
    `source` and `external_number` name the record in the system it came from.
    """

    unit = models.ForeignKey(
        settings.RECORD_UNIT_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="所属单位",
    )
    status = models.CharField(
        "状态", max_length=10, choices=Status.choices, default=Status.SUBMITTED, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="录入人",
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="最后修改人",
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="经办人",
    )
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("最后修改时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    source = models.CharField("来源系统", max_length=40, blank=True, editable=False)
    external_number = models.CharField("外部编号", max_length=80, blank=True, editable=False)

    class Meta:
        abstract = True
        default_permissions = ("view", "add", "change", "approve")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "external_number"],
                condition=~Q(external_number=""),
                name="%(app_label)s_%(class)s_external_unique",
                violation_error_message="该来源系统的同一编号已经登记，请打开原记录修改。",
            )
        ]


class Part(RecordBase):
    """A row that belongs to a record and shares its unit, status and visibility.

    A concrete part sets `owner` to the name of its foreign key.
    """

    class Meta:
        abstract = True
        default_permissions = ("view", "add", "change", "delete")


class Event(models.Model):
    """One line of a record's timeline: who did what, when, with which words."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    kind = models.CharField("事件", max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间", auto_now_add=True)
    data = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = "事件"
        default_permissions = ()
        # Given to nobody by default: four eyes see every record. See `may_approve_own`.
        permissions = (
            ("approve_own", "审核本人录入的记录"),
            ("view_history", "查看全局变更记录"),
        )
        indexes = [
            models.Index(fields=["content_type", "object_id", "-at"], name="event_object"),
            models.Index(fields=["actor", "-at"], name="event_actor"),
        ]
