"""Steps and changes of more records than a click can wait for, as a visible job."""

from typing import Any
from uuid import uuid4

import pghistory
from django.contrib.auth import get_user_model
from django.http import QueryDict

from kernel.jobs.models import Job
from kernel.jobs.runner import JobFailed, Progress, job_kind, request_job
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
    finished = finished_by(progress.job, target, keys)
    left = set(keys) - finished
    records = within_reach(target, person).filter(pk__in=left).order_by("pk")

    def show(number: int) -> None:
        if number % EVERY == 0:
            done = len(finished) + number
            progress.step(f"已办理 {done} 条", done, len(keys))

    with pghistory.context(user=person.pk, job=progress.job.pk):
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


def finished_by(job: Job, register: Register, keys: list[int]) -> set[int]:
    """Records that an earlier run of this job has written, by their row history."""
    tracker: Any = register.model.pgh_event_model
    kept = tracker.objects.filter(pgh_obj_id__in=keys, pgh_context__metadata__job=job.pk)
    return set(kept.order_by().values_list("pgh_obj_id", flat=True))


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
