"""Steps and changes of more records than a click can wait for, as a visible job."""

from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict

from kernel.jobs.models import Job
from kernel.jobs.runner import JobFailed, Progress, job_kind, request_job
from kernel.records.models import Event
from kernel.records.status import BY_NAME

from .bulk import Outcome, advance_many, bound_fields, change_many, read_values, within_reach
from .register import Register, registry

KIND = "registers.bulk"
EVERY = 50
"""Records between two signs of life."""
LOGGED_REFUSALS = 30


@job_kind(KIND)
def bulk_job(
    progress: Progress, *, register: str, keys: list[int], task: dict[str, Any], user: int
) -> dict[str, Any]:
    """Do `task` with the records, as the person who asked and with today's permissions.

    A second run after a worker's death goes on where the first one ended.
    """
    target, person = registry.get(register), get_user_model().objects.get(pk=user)
    finished = already_stepped(target, keys, task, by=person, job=progress.job)
    left = set(keys) - finished
    records = within_reach(target, person).filter(pk__in=left).order_by("pk")

    def show(number: int) -> None:
        if number % EVERY == 0:
            done = len(finished) + number
            progress.step(f"已办理 {done} 条", done, len(keys))

    outcome = run_task(records, target, task, by=person, progress=show)
    outcome.done += len(finished)
    for refused in outcome.refused[:LOGGED_REFUSALS]:
        progress.note(f"未办理：{refused['name']}：{refused['reason']}")
    progress.step(summary(outcome), len(keys), len(keys))
    return {
        "done": outcome.done,
        "same": outcome.same,
        "refused": outcome.refused,
        "more_refused": outcome.more_refused,
    }


def already_stepped(
    register: Register, keys: list[int], task: dict[str, Any], *, by: Any, job: Job
) -> set[int]:
    """Records with which this person took the very step since the job was asked for.

    A change needs no such memory: records that have the wanted values are the same already.
    """
    if not task.get("step"):
        return set()
    events = Event.objects.filter(
        actor=by,
        at__gte=job.created_at,
        kind=task["step"],
        content_type=ContentType.objects.get_for_model(register.model),
        object_id__in=keys,
    )
    taken = register.model._base_manager.filter(
        pk__in=events.values("object_id"), status=BY_NAME[task["step"]].to
    )
    return set(taken.values_list("pk", flat=True))


def run_task(
    records: Any, register: Register, task: dict[str, Any], *, by: Any, progress: Any
) -> Outcome:
    """One task: `{"step", "reason"}` or `{"fields", "data", "reason"}`."""
    rows, reason = records.iterator(chunk_size=500), task.get("reason", "")
    if step := task.get("step"):
        return advance_many(rows, step, by=by, reason=reason, progress=progress)
    bound = bound_fields(register, by, task["fields"], QueryDict(task["data"]))
    values, faults = read_values(bound)
    if faults:
        raise JobFailed("".join(faults))
    return change_many(rows, register, values, by=by, reason=reason, progress=progress)


def request_bulk(register: Register, keys: list[int], task: dict[str, Any], *, by: Any) -> Job:
    """Queue the task for these records."""
    words = BY_NAME[task["step"]].label if task.get("step") else "批量修改"
    return request_job(
        KIND,
        title=f"{register.title}：{words} {len(keys)} 条",
        subject=f"{register.key}:{uuid4()}",
        by=by,
        register=register.key,
        keys=keys,
        task=task,
        user=by.pk,
    )


def summary(outcome: Outcome) -> str:
    """The outcome in one line."""
    parts = [f"已办理 {outcome.done} 条"]
    if outcome.same:
        parts.append(f"原已相同 {outcome.same} 条")
    if outcome.refused_count:
        parts.append(f"未办理 {outcome.refused_count} 条")
    return "，".join(parts)
