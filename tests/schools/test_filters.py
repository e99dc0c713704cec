"""Filters of the registers agree with what they say, with and without a chosen day."""

from typing import Any

import pytest
from django.utils import timezone

from kernel.indicators.indicator import condition
from kernel.records.status import Status
from kernel.registers.register import registry
from schools.models import DrillObligation, MediaTopic, Stage

from . import factories as make
from .factories import YEAR, day

pytestmark = pytest.mark.django_db


def keys(register: str, **params: str) -> set[int]:
    source = registry.get(register)
    filterset = source.filterset_class(params, source.get_queryset())
    assert filterset.form.is_valid(), filterset.form.errors
    return set(filterset.qs.values_list("pk", flat=True))


def test_membership_is_asked_of_the_chosen_day() -> None:
    lead = make.SchoolFactory.create()
    member = make.MemberFactory.create(group__lead_school=lead, left_on=day(9, 1))
    school = member.school.pk
    assert school in keys("schools.school", in_group="true", as_of="1950-08-31")
    assert school in keys("schools.school", in_group="false", as_of="1950-09-01")
    assert school not in keys("schools.school", in_group="false", as_of="1950-08-31")
    assert school not in keys("schools.school", in_group="true", as_of="1950-09-01")


def test_without_a_day_the_question_is_about_today() -> None:
    today = timezone.localdate()
    current = make.VicePrincipalFactory.create(term_ends_on=today).school.pk
    ended = make.VicePrincipalFactory.create(name="前任", term_ends_on=day(12, 31)).school.pk
    with_one = keys("schools.school", has_vice_principal="true")
    without = keys("schools.school", has_vice_principal="false")
    assert current in with_one - without
    assert ended in without - with_one


def test_the_scopes_of_schools() -> None:
    rows = {stage: make.SchoolFactory.create(stage=stage).pk for stage in Stage}
    mine = set(rows.values())
    schools = keys("schools.school", scope="schools") & mine
    assert schools == mine - {rows[Stage.KINDERGARTEN]}
    groups = keys("schools.school", scope="groups") & mine
    assert groups == mine - {rows[Stage.SENIOR], rows[Stage.VOCATIONAL], rows[Stage.SPECIAL]}


def test_fulfilled_and_missing_obligations_share_none_and_lose_none() -> None:
    met, missing = make.ObligationFactory.create_batch(2)
    make.DrillFactory.create(school=met.school)
    make.DrillFactory.create(school=missing.school, status=Status.RETURNED)
    span = {"since": f"{YEAR}-01-01", "until": f"{YEAR}-12-31"}
    assert keys("schools.drillobligation", fulfilled="true", **span) == {met.pk}
    assert keys("schools.drillobligation", fulfilled="false", **span) == {missing.pk}


def test_outputs_are_dated_by_their_project() -> None:
    row = make.OutputFactory.create(project__completed_on=day(8, 15))
    make.OutputFactory.create(project__completed_on=None)
    assert keys("schools.projectoutput", until="1950-08-15") == {row.pk}
    assert keys("schools.projectoutput", since="1950-08-15", until="1950-12-31") == {row.pk}
    assert keys("schools.projectoutput", since="1950-08-16", until="1950-12-31") == set()
    assert keys("schools.projectoutput", until="1950-08-14") == set()


def test_mentions_on_experience_are_two_topics() -> None:
    rows = {topic: make.MentionFactory.create(topic=topic).pk for topic in MediaTopic}
    until = "1950-12-31"
    on_experience = keys("schools.mediamention", on_experience="true", until=until)
    assert on_experience == {rows[MediaTopic.DOUBLE_REDUCTION], rows[MediaTopic.AFTER_SCHOOL]}
    assert keys("schools.mediamention", on_experience="false", until=until) == {
        rows[MediaTopic.OTHER]
    }


def test_the_condition_of_a_figure_is_not_evaluated_once_and_kept() -> None:
    """Conditions are cached; what they ask of other registers must be asked anew each time."""
    params = {"has_vice_principal": "true", "as_of": "1950-12-31"}
    schools = registry.get("schools.school").get_queryset()
    assert not schools.filter(condition("schools.school", params)).exists()
    make.VicePrincipalFactory.create()
    assert schools.filter(condition("schools.school", params)).count() == 1


def test_obligations_cannot_be_typed_in(clerk: Any, login: Any) -> None:
    address = registry.get("schools.drillobligation").url("create")
    assert login(clerk).get(address).status_code == 403
    assert DrillObligation._meta.default_permissions == ("view",)
