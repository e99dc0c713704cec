"""Who is concerned by a record, and who of them may see it: for many records at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, QuerySet, Value

from kernel.records.querysets import permission_name, scope_q

from .models import Follow

T = TypeVar("T")
SIZE = 1_000
"""Keys in one statement."""
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def portions(rows: Collection[T]) -> Iterator[list[T]]:
    """The rows in lists short enough for one statement each."""
    every = list(rows)
    for start in range(0, len(every), SIZE):
        yield every[start : start + SIZE]


def holders(model: Any, action: str) -> QuerySet[Any]:
    """Active accounts with the permission for `action` on the model."""
    manager: Any = get_user_model()._default_manager
    found: QuerySet[Any] = manager.with_perm(
        permission_name(model, action), is_active=True, backend=MODEL_BACKEND
    )
    return found


def in_sight(
    model: Any, units: Mapping[int, int], people: Iterable[Any], *, shared: bool | None = None
) -> dict[int, set[int]]:
    """Keys of those people in whose part of the unit tree each record lies; one query.

    `units` gives each record's unit. What a person sees of a type of records depends on the
    unit alone (`scope_q`), so one record of each unit answers for all others. `shared` replaces
    the model's own rule about directories, for those who must answer for a record and not only
    look it up.
    """
    samples = {unit: pk for pk, unit in units.items()}
    open_to_all = model.shared if shared is None else shared
    rows = model._base_manager.filter(pk__in=list(samples.values())).order_by()
    selects = [
        rows.filter(scope_q(person, model.owner_prefix(), shared=open_to_all))
        .annotate(person=Value(person.pk, BigIntegerField()))
        .values_list("person", "unit")
        for person in people
    ]
    seen: dict[int, set[int]] = defaultdict(set)
    if selects:
        found = selects[0].union(*selects[1:], all=True) if selects[1:] else selects[0]
        for person, unit in found:
            seen[unit].add(person)
    return {pk: seen[unit] for pk, unit in units.items()}


def units_of(records: Iterable[Any]) -> dict[int, int]:
    return {record.pk: record.unit_id for record in records}


def may_see(person: Any, record: Any) -> bool:
    """Whether this person may open the record, by the rule that its list and page follow."""
    rows = type(record)._default_manager.filter(pk=record.pk)
    return bool(person.is_active and rows.visible_to(person).exists())


def followers(model: Any, records: Collection[Any]) -> dict[int, frozenset[int]]:
    """Who follows each record: who handles it, and who chose to or was mentioned."""
    alone = {key: frozenset({key} - {None}) for key in map(handler_id, records)}
    found: dict[int, frozenset[int]] = {row.pk: alone[handler_id(row)] for row in records}
    content_type = ContentType.objects.get_for_model(model)
    for keys in portions(found):
        choices = Follow.objects.filter(content_type=content_type, object_id__in=keys)
        for pk, user, active in choices.values_list("object_id", "user", "active"):
            found[pk] = found[pk] | {user} if active else found[pk] - {user}
    return found


def handler_id(record: Any) -> Any:
    """The person for whom the record waits; its author where nobody was named."""
    return record.handler_id or record.created_by_id


def reviewers(model: Any, units: Mapping[int, int], without: Any = None) -> dict[int, set[int]]:
    """Who may review each record: the chiefs of its unit and of those above it.

    Those who work for the whole bureau are asked only where no chief is left.
    """
    able = [person for person in holders(model, "approve") if person != without]
    bureau_wide = {person.pk for person in able if person.sees_all_units}
    one_each = {unit: pk for pk, unit in units.items()}
    seen = in_sight(model, {pk: unit for unit, pk in one_each.items()}, able, shared=False)
    chosen = {unit: (seen[pk] - bureau_wide) or seen[pk] for unit, pk in one_each.items()}
    return {pk: chosen[unit] for pk, unit in units.items()}


def keep_visible(
    model: Any, wanted: Mapping[int, Set[int]], units: Mapping[int, int]
) -> Iterator[tuple[Any, int]]:
    """(person, record) of those wanted who hold the permission and see the record."""
    asked: set[int] = set().union(*wanted.values())
    if not asked:
        return
    people = {person.pk: person for person in holders(model, "view").filter(pk__in=asked)}
    seen = in_sight(model, units, people.values())
    for pk, keys in wanted.items():
        for key in sorted(keys & seen[pk]):
            yield people[key], pk
