"""Figures of random inspection: tasks, subjects, backfill."""

from typing import Any

import pytest

from enforcement.models import InspectionResult, InspectionTask
from kernel.indicators.checks import check_figures
from kernel.records.status import Status
from kernel.registers.register import registry

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
TASKS, SINGLE, JOINT = "inspection.tasks", "inspection.tasks.single", "inspection.tasks.joint"
SUBJECTS, BACKFILL = "inspection.subjects", "inspection.backfill_rate"
each_unapproved = pytest.mark.parametrize("status", NOT_COUNTED)


def test_a_task_counts_in_the_year_in_which_it_was_held(value: Any) -> None:
    make.TaskFactory.create(held_on=day(1, 1))
    make.TaskFactory.create(held_on=day(12, 31), finished_on=day(1, 5, YEAR + 1))
    make.TaskFactory.create(held_on=day(12, 31, YEAR - 1), finished_on=day(1, 5))
    plan = make.PlanFactory.create()
    make.TaskFactory.create(held_on=day(1, 1, YEAR + 1), plan=plan)
    assert value(TASKS) == 2


@each_unapproved
def test_tasks_that_are_not_approved_do_not_count(figures: Any, status: Status) -> None:
    drawn = make.DrawnFactory.create(task__status=status)
    make.PartnerFactory.create(task=drawn.task)
    make.ResultFactory.create(drawn=drawn)
    assert {figures()[key].value for key in (TASKS, SINGLE, JOINT, SUBJECTS, BACKFILL)} == {0}


def test_single_and_joint_make_up_all_tasks(figures: Any) -> None:
    make.TaskFactory.create()
    joint = make.TaskFactory.create()
    for agency in (make.other_agency(), make.own_agency()):
        make.PartnerFactory.create(task=joint, agency=agency)
    found = figures()
    assert [found[key].value for key in (TASKS, SINGLE, JOINT)] == [2, 1, 1]
    assert all(check.holds for check in check_figures(found))


def test_the_leading_department_alone_is_no_joint_task(figures: Any) -> None:
    task = make.TaskFactory.create()
    make.PartnerFactory.create(task=task, agency=task.lead_agency)
    found = figures()
    assert (found[SINGLE].value, found[JOINT].value) == (1, 0)


def test_our_own_part_in_another_departments_task_makes_it_joint(figures: Any) -> None:
    task = make.TaskFactory.create(lead_agency=make.other_agency())
    make.PartnerFactory.create(task=task, agency=make.own_agency())
    assert figures()[JOINT].value == 1


def test_a_subject_drawn_twice_is_one_subject(figures: Any) -> None:
    subject = make.SubjectFactory.create()
    make.DrawnFactory.create_batch(2, subject=subject)
    make.DrawnFactory.create()
    found = figures()
    assert found[SUBJECTS].value == 2
    assert found[SUBJECTS].records == 3


def test_replaced_subjects_count_neither_as_subjects_nor_as_missing(figures: Any) -> None:
    make.ResultFactory.create()
    make.DrawnFactory.create(replaced=True, replaced_reason="停办")
    found = figures()
    assert found[SUBJECTS].value == 1
    assert found[BACKFILL].value == 100


def test_a_subject_counts_in_the_year_of_its_task(value: Any) -> None:
    make.DrawnFactory.create(task__held_on=day(12, 31, YEAR - 1))
    make.DrawnFactory.create(task__held_on=day(1, 1, YEAR + 1))
    make.DrawnFactory.create(task__held_on=day(12, 31))
    assert value(SUBJECTS) == 1


@each_unapproved
def test_a_result_counts_as_backfilled_once_it_is_approved(value: Any, status: Status) -> None:
    make.ResultFactory.create()
    make.ResultFactory.create(status=status)
    assert value(BACKFILL) == 50
    InspectionResult.objects.filter(drawn__task__held_on__year=YEAR).update(status="approved")
    assert value(BACKFILL) == 100


def test_a_result_entered_in_the_next_year_still_belongs_to_its_task(value: Any) -> None:
    make.ResultFactory.create(
        drawn__task__held_on=day(12, 20),
        inspected_on=day(12, 21),
        entered_on=day(1, 8, YEAR + 1),
    )
    assert value(BACKFILL) == 100


def test_backfill_counts_draws_not_subjects(value: Any) -> None:
    subject = make.SubjectFactory.create()
    first = make.DrawnFactory.create(subject=subject)
    make.DrawnFactory.create(subject=subject)
    make.ResultFactory.create(drawn=first)
    assert value(BACKFILL) == 50


def rows(model: Any, **params: str) -> Any:
    return registry.for_model(model).filterset_class(params, model.objects.all()).qs


def test_results_can_be_listed_by_code() -> None:
    result = make.ResultFactory.create(codes=["02", "13"])
    assert result in rows(InspectionResult, code="13")
    assert result in rows(InspectionResult, code="02")
    assert result not in rows(InspectionResult, code="01")


def test_every_task_is_either_single_or_joint() -> None:
    single = set(rows(InspectionTask, departments="single"))
    joint = set(rows(InspectionTask, departments="joint"))
    assert not single & joint
    assert single | joint == set(InspectionTask.objects.all())
    assert single
    assert joint


def test_a_result_reads_in_words() -> None:
    result = make.ResultFactory.build(drawn=make.DrawnFactory(), codes=["02", "13"])
    assert result.findings == "02 发现问题经责令已改正、13 未按规定公示应当公示的信息"
