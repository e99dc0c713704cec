"""What the steps of records mean for people: who is told, and in which words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone

from kernel.records.events import Step
from kernel.records.services import EVENT_LABELS
from kernel.records.status import Status
from kernel.registers.register import Register, registry

from .audience import followers, handler_id, keep_visible, portions, reviewers, units_of
from .models import Follow, Kind, Notification
from .notify import SUMMARY_FROM, Notice, deliver, mail_title, summary

KINDS = {"return": Kind.RETURNED, "approve": Kind.APPROVED}
ASKS_FOR_REVIEW = {"created", "submit", "reopened", "resubmitted", "restore"}
EDITS = {"changed", "reopened", "resubmitted", "part.saved", "part.deleted"}
FOLLOWED = 20
"""Records up to which who changes them at once is taken to care for each of them."""
WAITS = {Kind.REVIEW: Status.SUBMITTED, Kind.RETURNED: Status.RETURNED}
"""The state of a record in which a notice of the kind waits for somebody."""
VERBS = {
    "return": "退回了",
    "approve": "审核通过了",
    "withdraw": "撤销了",
    "restore": "恢复了",
    "submit": "提交了",
    "created": "新建了",
    "changed": "修改了",
    "reopened": "修改并重新送审了",
    "resubmitted": "改正并重新送审了",
    "part.saved": "修改了明细：",
    "part.deleted": "删除了明细：",
}


def on_steps(steps: Sequence[Step], about: Model | None) -> None:
    """Listener of `kernel.records.events`: settle what is over, then tell those concerned."""
    groups: dict[Any, list[Step]] = defaultdict(list)
    for step in steps:
        if registry.has(step.model):
            groups[step.model, step.actor and step.actor.pk].append(step)
    for (model, _), group in groups.items():
        _settle(model, group)
        _follow(model, group)
        deliver(_notices(model, group, about))


def _settle(model: Any, group: list[Step]) -> None:
    """What waited for a review or a correction that has now been made is read."""
    content_type = ContentType.objects.get_for_model(model)
    known = [step for step in group if step.kind != "created"]
    for part in portions(known):
        over = Q()
        for kind, state in WAITS.items():
            left = [step.pk for step in part if step.status != state]
            over |= Q(kind=kind, object_id__in=left)
        unread = Notification.objects.unread().filter(over, content_type=content_type)
        unread.update(read_at=timezone.now())


def _follow(model: Any, group: list[Step]) -> None:
    """Who edits somebody else's record follows it from then on, unless they were many at once."""
    content_type = ContentType.objects.get_for_model(model)
    edits = {
        (step.pk, step.actor.pk)
        for step in group
        if step.kind in EDITS and step.actor and step.actor.pk != handler_id(step)
    }
    if 0 < len(edits) <= FOLLOWED:
        Follow.objects.bulk_create(
            [Follow(content_type=content_type, object_id=pk, user_id=user) for pk, user in edits],
            ignore_conflicts=True,
        )


def _notices(model: Any, group: list[Step], about: Model | None) -> Iterator[Notice]:
    """One notice per person and record, the last step counting; one for all where they are many."""
    register = registry.for_model(model)
    last = {step.pk: step for step in group}
    told = _told(model, last, group[0].actor)
    few = {pk for pks in told.values() if len(pks) < SUMMARY_FROM for pk in pks}
    records = _records(register, few) if few else {}
    for (person, kind), pks in told.items():
        if len(pks) >= SUMMARY_FROM:
            yield summary(person, kind, register, len(pks), about)
        else:
            for pk in filter(records.__contains__, pks):
                yield _notice(person, kind, register, records[pk], last[pk])


def _told(model: Any, last: Mapping[int, Step], actor: Any) -> dict[tuple[Any, Kind], list[int]]:
    """Keys of the records of which each person is to hear, by kind."""
    for_review = units_of(step for step in last.values() if _asks(step))
    chiefs = reviewers(model, for_review, without=actor) if for_review else {}
    nobody: frozenset[int] = frozenset()
    alike: dict[frozenset[int], frozenset[int]] = {}  # of fifty thousand sets few are different
    wanted: dict[int, frozenset[int]] = {}
    for pk, people in followers(model, last.values()).items():
        if found := (people | chiefs.get(pk, nobody)) - {actor and actor.pk}:
            wanted[pk] = alike.setdefault(found, found)
    told: dict[tuple[Any, Kind], list[int]] = defaultdict(list)
    for person, pk in keep_visible(model, wanted, units_of(last[pk] for pk in wanted)):
        kind = KINDS.get(last[pk].kind, Kind.CHANGED)
        told[person, Kind.REVIEW if person.pk in chiefs.get(pk, nobody) else kind].append(pk)
    return told


def _records(register: Register, keys: Iterable[int]) -> dict[int, Any]:
    """The few records that are called by their names."""
    rows: dict[int, Any] = register.with_facts(register.model._base_manager.all()).in_bulk(
        list(keys)
    )
    return rows


def _notice(person: Any, kind: Kind, register: Register, record: Any, step: Step) -> Notice:
    return Notice(
        to=person,
        kind=kind,
        text=_words(register, record, step),
        url=register.url("detail", record.pk),
        mail_title=mail_title(register, record),
        record=record,
    )


def _asks(step: Step) -> bool:
    """Whether the step puts the record before its reviewers: itself, or by a row of it."""
    asks = step.kind in ASKS_FOR_REVIEW or step.data.get("reopened")
    return bool(asks) and step.status == Status.SUBMITTED


def _words(register: Register, record: Any, step: Step) -> str:
    """One sentence: who did what to which record, and why."""
    verb = VERBS.get(step.kind, f"办理了“{EVENT_LABELS.get(step.kind, step.kind)}”：")
    reason = str(step.data.get("reason") or "").strip()
    because = f"。理由：{reason}" if reason else ""
    return (
        f"{step.actor or '系统'}{verb}{register.title}“{record}”{because}{_fields(register, step)}"
    )


def _fields(register: Register, step: Step) -> str:
    """The fields and tables of rows that a reviewer remarked on, as the form calls them."""
    remarked = step.data.get("remarks") or {}
    named = [label for name, label in register.places.items() if name in remarked]
    return f"。须核对：{'、'.join(named)}" if named else ""


def on_over(model: type[Model], keys: Any) -> None:
    """Listener of `kernel.records.events`: nothing waits at these rows any more.

    Lines about removed records lead to the list from then on, read ones too.
    """
    about = {"content_type": ContentType.objects.get_for_model(model), "object_id__in": keys}
    Notification.objects.unread().filter(**about).update(read_at=timezone.now())
    if registry.has(model):
        elsewhere = registry.for_model(model).url("list")
        Notification.objects.filter(**about).update(url=elsewhere)
        Follow.objects.filter(**about).delete()


def on_job_ended(job: Any) -> None:
    """Listener of `kernel.jobs.runner`: tell who asked for the job what became of it."""
    person = job.requested_by
    if person is None or not person.is_active:
        return
    reason = f"。原因：{job.error.splitlines()[0]}" if job.error else ""
    notice = Notice(
        to=person,
        kind=Kind.JOB,
        text=f"后台任务“{job.title}”{job.get_status_display()}{reason}",
        url=reverse("jobs-detail", args=[job.pk]),
        mail_title="一项后台任务",
    )
    deliver([notice])
