"""Pass a person's open work on to a colleague: all of it, in one transaction, with a list.

What moves is who handles a record from now on (`Record.handler`). Who entered and who last
changed it is history and stays: so the new person may review what the old one entered, but
not what they change themselves.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from kernel.records.errors import Refused
from kernel.records.events import record_events
from kernel.records.querysets import permission_name
from kernel.records.status import Status
from kernel.registers.models import Draft, SavedFilter
from kernel.registers.register import Register, registry

from .audience import in_sight, units_of
from .models import Follow, Handover, Kind, Notification, key_of
from .notify import Notice, deliver, review_list

OPEN = (Status.SUBMITTED, Status.RETURNED)
CloseAccount = Callable[..., None]
account_closers: list[CloseAccount] = []
"""`close(account, by=…, reason=…)` of the room that keeps the accounts; it may refuse."""


@dataclass
class Work:
    """What waits for one person, as far as somebody may pass it on to somebody else."""

    records: list[tuple[Register, list[Any]]] = field(default_factory=list)
    reviews: list[tuple[Register, int]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    filters: list[SavedFilter] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What cannot be passed on, each with the reason."""

    @property
    def record_count(self) -> int:
        return sum(len(rows) for _, rows in self.records)

    @property
    def review_count(self) -> int:
        return sum(number for _, number in self.reviews)

    @property
    def is_empty(self) -> bool:
        return not any((self.records, self.reviews, self.drafts, self.follows, self.filters))

    def counts(self) -> list[tuple[str, int]]:
        """The kinds of work and their numbers, without those that are zero."""
        numbers = (
            ("未办结记录", self.record_count),
            ("待审核记录", self.review_count),
            ("草稿", len(self.drafts)),
            ("关注", len(self.follows)),
            ("保存的筛选", len(self.filters)),
        )
        return [(label, number) for label, number in numbers if number]

    def words(self) -> str:
        return "、".join(f"{label} {number} 项" for label, number in self.counts())


def people_of(user: Any) -> QuerySet[Any]:
    """Accounts of the units that this person answers for, by unit and name."""
    accounts: Any = get_user_model()._default_manager
    units = accounts.filter(unit__in=user.writable_unit_ids())
    return units.select_related("unit").order_by("unit", "display_name", "pk")


def check(leaver: Any, heir: Any, *, by: Any, close: bool = False) -> None:
    """Raises `Refused` when these two people cannot pass work on, or `by` may not arrange it."""
    if not by.has_perm("collaboration.add_handover"):
        raise Refused("您没有办理工作移交的权限，请联系科室负责人或系统管理员。")
    if leaver.pk == heir.pk:
        raise Refused("移交人和接收人不能是同一人，请另选接收人。")
    for person in (leaver, heir):
        if not by.may_write(person.unit_id):
            raise Refused(f"{person}不在您负责的单位，请由系统管理员办理。")
    if not heir.is_active:
        raise Refused(f"{heir}的账号已停用，不能接收工作，请另选接收人。")
    if not heir.may_write(leaver.unit_id):
        raise Refused(
            f"{heir}属于{heir.unit}，不能办理{leaver.unit}的记录。"
            f"请选{leaver.unit}或其上级单位的人员，或先调整接收人的单位。"
        )
    if close:
        _check_closing(leaver, by)


def _check_closing(leaver: Any, by: Any) -> None:
    if leaver.pk == by.pk:
        raise Refused("不能停用自己的账号，请由上级负责人或系统管理员办理。")
    if leaver.sees_all_units and not by.sees_all_units:
        raise Refused(f"{leaver}是面向全局的人员，其账号请由系统管理员停用。")
    if not account_closers:
        raise Refused("本门户没有停用账号的功能，请由系统管理员另行办理。")


def open_work(leaver: Any, heir: Any, *, by: Any) -> Work:
    """What of the leaver's open work would go to the heir."""
    work = Work()
    for register in registry:
        if not register.is_part:
            _collect_records(work, register, leaver, heir, by)
            _collect_reviews(work, register, leaver, heir)
    _collect_drafts(work, leaver, heir)
    _collect_follows(work, leaver, heir, by)
    work.filters = list(_filters(leaver, heir))
    return work


def handled_by(model: Any, person: Any) -> QuerySet[Any]:
    """Open records of the model that wait for this person."""
    mine = Q(handler=person.pk) | Q(handler=None, created_by=person.pk)
    rows: QuerySet[Any] = model._default_manager.filter(mine, status__in=OPEN)
    return rows


