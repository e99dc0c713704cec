"""What the steps of records mean for people: who is told, and in which words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from kernel.records.events import Step
from kernel.records.models import Event, Record
from kernel.records.services import EVENT_LABELS
from kernel.records.status import Status
from kernel.registers.register import Register, registry

from .audience import followers, handler_id, keep_visible, reviewers, units_of
from .models import Follow, Kind, Notification
from .notify import SUMMARY_FROM, Notice, deliver, mail_title, summary

KINDS = {"return": Kind.RETURNED, "approve": Kind.APPROVED}
ASKS_FOR_REVIEW = {"created", "submit", "reopened", "restore"}
EDITS = {"changed", "reopened", "part.saved", "part.deleted"}
ENDS_REVIEW = {"approve", "return", "withdraw"}
"""Steps after which nobody need look at the record any more."""
ENDS_RETURN = {"submit", "changed", "withdraw"}
VERBS = {
    "return": "退回了",
    "approve": "审核通过了",
    "withdraw": "撤销了",
    "restore": "恢复了",
    "submit": "提交了",
    "created": "新建了",
    "changed": "修改了",
    "reopened": "修改并重新送审了",
    "part.saved": "修改了明细：",
    "part.deleted": "删除了明细：",
}


def on_steps(steps: Sequence[Step]) -> None:
    """Listener of `kernel.records.events`: settle what is over, then tell those concerned."""
    groups: dict[Any, list[tuple[Record, Event]]] = defaultdict(list)
    for record, event in steps:
        if isinstance(record, Record) and registry.has(type(record)):
            groups[type(record), event.actor_id].append((record, event))
    for (model, _), group in groups.items():
        _settle(model, group)
        _follow(model, group)
        deliver(_notices(model, group))


def _settle(model: Any, group: list[tuple[Record, Event]]) -> None:
    """What waited for a review or a correction that has now been made is read."""
    for kind, enders in ((Kind.REVIEW, ENDS_REVIEW), (Kind.RETURNED, ENDS_RETURN)):
        over = [row.pk for row, event in group if event.kind in enders and not _open(row, kind)]
        if over:
            Notification.objects.unread().filter(
                kind=kind,
                content_type=ContentType.objects.get_for_model(model),
                object_id__in=over,
            ).update(read_at=timezone.now())


def _open(record: Record, kind: Kind) -> bool:
    """Whether the record still stands where a notice of this kind is due."""
    return kind == Kind.RETURNED and record.status == Status.RETURNED


def _follow(model: Any, group: list[tuple[Record, Event]]) -> None:
    """Who edits somebody else's record follows it from then on."""
    content_type = ContentType.objects.get_for_model(model)
    edits = {
        (row.pk, event.actor_id)
        for row, event in group
        if event.kind in EDITS and event.actor_id and event.actor_id != handler_id(row)
    }
    if edits:
        Follow.objects.bulk_create(
            [Follow(content_type=content_type, object_id=pk, user_id=user) for pk, user in edits],
            ignore_conflicts=True,
        )


def _notices(model: Any, group: list[tuple[Record, Event]]) -> Iterator[Notice]:
    """One notice per person and record, the last step counting; one for all where they are many."""
    register, actor = registry.for_model(model), group[0][1].actor
    last = {row.pk: (row, event) for row, event in group}
    for_review = units_of(row for row, event in last.values() if _asks(row, event))
    chiefs = reviewers(model, for_review, without=actor) if for_review else {}
    wanted = {
        pk: (people | chiefs.get(pk, set())) - {actor.pk if actor else None}
        for pk, people in followers(model, [row for row, _ in last.values()]).items()
    }
    told: dict[tuple[Any, Kind], list[int]] = defaultdict(list)
    for person, pk in keep_visible(model, wanted, units_of(row for row, _ in last.values())):
        kind = KINDS.get(last[pk][1].kind, Kind.CHANGED)
        told[person, Kind.REVIEW if person.pk in chiefs.get(pk, ()) else kind].append(pk)
    for (person, kind), pks in told.items():
        if len(pks) >= SUMMARY_FROM:
            yield summary(person, kind, register, len(pks))
        else:
            yield from (_notice(person, kind, register, *last[pk]) for pk in pks)


def _notice(person: Any, kind: Kind, register: Register, record: Record, event: Event) -> Notice:
    return Notice(
        to=person,
        kind=kind,
        text=_words(register, record, event),
        url=register.url("detail", record.pk),
        mail_title=mail_title(register, record),
        record=record,
    )


def _asks(record: Record, event: Event) -> bool:
    return event.kind in ASKS_FOR_REVIEW and record.status == Status.SUBMITTED


def _words(register: Register, record: Record, event: Event) -> str:
    """One sentence: who did what to which record, and why."""
    verb = VERBS.get(event.kind, f"办理了“{EVENT_LABELS.get(event.kind, event.kind)}”：")
    reason = str(event.data.get("reason") or "").strip()
    because = f"。理由：{reason}" if reason else ""
    return (
        f"{event.actor or '系统'}{verb}{register.title}“{record}”{because}{_fields(record, event)}"
    )


def _fields(record: Record, event: Event) -> str:
    """The fields that a reviewer remarked on, by their labels."""
    labels = [
        str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in event.data.get("remarks") or ()
    ]
    return f"。须核对：{'、'.join(labels)}" if labels else ""


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
