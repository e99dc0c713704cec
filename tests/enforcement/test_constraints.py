"""Every rule that one row can break is held by the database, with a message for the form."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enforcement.models import (
    CertificateStatus,
    OrderResult,
    PatrolRole,
    SubjectKind,
    TaskPartner,
)
from schools.models import School

from . import factories as make
from .factories import day

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, Any, dict[str, Any]]] = [
    ("enforcement_subject_credit_code_form", make.SubjectFactory, {"credit_code": "52320685ABC"}),
    (
        "enforcement_subject_credit_code_form",
        make.SubjectFactory,
        {"credit_code": "5232068512345678I9"},
    ),
    (
        "enforcement_subject_hidden_without_licence",
        make.SubjectFactory,
        {"kind": SubjectKind.HIDDEN_SITE, "licence_number": "教民1号"},
    ),
    (
        "enforcement_subject_delisted_after_listed",
        make.SubjectFactory,
        {"listed_on": day(3), "delisted_on": day(3)},
    ),
    (
        "enforcement_officer_valid_after_issue",
        make.OfficerFactory,
        {"issued_on": day(3, 2), "valid_to": day(3, 1)},
    ),
    (
        "enforcement_officer_change_dated",
        make.OfficerFactory,
        {"certificate_status": CertificateStatus.SUSPENDED},
    ),
    (
        "enforcement_officer_left_after_joined",
        make.OfficerFactory,
        {"joined_on": day(3), "left_on": day(3)},
    ),
    ("enforcement_requirement_positive", make.RequirementFactory, {"minimum_hours": 0}),
    ("enforcement_session_hours_range", make.SessionFactory, {"hours": Decimal(0)}),
    ("enforcement_session_hours_range", make.SessionFactory, {"hours": Decimal("200.5")}),
    ("enforcement_attendance_hours_positive", make.AttendanceFactory, {"hours": Decimal(0)}),
    (
        "enforcement_task_finished_after_start",
        make.TaskFactory,
        {"held_on": day(6, 2), "finished_on": day(6, 1)},
    ),
    (
        "enforcement_task_drawn_before_start",
        make.TaskFactory,
        {"held_on": day(6, 1), "drawn_on": day(6, 2)},
    ),
    ("enforcement_task_ratio_range", make.TaskFactory, {"ratio": Decimal(0)}),
    ("enforcement_task_ratio_range", make.TaskFactory, {"ratio": Decimal("100.01")}),
    ("enforcement_drawn_replaced_reason", make.DrawnFactory, {"replaced": True}),
    ("enforcement_drawn_replaced_reason", make.DrawnFactory, {"replaced_reason": "停办"}),
    ("enforcement_result_codes_present", make.ResultFactory, {"codes": []}),
    ("enforcement_result_clean_alone", make.ResultFactory, {"codes": ["01", "02"]}),
    ("enforcement_result_clean_alone", make.ResultFactory, {"codes": ["13", "01"]}),
    ("enforcement_result_follow_up", make.ResultFactory, {"codes": ["02", "09"]}),
    (
        "enforcement_result_entered_after_inspection",
        make.ResultFactory,
        {"inspected_on": day(6, 2), "entered_on": day(6, 1)},
    ),
    (
        "enforcement_operation_finished_after_start",
        make.OperationFactory,
        {"held_on": day(7, 2), "finished_on": day(7, 1)},
    ),
    ("enforcement_member_headcount_positive", make.MemberFactory, {"headcount": 0}),
    ("enforcement_member_officer_named", make.MemberFactory, {"role": PatrolRole.OFFICER}),
    ("enforcement_member_officer_named", make.OfficerMemberFactory, {"headcount": 2}),
    ("enforcement_member_officer_named", make.OfficerMemberFactory, {"role": PatrolRole.PATROL}),
    (
        "enforcement_order_deadline_after_issue",
        make.OrderFactory,
        {"issued_on": day(7, 2), "deadline": day(7, 1)},
    ),
    (
        "enforcement_order_recheck_after_issue",
        make.OrderFactory,
        {"issued_on": day(7, 2), "rechecked_on": day(7, 1)},
    ),
    ("enforcement_order_result_rechecked", make.OrderFactory, {"result": OrderResult.RECTIFIED}),
]

ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    (make.SubjectFactory, {"credit_code": "523206851234567899"}),
    (make.SubjectFactory, {"kind": SubjectKind.HIDDEN_SITE}),
    (make.SubjectFactory, {"listed_on": day(3), "delisted_on": day(3, 16)}),
    (make.OfficerFactory, {"issued_on": day(3, 1), "valid_to": day(3, 1)}),
    (
        make.OfficerFactory,
        {"certificate_status": CertificateStatus.CANCELLED, "status_changed_on": day(3)},
    ),
    (make.SessionFactory, {"hours": Decimal("0.5")}),
    (make.SessionFactory, {"hours": Decimal(200)}),
    (make.TaskFactory, {"held_on": day(6, 1), "drawn_on": day(6, 1), "finished_on": day(6, 1)}),
    (make.TaskFactory, {"ratio": Decimal(100)}),
    (make.DrawnFactory, {"replaced": True, "replaced_reason": "停办"}),
    (make.ResultFactory, {"codes": ["02", "13"]}),
    (make.ResultFactory, {"codes": ["09"], "follow_up": "立案"}),
    (make.ResultFactory, {"inspected_on": day(6, 1), "entered_on": day(6, 1)}),
    (make.OperationFactory, {"held_on": day(7, 1), "finished_on": day(7, 1)}),
    (make.MemberFactory, {"role": PatrolRole.HANDLING, "headcount": 18}),
    (make.OfficerMemberFactory, {}),
    (make.OrderFactory, {"deadline": day(7), "rechecked_on": day(7)}),
    (make.OrderFactory, {"result": OrderResult.RECTIFIED, "rechecked_on": day(7)}),
]


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_database_and_the_form_refuse(name: str, factory: Any, fields: dict[str, Any]) -> None:
    row = factory.create()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)
    for field, content in fields.items():
        setattr(row, field, content)
    constraint = next(c for c in row._meta.constraints if c.name == name)
    with pytest.raises(ValidationError) as refusal:
        constraint.validate(type(row), row)
    assert refusal.value.messages == [constraint.violation_error_message]


@pytest.mark.parametrize(("factory", "fields"), ALLOWED)
def test_the_boundary_is_allowed(factory: Any, fields: dict[str, Any]) -> None:
    factory.create(**fields)


def test_only_a_subject_of_the_kind_school_refers_to_a_school() -> None:
    school = School.objects.first()
    make.SubjectFactory.create(kind=SubjectKind.SCHOOL, school=school)
    with (
        pytest.raises(IntegrityError, match="enforcement_subject_school_kind"),
        transaction.atomic(),
    ):
        make.SubjectFactory.create(school=school)


TWICE: list[tuple[str, Any, tuple[str, ...]]] = [
    ("enforcement_plan_unique", make.PlanFactory, ("year", "title")),
    ("enforcement_drawn_unique", make.DrawnFactory, ("task", "subject")),
    ("enforcement_drawn_order_unique", make.DrawnFactory, ("task", "order")),
    ("enforcement_assignment_unique", make.AssignmentFactory, ("drawn", "officer")),
    ("enforcement_result_unique", make.ResultFactory, ("drawn",)),
    ("enforcement_attendance_unique", make.AttendanceFactory, ("session", "officer")),
    ("enforcement_requirement_unique", make.RequirementFactory, ("year", "hour_group")),
    ("enforcement_member_officer_unique", make.OfficerMemberFactory, ("operation", "officer")),
    (
        "enforcement_visit_unique",
        make.VisitFactory,
        ("operation", "subject", "visited_on", "sequence"),
    ),
    ("certificate_number", make.OfficerFactory, ("certificate_number",)),
    ("inspectiontask_number", make.TaskFactory, ("number",)),
    ("violation_number", make.ViolationFactory, ("number",)),
    ("rectificationorder_number", make.OrderFactory, ("number",)),
    ("enforcement_task_partner_unique", make.PartnerFactory, ("task", "agency")),
]


@pytest.mark.parametrize(("name", "factory", "same"), TWICE)
def test_the_same_fact_is_entered_once(name: str, factory: Any, same: tuple[str, ...]) -> None:
    first = factory.create()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factory.create(**{field: getattr(first, field) for field in same})


def test_subjects_without_a_credit_code_do_not_collide() -> None:
    make.SubjectFactory.create_batch(2, credit_code="")
    make.SubjectFactory.create(credit_code="523206851234567899")
    with (
        pytest.raises(IntegrityError, match="enforcement_subject_credit_code_unique"),
        transaction.atomic(),
    ):
        make.SubjectFactory.create(credit_code="523206851234567899")


def test_a_second_call_on_the_same_day_is_another_visit() -> None:
    first = make.VisitFactory.create()
    make.VisitFactory.create(operation=first.operation, subject=first.subject, sequence=2)


def test_teams_without_a_named_officer_do_not_collide() -> None:
    operation = make.OperationFactory.create()
    make.MemberFactory.create_batch(2, operation=operation)


def test_partners_of_a_task_are_kept_in_the_history() -> None:
    partner = make.PartnerFactory.create()
    tracker: Any = TaskPartner.pgh_event_model
    key = partner.pk
    partner.delete()
    labels = tracker.objects.filter(pgh_obj_id=key).values_list("pgh_label", flat=True)
    assert sorted(labels) == ["delete", "insert"]
