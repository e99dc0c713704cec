"""Every rule that one row can break is held by the database, with a message for the form."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from kernel.records.status import Status
from schools.models import (
    AidKind,
    AidStage,
    DrillLevel,
    EducationGroupMember,
    Frequency,
    School,
    Stage,
    StudentAid,
)

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, Any, dict[str, Any]]] = [
    (
        "school_closed_after_opened",
        make.SchoolFactory,
        {"opened_on": day(9, 1), "closed_on": day(9, 1)},
    ),
    ("school_kindergarten_not_boarding", make.KindergartenFactory, {"boarding": True}),
    (
        "school_term_ends_after_start",
        make.TermFactory,
        {"starts_on": day(3, 1), "ends_on": day(3, 1)},
    ),
    ("drill_school_matches_level", make.DrillFactory, {"school": None}),
    ("drill_school_matches_level", make.DrillFactory, {"level": DrillLevel.CITY}),
    ("drill_has_people_and_time", make.DrillFactory, {"participants": 0}),
    ("drill_has_people_and_time", make.DrillFactory, {"minutes": 0}),
    ("drill_obligation_period_order", make.ObligationFactory, {"period_end": day(3, 31)}),
    ("legal_vice_principal_term_order", make.VicePrincipalFactory, {"term_ends_on": day(2, 28)}),
    ("education_group_dissolved_after_established", make.GroupFactory, {"dissolved_on": day(3, 1)}),
    ("education_group_member_left_after_joined", make.MemberFactory, {"left_on": day(3, 1)}),
    ("project_completed_after_start", make.ProjectFactory, {"completed_on": day(1, 9)}),
    (
        "project_completed_after_start",
        make.ProjectFactory,
        {"started_on": None, "completed_on": day(1, 9)},
    ),
    ("project_investment_not_negative", make.ProjectFactory, {"investment": Decimal("-0.01")}),
    ("project_output_positive", make.OutputFactory, {"quantity": 0}),
    ("lighting_lamps_positive", make.LightingFactory, {"lamps": 0}),
    ("lighting_lamps_positive", make.LightingFactory, {"rooms": 0}),
    ("student_aid_positive", make.AidFactory, {"beneficiaries": 0}),
    ("student_aid_positive", make.AidFactory, {"amount": Decimal(0)}),
    (
        "student_aid_waiver_stage",
        make.AidFactory,
        {"kind": AidKind.WAIVER, "stage": AidStage.JUNIOR},
    ),
    ("exam_incident_closed_after_held", make.IncidentFactory, {"closed_on": day(6, 6)}),
    ("network_training_positive", make.SecurityFactory, {"trainees": 0}),
    ("network_training_positive", make.SecurityFactory, {"hours": Decimal(0)}),
]
ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    (make.SchoolFactory, {"opened_on": day(9, 1), "closed_on": day(9, 2)}),
    (make.SchoolFactory, {"boarding": True}),
    (make.KindergartenFactory, {}),
    (make.TermFactory, {"starts_on": day(3, 1), "ends_on": day(3, 2)}),
    (make.CityDrillFactory, {"participants": 1, "minutes": 1}),
    (make.DrillFactory, {}),
    (make.ObligationFactory, {"period_end": day(4, 1)}),
    (make.VicePrincipalFactory, {"term_ends_on": day(3, 1)}),
    (make.GroupFactory, {"dissolved_on": day(3, 2)}),
    (make.MemberFactory, {"left_on": day(3, 2)}),
    (make.ProjectFactory, {"completed_on": day(1, 10)}),
    (make.ProjectFactory, {"started_on": None, "investment": Decimal(0)}),
    (make.OutputFactory, {"quantity": 1}),
    (make.LightingFactory, {"lamps": 1, "rooms": 1}),
    (make.AidFactory, {"beneficiaries": 1, "amount": Decimal("0.01")}),
    (make.AidFactory, {"kind": AidKind.WAIVER, "stage": AidStage.PRESCHOOL}),
    (make.AidFactory, {"kind": AidKind.GRANT, "stage": AidStage.JUNIOR}),
    (make.IncidentFactory, {"closed_on": day(6, 7)}),
    (make.SecurityFactory, {"trainees": 1, "hours": Decimal("0.5")}),
]


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_database_refuses(name: str, factory: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factory.create(**fields)


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_form_says_why(name: str, factory: Any, fields: dict[str, Any]) -> None:
    row = _with_saved_relations(factory.build(**fields))
    constraint = next(c for c in type(row)._meta.constraints if c.name == name)
    with pytest.raises(ValidationError) as error:
        constraint.validate(type(row), row)
    assert error.value.messages == [str(constraint.violation_error_message)]


@pytest.mark.parametrize(("factory", "fields"), ALLOWED)
def test_the_database_accepts(factory: Any, fields: dict[str, Any]) -> None:
    row = factory.create(**fields)
    row.validate_constraints()


def _with_saved_relations(row: models.Model) -> models.Model:
    """A built row points at built (unsaved) rows; constraints of one row do not look at them."""
    for field in row._meta.concrete_fields:
        if field.is_relation and getattr(row, field.name, None) is not None:
            setattr(row, field.attname, getattr(row, field.attname) or 1)
    return row


def test_a_unit_is_registered_as_a_school_only_once() -> None:
    school = make.SchoolFactory.create()
    with pytest.raises(IntegrityError, match="school_unit_unique"), transaction.atomic():
        make.SchoolFactory.create(unit=school.unit)
    assert School.objects.filter(unit=school.unit).count() == 1


def test_a_school_code_has_ten_digits_and_one_owner() -> None:
    school = make.SchoolFactory.create()
    with pytest.raises(ValidationError, match="10 位数字"):
        make.SchoolFactory.build(unit=school.unit, school_code="12345").clean_fields()
    with pytest.raises(IntegrityError, match="school_code"), transaction.atomic():
        make.SchoolFactory.create(school_code=school.school_code)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refused"),
    [
        (day(5, 31), day(7, 1), True),
        (day(1, 1), day(3, 1), True),
        (day(4, 1), day(4, 2), True),
        (day(1, 1), day(12, 31), True),
        (day(6, 1), day(7, 1), False),
        (day(1, 1), day(2, 28), False),
    ],
)
def test_terms_do_not_share_a_day(starts_on: Any, ends_on: Any, refused: bool) -> None:
    make.TermFactory.create(starts_on=day(3, 1), ends_on=day(5, 31))
    other = make.TermFactory.build(starts_on=starts_on, ends_on=ends_on)
    if not refused:
        other.validate_constraints()
        other.unit.refresh_from_db()
        other.save()
        return
    with pytest.raises(ValidationError, match="日期重叠"):
        other.validate_constraints()
    with pytest.raises(IntegrityError, match="school_term_no_overlap"), transaction.atomic():
        other.save()


def test_an_obligation_is_generated_once_per_school_and_period() -> None:
    row = make.ObligationFactory.create()
    with pytest.raises(IntegrityError, match="drill_obligation_unique"), transaction.atomic():
        make.ObligationFactory.create(school=row.school)
    make.ObligationFactory.create(school=row.school, frequency=Frequency.QUARTER)
    make.ObligationFactory.create(school=row.school, period_start=day(5, 1), period_end=day(5, 31))


def test_a_school_is_a_member_of_a_group_once_at_a_time() -> None:
    first = make.MemberFactory.create()
    again = {"group": first.group, "school": first.school, "joined_on": day(9, 1)}
    with pytest.raises(IntegrityError, match="education_group_member_unique"), transaction.atomic():
        make.MemberFactory.create(**again)
    EducationGroupMember.objects.filter(pk=first.pk).update(left_on=day(8, 1))
    make.MemberFactory.create(**again)


def test_a_project_stands_once_on_a_list_unless_withdrawn() -> None:
    row = make.ProjectFactory.create()
    with pytest.raises(IntegrityError, match="project_unique_on_list"), transaction.atomic():
        make.ProjectFactory.create(name=row.name)
    make.ProjectFactory.create(name=row.name, year=YEAR + 1)
    make.ProjectFactory.create(name=row.name, status=Status.WITHDRAWN)


def test_a_project_has_one_row_per_kind_of_output() -> None:
    row = make.OutputFactory.create()
    with pytest.raises(IntegrityError, match="project_output_unique"), transaction.atomic():
        make.OutputFactory.create(project=row.project)


@pytest.mark.parametrize("with_school", [True, False])
def test_aid_of_a_scheme_is_entered_once_even_without_a_school(with_school: bool) -> None:
    school = make.SchoolFactory.create(stage=Stage.SENIOR) if with_school else None
    row = make.AidFactory.create(school=school)
    same = {"school": school, "term": row.term, "scheme": row.scheme}
    with pytest.raises(IntegrityError, match="student_aid_unique"), transaction.atomic():
        make.AidFactory.create(**same)
    with pytest.raises(ValidationError, match="重复计算"):
        StudentAid(
            unit=row.unit,
            stage=row.stage,
            year=YEAR,
            kind=row.kind,
            beneficiaries=1,
            amount=1,
            **same,
        ).validate_constraints()
    make.AidFactory.create(**same, status=Status.WITHDRAWN)
    make.AidFactory.create(**{**same, "school": make.SchoolFactory.create(stage=Stage.SENIOR)})


def test_a_report_of_one_outlet_is_entered_once() -> None:
    row = make.MentionFactory.create()
    with pytest.raises(IntegrityError, match="media_mention_unique"), transaction.atomic():
        make.MentionFactory.create(title=row.title)
    make.MentionFactory.create(title=row.title, outlet="另一家报纸")
    make.MentionFactory.create(title=row.title, status=Status.WITHDRAWN)
