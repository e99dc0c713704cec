"""Takes a whole import back, as long as nothing was built on it.

A row stands as the import left it when its newest version in the row history carries the
import's context. New rows are deleted (the history keeps them, with the reason); changed rows get
back the values of the version before the import, their review included. Deleting, not
withdrawing: a withdrawn record would keep its number taken, and the corrected file could not be
imported under it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pghistory
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from kernel.records.bulk import check_at_once, touch_owners, update_rows
from kernel.records.errors import Refused
from kernel.records.events import announce_over, announced_together, record_events
from kernel.records.models import Event
from kernel.records.querysets import permission_name
from kernel.registers.filters import owner_model
from kernel.registers.register import Register, registry

from .checking import CHUNK
from .models import ImportBatch, ImportedRow, ImportState
from .rules import with_owners
from .saving import write_many

SHOWN = 20
REASON = "撤回导入"
OWN_FIELDS = {"version", "updated_at", "updated_by", "created_at", "created_by"}


class CannotUndo(Refused):
    """Rows that were built upon; each with the reason, for the person to deal with."""

    def __init__(self, reasons: Sequence[str]):
        self.reasons = list(reasons)
        more = f"等{len(reasons)}行" if len(reasons) > SHOWN else ""
        super().__init__(f"不能撤回本次导入：{'；'.join(reasons[:SHOWN])}{more}。")


def may_undo(batch: ImportBatch, user: Any) -> bool:
    """Who imported it, or whoever approves this register's records of the same unit."""
    if batch.requested_by_id == user.pk:
        return True
    register = registry.get(batch.register)
    action = "delete" if register.is_part else "approve"
    return bool(
        user.has_perm(permission_name(register.model, action)) and user.may_write(batch.unit_id)
    )


@transaction.atomic
def undo_batch(pk: int, *, by: Any) -> dict[str, int]:
    """Take the import back in one transaction. Raises `CannotUndo` naming the rows in the way."""
    check_at_once()
    batch = ImportBatch.objects.select_for_update().get(pk=pk)
    if batch.state != ImportState.APPLIED:
        raise Refused(f"本次导入的状态是“{batch.get_state_display()}”，不能撤回。")
    undo = _Undo(batch, by)
    if reasons := undo.obstacles():
        raise CannotUndo(reasons)
    announce_over(ImportBatch, [batch.pk])
    context = {"user": by.pk, "reason": f"{REASON}（{batch.filename}）", "undo": batch.pk}
    with pghistory.context(**context), announced_together(batch):
        result = undo.run()
    batch.state, batch.undone_at, batch.undone_by = ImportState.UNDONE, timezone.now(), by
    batch.save()
    return result