def _collect_records(work: Work, register: Register, leaver: Any, heir: Any, by: Any) -> None:
    rows = list(
        register.with_facts(handled_by(register.model, leaver)).order_by(*register.ordering)
    )
    if not rows:
        return
    within = set(by.writable_unit_ids().values_list("pk", flat=True))
    own = [row for row in rows if row.unit_id in within]
    if len(own) < len(rows):
        away = len(rows) - len(own)
        work.left.append(f"{register.title} {away} 条在您负责的单位之外，请由系统管理员移交。")
    taken = _acceptable(register, own, heir)
    if len(taken) < len(own):
        rest = len(own) - len(taken)
        work.left.append(f"{register.title} {rest} 条{heir}无权办理，请另选接收人移交。")
    if taken:
        work.records.append((register, taken))


def _acceptable(register: Register, rows: list[Any], heir: Any) -> list[Any]:
    """Those of the rows that the heir may see and change."""
    if not heir.has_perm(permission_name(register.model, "change")):
        return []
    seen = in_sight(register.model, units_of(rows), [heir], shared=False)
    return [row for row in rows if heir.pk in seen[row.pk]]


def _collect_reviews(work: Work, register: Register, leaver: Any, heir: Any) -> None:
    """Reviews wait for an office, not for a name: the heir needs the permission to do them."""
    may = permission_name(register.model, "approve")
    if leaver.sees_all_units or not leaver.has_perm(may):
        return
    waiting = register.model._default_manager.filter(
        status=Status.SUBMITTED, unit__in=leaver.unit_ids()
    ).count()
    if waiting and heir.has_perm(may):
        work.reviews.append((register, waiting))
    elif waiting:
        work.left.append(
            f"{register.title} {waiting} 条待审核：{heir}没有审核权限，须由其他负责人审核。"
        )


def _collect_drafts(work: Work, leaver: Any, heir: Any) -> None:
    same = Draft.objects.filter(
        user=heir.pk, register_key=OuterRef("register_key"), object_id=OuterRef("object_id")
    )
    drafts = Draft.objects.filter(user=leaver.pk).annotate(known=Exists(same)).order_by("pk")
    work.drafts = [draft for draft in drafts if not draft.known]
    if clash := sum(draft.known for draft in drafts):
        work.left.append(f"草稿 {clash} 份：{heir}对同一条记录已有自己的草稿，原草稿不移交。")


def _collect_follows(work: Work, leaver: Any, heir: Any, by: Any) -> None:
    """Those of the leaver's that lie within the sight of both others."""
    groups: dict[Any, list[Follow]] = {}
    for follow in Follow.objects.filter(user=leaver.pk, active=True).order_by("pk"):
        groups.setdefault(follow.content_type.model_class(), []).append(follow)
    for model, follows in groups.items():
        if model is None or not registry.has(model):
            continue
        rows = model._base_manager.filter(pk__in=[follow.object_id for follow in follows])
        seen = in_sight(model, dict(rows.values_list("pk", "unit")), [heir, by])
        both = {pk for pk, people in seen.items() if {heir.pk, by.pk} <= people}
        work.follows += [follow for follow in follows if follow.object_id in both]


@transaction.atomic
def hand_over(
    leaver: Any, heir: Any, *, by: Any, reason: str, key: uuid.UUID, close: bool = False
) -> Handover:
    """Move everything in one transaction and keep the list; the same `key` again only finds it.

    Raises `Refused` when it is not allowed, nothing is there to move, or the account must stay.
    """
    # The row lock lets a second click wait and then find the list of the first.
    get_user_model()._default_manager.select_for_update(of=("self",)).get(pk=leaver.pk)
    if done := Handover.objects.filter(key=key).first():
        return done
    check(leaver, heir, by=by, close=close)
    if not reason.strip():
        raise Refused("请填写移交原因。")
    work = open_work(leaver, heir, by=by)
    if work.is_empty and not close:
        raise Refused(f"{leaver}没有可以移交给{heir}的事项。")
    handover: Handover = Handover.objects.create(
        from_user=leaver,
        to_user=heir,
        by=by,
        unit_id=leaver.unit_id,
        reason=reason.strip(),
        account_closed=close,
        rows=list(_rows(work)),
        key=key,
    )
    _move(work, leaver, heir, by=by, reason=reason.strip())
    _tell(handover, work)
    if close:
        for closer in account_closers:
            closer(leaver, by=by, reason=reason.strip())
    return handover


