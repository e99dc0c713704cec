"""The tree of units: paths, moves, subtrees, and the administrator's form."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from organization.forms import UnitForm
from organization.models import Unit
from tests.contract.pages import html
from tests.kernel import samples


@pytest.fixture
def branch(unit: Unit) -> list[Unit]:
    """Three generations below the section."""
    made, parent = [], unit
    for number in range(1, 4):
        parent = Unit.objects.create(
            name=f"第{number}层", code=f"layer{number}", kind="school", parent=parent
        )
        made.append(parent)
    return made


def paths(units: list[Unit]) -> list[str]:
    return [Unit.objects.get(pk=unit.pk).path for unit in units]


def test_a_path_names_all_codes_from_the_root(unit: Unit, branch: list[Unit]) -> None:
    root = Unit.objects.get(parent=None)
    assert root.path == f"{root.code}/"
    assert unit.path == f"{root.code}/test1/"
    assert branch[-1].path == f"{root.code}/test1/layer1/layer2/layer3/"


def test_moving_a_unit_takes_everything_below_along(
    unit: Unit, other_unit: Unit, branch: list[Unit]
) -> None:
    branch[0].parent = other_unit
    branch[0].save()
    start = f"{other_unit.path}layer1/"
    assert paths(branch) == [start, f"{start}layer2/", f"{start}layer2/layer3/"]
    assert set(other_unit.subtree()) == {other_unit, *branch}
    assert set(unit.subtree()) == {unit}


def test_a_new_code_renames_all_paths_below(unit: Unit, branch: list[Unit]) -> None:
    unit.code = "renamed"
    unit.save()
    assert all("/renamed/layer1/" in path for path in paths(branch))


def test_visibility_follows_the_move(
    unit: Unit, other_unit: Unit, branch: list[Unit], make_account: Any
) -> None:
    record = samples.meeting(branch[2], status="approved")
    old, new = make_account(unit, "chief"), make_account(other_unit, "chief")
    visible = type(record).objects.visible_to
    assert record in visible(old)
    assert record not in visible(new)
    branch[0].parent = other_unit
    branch[0].save()
    assert record not in visible(old)
    assert record in visible(new)


def test_a_move_that_fails_half_way_changes_nothing(
    unit: Unit, other_unit: Unit, branch: list[Unit]
) -> None:
    before = paths(branch)
    # A row in the way of the second path; only a fault could leave one there.
    Unit.objects.filter(pk=Unit.objects.create(name="碍", code="x", kind="school").pk).update(
        path=f"{other_unit.path}layer1/layer2/"
    )
    branch[0].parent = other_unit
    with pytest.raises(IntegrityError), transaction.atomic():
        branch[0].save()
    assert paths(branch) == before


def test_a_unit_that_holds_records_is_not_deleted(unit: Unit) -> None:
    from django.db.models import ProtectedError  # noqa: PLC0415

    samples.meeting(unit)
    with pytest.raises(ProtectedError):
        unit.delete()


def form(unit: Unit | None, **changes: Any) -> UnitForm:
    root = Unit.objects.get(parent=None)
    base = {"name": "新科", "code": "newunit", "kind": "section", "parent": root.pk, "order": 5}
    if unit:
        base |= {"name": unit.name, "code": unit.code, "kind": unit.kind}
    return UnitForm({**base, "active": "on", **changes}, instance=unit)


def test_a_unit_cannot_move_below_itself(unit: Unit, branch: list[Unit]) -> None:
    for target in (unit, branch[0], branch[2]):
        refused = form(unit, parent=target.pk)
        assert "上级单位不能是本单位或其下级" in str(refused.errors["parent"])
    assert form(branch[2], parent=unit.pk).is_valid()


def test_there_is_one_root(unit: Unit) -> None:
    assert "只有局机关没有上级单位" in str(form(None, parent="").errors["parent"])
    assert "只有局机关没有上级单位" in str(form(unit, parent="").errors["parent"])
    root = Unit.objects.get(parent=None)
    assert form(root, parent="").is_valid()


@pytest.mark.parametrize("code", ["", "有中文", "a/b", "a b", "x" * 31, "test1"])
def test_a_code_is_short_latin_and_unique(code: str, unit: Unit) -> None:
    assert "code" in form(None, code=code).errors


def test_the_administrator_makes_and_moves_units(
    unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    client = login(make_account(unit, "administrator"))
    assert unit.name in html(client.get("/units/"))
    data = {"name": "城东新学校", "code": "new1", "kind": "school", "order": 1, "active": "on"}
    html(client.post("/units/new/", data), 422)
    assert client.post("/units/new/", data | {"parent": unit.pk}).status_code == 302
    made = Unit.objects.get(code="new1")
    address = f"/units/{made.pk}/"
    assert client.post(address, data | {"parent": other_unit.pk}).status_code == 302
    made.refresh_from_db()
    assert made.path == f"{other_unit.path}new1/"


def test_units_are_listed_as_a_tree_in_one_query(
    unit: Unit, make_account: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(make_account(unit, "administrator"))
    client.get("/units/")
    with django_assert_max_num_queries(6):
        client.get("/units/")