class _Undo:
    def __init__(self, batch: ImportBatch, by: Any):
        self.batch, self.by = batch, by
        self.register: Register = registry.get(batch.register)
        self.model: Any = self.register.model
        self.tracker: Any = self.model.pgh_event_model
        rows = ImportedRow.objects.filter(batch=batch)
        self.numbers = dict(rows.values_list("object_id", "number"))
        # Subqueries: fifty thousand keys in a statement cost more memory than the rows.
        self.every = rows.values("object_id")
        self.created = rows.filter(created=True).values("object_id")
        self.changed = rows.filter(created=False).values("object_id")
        locked = self.model._base_manager.select_for_update().filter(pk__in=self.every)
        self.present = set(locked.order_by("pk").values_list("pk", flat=True))

    def obstacles(self) -> list[str]:
        """Why the import cannot be taken back, row by row; empty when it can."""
        found = [
            f"第{self.numbers[pk]}行的记录已被删除"
            for pk in sorted(self.numbers.keys() - self.present)
        ]
        changed, references = self._changed_since(), self._references()
        called = self._called([*changed, *references][: 2 * SHOWN])
        found += [f"第{self.numbers[pk]}行{called.get(pk, '')}导入后又有修改" for pk in changed]
        found += [
            f"第{self.numbers[pk]}行{called.get(pk, '')}已被引用（{label}）"
            for pk, label in sorted(references.items())
        ]
        return found

    def _called(self, keys: Sequence[int]) -> dict[int, str]:
        """What the records are called, for the few that a message names."""
        rows = with_owners(self.model).in_bulk(keys)
        return {pk: f"（{record}）" for pk, record in rows.items()}

    def _versions(self) -> QuerySet[Any]:
        """Versions of the records, without later imports that were themselves taken back.

        Such an import and its undoing follow each other and together have changed nothing.
        """
        undone = ImportBatch.objects.filter(state=ImportState.UNDONE).exclude(context_id=None)
        found: QuerySet[Any] = (
            self.tracker.objects.filter(pgh_obj_id__in=self.every)
            .exclude(pgh_context_id__in=undone.values("context_id"))
            .exclude(pgh_context__metadata__has_key="undo")
        )
        return found

    def _changed_since(self) -> list[int]:
        """Records whose newest version is not the import's."""
        newest = (
            self._versions()
            .order_by()
            .values("pgh_obj_id")
            .annotate(last=Max("pgh_id"))
            .values("last")
        )
        kept = self.tracker.objects.filter(pgh_id__in=newest)
        mine = kept.filter(pgh_context_id=self.batch.context_id)
        return sorted(self.present - set(mine.values_list("pgh_obj_id", flat=True)))

    def _references(self) -> dict[int, str]:
        """New records that something else points to by now: rows, files, comments."""
        found: dict[int, str] = {}
        for relation in self.model._meta.related_objects:
            related: Any = relation.related_model
            if not _is_independent(related, relation):
                continue
            name = relation.field.name
            rows = related._base_manager.filter(**{f"{name}__in": self.created})
            for pk in rows.values_list(f"{name}_id", flat=True).distinct():
                found[pk] = str(related._meta.verbose_name)
        for related in _generic_models():
            rows = related._base_manager.filter(
                content_type=ContentType.objects.get_for_model(self.model),
                object_id__in=self.created,
            )
            for pk in rows.values_list("object_id", flat=True).distinct():
                found[int(pk)] = str(related._meta.verbose_name)
        return found

    def run(self) -> dict[str, int]:
        if self.register.is_part:
            self._touch_owners()
        changed = sorted(self.changed.values_list("object_id", flat=True))
        for start in range(0, len(changed), CHUNK):
            self._restore(changed[start : start + CHUNK])
        self._delete()
        return {"removed": len(self.numbers) - len(changed), "restored": len(changed)}

    def _touch_owners(self) -> None:
        owner = self.model.owner
        rows = self.model._base_manager.filter(pk__in=self.every)
        keys = set(rows.values_list(owner, flat=True).distinct())
        if "__" not in owner:
            before = self._versions_before(self.changed)
            keys |= set(before.values_list(f"{owner}_id", flat=True))
        touch_owners(owner_model(self.model), keys, by=self.by, reason=REASON, kind="import.undone")

    def _versions_before(self, keys: Any) -> QuerySet[Any]:
        """The last version of each of these records before the import."""
        older = (
            self._versions()
            .filter(pgh_obj_id__in=keys)
            .exclude(pgh_context_id=self.batch.context_id)
            .order_by()
            .values("pgh_obj_id")
            .annotate(last=Max("pgh_id"))
            .values("last")
        )
        found: QuerySet[Any] = self.tracker.objects.filter(pgh_id__in=older)
        return found

    def _restore(self, keys: Sequence[int]) -> None:
        old = {row.pgh_obj_id: row for row in self._versions_before(keys)}
        records = list(self.model._base_manager.filter(pk__in=keys))
        kept = {field.name for field in self.tracker._meta.concrete_fields}
        fields = [
            f
            for f in self.model._meta.concrete_fields
            if not f.primary_key and f.name in kept and f.name not in OWN_FIELDS
        ]
        for record in records:
            for field in fields:
                setattr(record, field.attname, getattr(old[record.pk], field.attname))
            if not self.register.is_part:
                record.version += 1
                record.updated_by, record.updated_at = self.by, timezone.now()
        names = [field.name for field in fields]
        own = [] if self.register.is_part else ["version", "updated_by", "updated_at"]
        update_rows(records, [*names, *own])
        if not self.register.is_part:
            record_events(records, "import.undone", by=self.by, reason=REASON)
        self._restore_many(keys)

    def _restore_many(self, keys: Sequence[int]) -> None:
        rows = ImportedRow.objects.filter(batch=self.batch, object_id__in=keys)
        many = dict(rows.exclude(before={}).values_list("object_id", "before"))
        for field in self.model._meta.many_to_many:
            wanted = {pk: old[field.name] for pk, old in many.items() if field.name in old}
            if wanted:
                write_many(field, wanted)

    def _delete(self) -> None:
        """Remove the new records with their relations; the row history keeps them all."""
        for field in self.model._meta.many_to_many:
            through = field.remote_field.through
            through._base_manager.filter(**{f"{field.m2m_field_name()}__in": self.created}).delete()
        announce_over(self.model, self.created)
        rows = self.model._base_manager.filter(pk__in=self.created)
        rows._raw_delete(rows.db)


def _is_independent(related: Any, relation: Any) -> bool:
    """Not the row's own history, nor the table of one of its own relations."""
    if hasattr(related, "pgh_tracked_model") or not related._meta.managed:
        return False
    if relation.many_to_many:
        return False
    own = {field.remote_field.through for field in relation.model._meta.many_to_many}
    return related not in own


def _generic_models() -> Iterable[Any]:
    """What people hang onto any record: comments, files."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        # What people made is kept in a history: comments and files, unlike notifications.
        kept = model is not Event and hasattr(model, "pgh_event_model")
        if {"content_type", "object_id"} <= names and kept:
            yield model
