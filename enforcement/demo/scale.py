"""Many random inspections of 2004 to 2025, for tests and measurements at a prefecture's volume."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection, transaction

from kernel.records.status import Status
from organization.demo import World
from organization.demo.names import PLACES

from ..models import (
    DrawnSubject,
    InspectionSubject,
    InspectionTask,
    SubjectKind,
    TaskPartner,
)

FIRST_YEAR, LAST_YEAR = 2004, 2025
DRAWN_PER_TASK = 30
ROWS_PER_TASK = 2 * DRAWN_PER_TASK + 1
STATUSES = (
    *(Status.APPROVED,) * 92,
    *(Status.RETURNED,) * 4,
    *(Status.SUBMITTED,) * 3,
    Status.WITHDRAWN,
)

RESULTS = """
    INSERT INTO enforcement_inspectionresult (
        unit_id, status, created_by_id, updated_by_id, handler_id, created_at, updated_at, version,
        source, external_number, drawn_id, codes, inspected_on, entered_on, details, follow_up
    )
    SELECT task.unit_id,
           CASE WHEN chance < 92 THEN 'approved' WHEN chance < 96 THEN 'returned'
                WHEN chance < 99 THEN 'submitted' ELSE 'withdrawn' END,
           task.created_by_id, task.updated_by_id, task.handler_id, now(), now(), 1,
           '', '', drawn.id,
           CASE WHEN drawn."order" %% 5 = 0 THEN ARRAY['02'] ELSE ARRAY['01'] END,
           task.held_on + drawn."order" %% 4, task.held_on + 12, '现场检查，当场反馈。', ''
    FROM enforcement_drawnsubject AS drawn
    JOIN enforcement_inspectiontask AS task ON task.id = drawn.task_id
    CROSS JOIN LATERAL (SELECT (drawn."order" * 37 + task.id * 11) %% 100 AS chance) AS draw
    WHERE task.id = ANY(%s) AND NOT drawn.replaced
"""


def scale(world: World, rows: int) -> int:
    """Add about `rows` tasks, drawn subjects and results, the same number in each year.

    Returns the number of rows added. They fall into the demo's years too, so its figures no
    longer hold afterwards.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    subjects = world.save(_subjects(world, max(4 * DRAWN_PER_TASK, rows // 200)))
    tasks = max(1, (rows - len(subjects)) // ROWS_PER_TASK // len(years))
    return len(subjects) + sum(_year(world, year, tasks, subjects) for year in years)


def _subjects(world: World, count: int) -> Iterator[InspectionSubject]:
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        yield world.build(
            InspectionSubject,
            unit=world.unit("pxk"),
            kind=SubjectKind.TRAINING_INSTITUTION,
            name=f"{place}第{number + 1}培训中心",
            credit_code=world.credit_code("52"),
            business="文化艺术类",
            township=place,
            address=f"{place}{number % 300 + 1}号",
            manager=world.person(),
            phone=world.phone(),
            listed_on=dt.date(FIRST_YEAR, 1, 1),
        )


@transaction.atomic
def _year(world: World, year: int, count: int, subjects: list[InspectionSubject]) -> int:
    with connection.cursor() as cursor:
        # The history triggers walk the list of checks put off until the commit: with
        # constraints deferred, the time per row grows with the rows of the transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    tasks = world.save(_task(world, year, number, count) for number in range(count))
    partner = world.agencies["市场监督管理局"]
    world.save(TaskPartner(task=task, agency=partner) for task in tasks[::3])
    drawn = world.save(row for task in tasks for row in _draws(world, task, subjects))
    return len(tasks) + len(drawn) + _results(tasks)


def _results(tasks: list[InspectionTask]) -> int:
    """One result for each drawn subject, made inside the database; returns their number."""
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, [[task.pk for task in tasks]])
        return cursor.rowcount


def _task(world: World, year: int, number: int, count: int) -> InspectionTask:
    day = dt.date(year, 1, 1) + dt.timedelta(days=number * 360 // count)
    return world.build(
        InspectionTask,
        unit=world.unit("pxk"),
        status=world.rng.choice(STATUSES),
        number=f"SSJ{year}{number + 1:05d}",
        title=f"{year}年第{number + 1}次校外培训机构抽查",
        matters="办学资质、收费管理、场所安全。",
        scope="全市校外培训机构",
        ratio=5,
        drawn_on=day,
        held_on=day,
        finished_on=day + dt.timedelta(days=3),
        lead_agency=world.agencies["教育体育局"],
    )


def _draws(
    world: World, task: InspectionTask, subjects: list[InspectionSubject]
) -> Iterator[DrawnSubject]:
    for order, subject in enumerate(world.rng.sample(subjects, DRAWN_PER_TASK), 1):
        replaced = order == DRAWN_PER_TASK
        yield DrawnSubject(
            task=task,
            subject=subject,
            order=order,
            replaced=replaced,
            replaced_reason="对象已停止办学" if replaced else "",
        )
