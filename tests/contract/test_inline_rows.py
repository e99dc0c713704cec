"""A record and its rows are entered on one form and saved as one change."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from kernel.records.services import timeline
from kernel.records.status import Status
from kernel.registers.formsets import MAX_ROWS, inline_parts, one_more_row
from kernel.registers.register import Register, registry
from tests.contract.pages import RECORDS, entered_values, html, owner_of
from tests.contract.test_entry import summary, without_triggers


class Everybody:
    """Stands for a person with every permission."""

    def has_perm(self, name: str) -> bool:
        return True


PAIRS = [(register, part) for register in RECORDS for part in inline_parts(register, Everybody())]
every_pair = pytest.mark.parametrize(
    ("register", "part"), PAIRS, ids=[f"{r.slug}-{p.slug}" for r, p in PAIRS]
)


@pytest.fixture
def opened(make_account: Any, login: Any) -> Any:
    """A record with a row, ready to be changed by a clerk of its unit."""

    def make(register: Register, part: Register) -> tuple[Client, Any, Any, dict[str, Any]]:
        rows = part.model.objects.filter(**{f"{part.model.owner}__status": Status.APPROVED})
        row = rows.order_by("pk").first()
        leave_alone(row)
        owner = row.owner_record()
        register.model._base_manager.filter(pk=owner.pk).update(status=Status.SUBMITTED)
        clerk = make_account(owner.unit, "clerk")
        client = login(clerk)
        values = entered_values(register, register.model.objects.get(pk=owner.pk), clerk)
        page = client.get(register.url("edit", owner.pk))
        html(page)
        entry = page.context["entry"]
        data = values | {"version": entry.form.initial["version"]} | sent(entry)
        return client, owner, row, data

    return make


def leave_alone(row: Any) -> None:
    """Take the record's other rows away: some records of the demo set have hundreds."""
    table, column = row._meta.db_table, row._meta.get_field(row.owner).column
    with without_triggers() as cursor:
        sql = f"DELETE FROM {table} WHERE {column} = %s AND id <> %s"
        cursor.execute(sql, [row.owner_record().pk, row.pk])


def sent(entry: Any) -> dict[str, Any]:
    """What a browser sends of the tables of a form that nobody has touched."""
    data: dict[str, Any] = {}
    for formset in entry.formsets:
        forms = [formset.management_form, *formset.forms]
        for bound in (form[name] for form in forms for name in form.fields):
            value = bound.value()
            if value not in (None, False, ""):
                many = isinstance(value, list | tuple)
                data[bound.html_name] = [str(v) for v in value] if many else str(value)
    return data


@every_pair
def test_an_untouched_row_is_not_saved_again(register: Register, part: Register, opened: Any):
    client, owner, row, data = opened(register, part)
    before = part.model.pgh_event_model.objects.count()
    response = client.post(register.url("edit", owner.pk), data | {"action": "submit"})
    assert response.status_code == 302, faults(response)
    assert part.model.pgh_event_model.objects.count() == before
    assert owner_of(row).version == owner.version + 1


@every_pair
def test_rows_go_with_their_record_in_one_change(register: Register, part: Register, opened: Any):
    client, owner, row, data = opened(register, part)
    assert data[f"{part.slug}-0-id"] == str(row.pk)
    if not row_is_free(row):
        pytest.skip("the demo row is used by other records")
    data |= {f"{part.slug}-0-DELETE": "on", "action": "submit"}
    response = client.post(register.url("edit", owner.pk), data)
    assert response.status_code == 302, faults(response)
    assert not part.model.objects.filter(pk=row.pk).exists()
    assert owner_of(owner).version == owner.version + 1
    (event,) = [e for e in timeline(owner) if e.data.get("part")]
    assert event.kind == "changed"
    assert "删除 1 行" in event.data["part"]


def faults(response: Any) -> str:
    """What a refused form complains about."""
    return summary(response) + str(list(response.context["entry"].faults()))


def row_is_free(row: Any) -> bool:
    """Whether nothing rests on the row."""
    links = [f for f in row._meta.related_objects if not f.hidden or f.on_delete]
    return not any(
        f.related_model._base_manager.filter(**{f.field.name: row}).exists()
        for f in links
        if not hasattr(f.related_model, "pgh_tracked_model")
    )


@every_pair
def test_one_more_row_keeps_everything(register: Register, part: Register, opened: Any) -> None:
    client, owner, _, data = opened(register, part)
    total = int(data[f"{part.slug}-TOTAL_FORMS"])
    answer = client.post(register.url("edit", owner.pk), data | {"action": f"add:{part.slug}"})
    page = html(answer)
    assert f'name="{part.slug}-TOTAL_FORMS" value="{total + 1}"' in page
    assert "没有保存" not in page
    assert owner_of(owner).version == owner.version


@every_pair
def test_a_wrong_row_saves_nothing_and_says_where(
    register: Register, part: Register, opened: Any
) -> None:
    client, owner, _, data = opened(register, part)
    number = int(data[f"{part.slug}-TOTAL_FORMS"])
    needed = next(
        f
        for f in part.model._meta.concrete_fields
        if not f.blank and not f.has_default() and f.name != part.model.owner and not f.primary_key
    )
    other = next(n for n in reversed(row_names(part)) if n != needed.name)
    data |= {
        f"{part.slug}-TOTAL_FORMS": str(number + 1),
        f"{part.slug}-{number}-{other}": "无法理解的内容",
        "action": "submit",
    }
    before = part.model.objects.count()
    page = html(client.post(register.url("edit", owner.pk), data), 422)
    assert f"{part.title}第 {number + 1} 行" in page
    assert part.model.objects.count() == before
    assert owner_of(owner).version == owner.version


def row_names(part: Register) -> list[str]:
    names = [name for _, entered in part.fieldsets for name in entered]
    return [name for name in names if name != part.model.owner]


@every_pair
def test_a_new_record_comes_with_its_rows(register: Register, part: Register, opened: Any) -> None:
    client, *_ = opened(register, part)
    page = html(client.get(register.url("create")))
    assert f'name="{part.slug}-TOTAL_FORMS" value="1"' in page


def test_there_is_an_end_to_rows() -> None:
    part = PAIRS[0][1]
    name = f"{part.slug}-TOTAL_FORMS"
    full = QueryDict(f"{name}={MAX_ROWS}")
    assert one_more_row(full, part.slug)[name] == str(MAX_ROWS)
    assert one_more_row(QueryDict(f"{name}=x"), part.slug)[name] == "x"


def test_every_direct_part_that_people_enter_is_there() -> None:
    direct = {
        (register.key, part.key)
        for register in registry
        for part in register.part_registers()
        if part.is_part
        and part.model.owner == part.link_field(register.model)
        and "add" in part.model._meta.default_permissions
    }
    assert {(r.key, p.key) for r, p in PAIRS} == direct
    assert direct