def _rows(work: Work) -> Iterator[dict[str, Any]]:
    """The lines of the printable list."""
    for register, records in work.records:
        for record in records:
            yield _row("未办结记录", register.title, str(record), record.get_status_display()) | {
                "url": register.url("detail", record.pk)
            }
    for register, number in work.reviews:
        yield _row("待审核记录", register.title, f"共 {number} 条，按岗位审核", "待审核") | {
            "url": register.url("list", status=Status.SUBMITTED.value)
        }
    for draft in work.drafts:
        saved = f"{timezone.localtime(draft.updated_at):%Y-%m-%d %H:%M} 保存"
        yield _row("草稿", draft.register_title, saved, "草稿")
    for title, number in _follow_counts(work.follows):
        yield _row("关注", title, f"共 {number} 条", "关注")
    for saved_filter in work.filters:
        title = registry.get(saved_filter.register_key).title
        yield _row("保存的筛选", title, saved_filter.name, "筛选")
    for sentence in work.left:
        yield _row("未移交", "", sentence, "未移交")


def _row(group: str, register: str, title: str, status: str) -> dict[str, Any]:
    return {"group": group, "register": register, "title": title, "status": status}


def _follow_counts(follows: Iterable[Follow]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for follow in follows:
        model = follow.content_type.model_class()
        title = registry.for_model(model).title
        counts[title] = counts.get(title, 0) + 1
    return sorted(counts.items())


def _move(work: Work, leaver: Any, heir: Any, *, by: Any, reason: str) -> None:
    with pghistory.context(reason=f"工作移交：{reason}"):
        for register, records in work.records:
            keys = [record.pk for record in records]
            register.model._default_manager.filter(pk__in=keys).update(handler=heir)
            record_events(
                records, "handed_over", by=by, tell=False, reason=f"{leaver} → {heir}：{reason}"
            )
    Draft.objects.filter(pk__in=[draft.pk for draft in work.drafts]).update(user=heir)
    _move_follows(work.follows, heir)
    _move_reviews(leaver, heir, [register for register, _ in work.reviews])
    for saved_filter in work.filters:
        saved_filter.save()


def _move_follows(follows: list[Follow], heir: Any) -> None:
    """The heir's own choice, where there is one, stays."""
    Follow.objects.bulk_create(
        [Follow(content_type=f.content_type, object_id=f.object_id, user=heir) for f in follows],
        ignore_conflicts=True,
    )
    Follow.objects.filter(pk__in=[follow.pk for follow in follows]).delete()


def _move_reviews(leaver: Any, heir: Any, registers: list[Register]) -> None:
    """Unread requests for a review go to the heir's inbox, unless they lie there already."""
    waiting = Notification.objects.unread().filter(recipient=leaver.pk, kind=Kind.REVIEW)
    there = Notification.objects.unread().filter(
        recipient=heir.pk,
        kind=Kind.REVIEW,
        content_type=OuterRef("content_type"),
        object_id=OuterRef("object_id"),
    )
    models = [key_of(register.model())["content_type"] for register in registers]
    summaries = [review_list(register) for register in registers]
    waiting.filter(Exists(there)).update(read_at=timezone.now())
    waiting.filter(Q(content_type__in=models) | Q(url__in=summaries)).update(recipient=heir)


def _tell(handover: Handover, work: Work) -> None:
    """Both people learn of it; the leaver not when the account is closed with it."""
    leaver, heir, by = handover.from_user, handover.to_user, handover.by
    what = work.words() or "没有未办结的事项"
    lines = {heir: f"{by}把{leaver}的工作移交给您：{what}"}
    if leaver.is_active and not handover.account_closed:
        lines[leaver] = f"{by}把您的工作移交给{heir}：{what}"
    deliver(
        Notice(
            to=person,
            kind=Kind.HANDOVER,
            text=text,
            url=reverse("collaboration-handover", args=[handover.pk]),
            mail_title="一份工作移交清单",
        )
        for person, text in lines.items()
        if person.pk != by.pk
    )


def _filters(leaver: Any, heir: Any) -> Iterator[SavedFilter]:
    """The leaver's saved filters, already in the heir's name; the caller saves them.

    Where the heir has one of the same name, the leaver's gets a number behind it.
    """
    taken = set(SavedFilter.objects.filter(owner=heir.pk).values_list("register_key", "name"))
    for saved in SavedFilter.objects.filter(owner=leaver.pk).order_by("pk"):
        saved.name = _free_name(saved, taken)
        taken.add((saved.register_key, saved.name))
        saved.owner_id, saved.unit_id, saved.is_default = heir.pk, heir.unit_id, False
        yield saved


def _free_name(saved: SavedFilter, taken: set[tuple[str, str]]) -> str:
    name, longest = saved.name, SavedFilter._meta.get_field("name").max_length or 0
    for number in count(2):
        if (saved.register_key, name) not in taken:
            break
        name = f"{saved.name[: longest - 6]}（{number}）"
    return name
