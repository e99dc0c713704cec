"""What the entry pages refuse, and what they show to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from enforcement.models import (
    InspectionAssignment,
    InspectionResult,
    InspectionTask,
    JointOperation,
    PatrolMember,
    RectificationOrder,
)
from kernel.registers.masks import mask_name, mask_phone
from kernel.registers.register import registry
from organization.models import Role, StaffAccount, Unit

from . import factories as make
from .factories import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(clerk: StaffAccount, login: Callable[[StaffAccount], Client]) -> Client:
    return login(clerk)


def post(client: Client, model: Any, **data: Any) -> Any:
    """Enter a record on the register's own page."""
    return client.post(registry.for_model(model).url("create"), data)


def operation(unit: Unit, **data: Any) -> dict[str, Any]:
    return {"unit": unit.pk, "title": "联合检查", "level": "city", "held_on": "1990-07-15"} | data


def test_one_department_is_no_joint_operation(client: Client, unit: Unit) -> None:
    own = make.own_agency()
    response = post(client, JointOperation, **operation(unit, agencies=[own.pk]))
    assert response.status_code == 422
    assert "联合检查至少有两个部门参加" in response.content.decode()
    assert not JointOperation.objects.filter(unit=unit).exists()


def test_two_departments_are(client: Client, unit: Unit) -> None:
    agencies = {make.own_agency(), make.other_agency()}
    keys = [agency.pk for agency in agencies]
    assert post(client, JointOperation, **operation(unit, agencies=keys)).status_code == 302
    assert set(JointOperation.objects.get(unit=unit).agencies.all()) == agencies


def task(unit: Unit, **data: Any) -> dict[str, Any]:
    return {
        "unit": unit.pk,
        "number": "T-1",
        "title": "抽查",
        "matters": "办学资质",
        "matter_class": "general",
        "scope": "培训机构",
        "ratio": "5",
        "held_on": "1990-06-15",
        "lead_agency": make.own_agency().pk,
    } | data


def test_the_leading_department_is_not_its_own_partner(client: Client, unit: Unit) -> None:
    own, other = make.own_agency().pk, make.other_agency().pk
    response = post(client, InspectionTask, **task(unit, partners=[own, other]))
    assert response.status_code == 422
    assert "配合部门不能包含发起部门" in response.content.decode()
    assert post(client, InspectionTask, **task(unit, partners=[other])).status_code == 302
    assert post(client, InspectionTask, **task(unit, number="T-2")).status_code == 302


def result(unit: Unit, **data: Any) -> dict[str, Any]:
    drawn = make.DrawnFactory.create(task__unit=unit)
    return {
        "unit": unit.pk,
        "drawn": drawn.pk,
        "codes": ["02", "13"],
        "inspected_on": "1990-06-16",
        "entered_on": "1990-06-20",
    } | data


def test_several_result_codes_can_be_ticked(client: Client, unit: Unit) -> None:
    assert post(client, InspectionResult, **result(unit)).status_code == 302
    assert InspectionResult.objects.get(unit=unit).codes == ["02", "13"]


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (["01", "02"], "“未发现问题”不能与其他结果同选"),
        (["09"], "须填写后续处置"),
        ([], "必填"),
        (["15"], "15"),
    ],
)
def test_impossible_results_are_refused_in_words(
    client: Client, unit: Unit, codes: list[str], message: str
) -> None:
    response = post(client, InspectionResult, **result(unit, codes=codes))
    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_result_is_entered_for_a_subject_that_has_none(client: Client, unit: Unit) -> None:
    done = make.ResultFactory.create(drawn__task__unit=unit)
    response = post(client, InspectionResult, **result(unit, drawn=done.drawn_id))
    assert response.status_code == 422
    assert "已经录入" in response.content.decode()


def test_the_page_opened_for_one_subject_offers_only_that_one(client: Client, unit: Unit) -> None:
    drawn, other = make.DrawnFactory.create_batch(2, task__unit=unit)
    url = registry.for_model(InspectionResult).url("create", drawn=drawn.pk)
    offered = client.get(url).context["form"].fields["drawn"].queryset
    assert list(offered) == [drawn]
    url = registry.for_model(InspectionResult).url("create")
    offered = client.get(url).context["form"].fields["drawn"].queryset
    assert {drawn, other} <= set(offered)


def test_an_expired_officer_is_refused_on_the_page(client: Client, unit: Unit) -> None:
    expired = make.OfficerFactory.create(valid_to=day(5))
    joint = make.OperationFactory.create(unit=unit, status="returned")
    data = {"operation": joint.pk, "role": "officer", "headcount": 1, "officer": expired.pk}
    response = post(client, PatrolMember, **data)
    assert response.status_code == 422
    assert "不得上岗执法" in response.content.decode()
    drawn = make.DrawnFactory.create(task__unit=unit, task__status="returned")
    response = post(client, InspectionAssignment, drawn=drawn.pk, officer=expired.pk)
    assert response.status_code == 422
    assert "不得上岗执法" in response.content.decode()


def test_the_list_of_violations_to_choose_from_costs_no_query_each(
    client: Client, unit: Unit, django_assert_max_num_queries: Any
) -> None:
    make.ViolationFactory.create_batch(20, unit=unit)
    with django_assert_max_num_queries(20):
        client.get(registry.for_model(RectificationOrder).url("create"))


@pytest.mark.parametrize("role", [Role.LEADER, Role.CLERK])
def test_personal_data_of_subjects_is_masked_for_everybody(
    role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    subject = make.SubjectFactory.create(unit=unit, manager="王小明", phone="13800001234")
    url = registry.for_model(type(subject)).url("detail", subject.pk)
    seen = login(make_account(unit, role)).get(url).content.decode()
    assert "王小明" not in seen
    assert "13800001234" not in seen
    assert "王**" in seen
    assert "138****1234" in seen


@pytest.mark.parametrize(
    ("text", "masked"),
    [("13800001234", "138****1234"), ("0513123", "****"), ("88001234", "880****1234")],
)
def test_masked_phone(text: str, masked: str) -> None:
    assert mask_phone(text) == masked


def test_masked_name_keeps_the_family_name() -> None:
    assert [mask_name(name) for name in ("王小明", "李强", "陈")] == ["王**", "李**", "陈**"]
