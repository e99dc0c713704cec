"""What holds for every register, whoever declares it."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.records.models import RecordBase
from kernel.records.querysets import permission_name
from kernel.registers import tables
from kernel.registers.columns import resolve_field
from kernel.registers.register import Register
from organization.models import Role, Unit
from organization.roles import NAMED, RECORD_ACTIONS
from tests.contract.pages import ENTERED, REGISTERS, html, names, sample

LIST_QUERIES = 8
DETAIL_QUERIES = 12

every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))


def addresses(register: Register, pk: int) -> dict[str, str]:
    """All pages of a register, by role."""
    found = {"list": register.url("list")}
    found |= {role: register.url(role, pk) for role in ("detail", "history")}
    if register not in ENTERED:
        return found
    found |= {"create": register.url("create"), "edit": register.url("edit", pk)}
    if register.is_part:
        return found | {"delete": register.url("delete", pk)}
    return found | {"transition": register.url("transition", pk, "withdraw")}


# --- Declaration -------------------------------------------------------------------------------


def test_every_record_type_has_a_register() -> None:
    types = {m for m in apps.get_models() if issubclass(m, RecordBase)}
    assert types == {register.model for register in REGISTERS}
    assert len(types) > 20


@every_register
def test_declaration_is_complete(register: Register) -> None:
    assert register.description.endswith("。"), "one full sentence says what belongs here"
    assert register.title
    assert register.title != register.slug
    columns = register.bind(register.columns)
    assert 0 < len(columns) <= 8
    assert 1 <= sum(column.priority == 1 for column in columns) <= 3
    assert len({column.name for column in columns}) == len(columns)
    entered = [name for _, fields in register.fieldsets for name in fields]
    assert len(entered) == len(set(entered))
    for name in entered:
        field = register.model._meta.get_field(name)
        assert field.editable, name
    if not register.is_part:
        assert "unit" in entered
    for column in columns:
        if column.field is None:
            assert column.column.label, f"{column.path} is no field and needs a label"
    for path in register.search:
        assert resolve_field(register.model, path.replace("__", ".")), path


@every_register
def test_everything_that_must_be_entered_can_be(register: Register) -> None:
    entered = {name for _, fields in register.fieldsets for name in fields}
    for field in register.model._meta.concrete_fields:
        needed = field.editable and not field.has_default() and not (field.blank or field.null)
        if needed and not field.primary_key and not isinstance(field, models.AutoField):
            assert field.name in entered, field.name


@every_register
def test_names_on_pages_are_chinese(register: Register) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]|PDF|网址")
    assert chinese.search(register.title)
    for field in register.model._meta.concrete_fields:
        if field.editable and not field.primary_key:
            assert chinese.search(str(field.verbose_name)), field.name


@every_register
def test_str_is_what_a_clerk_calls_it(register: Register, db: None) -> None:
    assert register.model.__str__ is not models.Model.__str__
    text = str(sample(register))
    assert text
    assert "object (" not in text
    assert "None" not in text


@every_register
def test_parts_link_back(register: Register) -> None:
    for part in register.part_registers():
        assert part.link_field(register.model)


# --- Permissions -------------------------------------------------------------------------------


@every_register
def test_permissions_of_a_model_are_four(register: Register, db: None) -> None:
    fourth = "delete" if register.is_part else "approve"
    actions = ("view", "add", "change", fourth) if register in ENTERED else ("view",)
    kept = Permission.objects.filter(
        content_type__app_label=register.app_label, content_type__model=register.slug
    )
    assert {p.codename for p in kept} == {f"{action}_{register.slug}" for action in actions}


@pytest.mark.parametrize("role", Role.values)
def test_a_roles_permissions_are_those_of_the_table(role: str, db: None) -> None:
    held = {
        f"{p.content_type.app_label}.{p.codename}"
        for p in Group.objects.get(name=role).permissions.select_related("content_type")
    }
    expected = set(NAMED[role])
    for register in REGISTERS:
        actions = set(register.model._meta.default_permissions) & RECORD_ACTIONS[role]
        expected |= {permission_name(register.model, action) for action in actions}
    assert held == expected


# --- History -----------------------------------------------------------------------------------

ROW_TRIGGERS = """
    SELECT tgtype FROM pg_trigger
    WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'
"""
INSERT, DELETE, UPDATE = 4, 8, 16


@every_register
def test_the_database_keeps_every_change(register: Register, db: None) -> None:
    record = sample(register)
    table = register.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(ROW_TRIGGERS, [table])
        kinds = [kind for (kind,) in cursor.fetchall()]
    for event in (INSERT, DELETE, UPDATE):
        assert any(kind & event for kind in kinds)
    tracker: Any = register.model.pgh_event_model
    before = tracker.objects.filter(pgh_obj_id=record.pk).count()
    raw_update(register.model, record.pk)
    assert tracker.objects.filter(pgh_obj_id=record.pk).count() == before + 1


def raw_update(model: Any, pk: int) -> None:
    """Change the row behind Django's back, in the first field whose constraints allow it."""
    changes = {
        "CharField": "{0} || '改'",
        "IntegerField": "{0} + 1",
        "DateField": "{0} + 1",
        "BooleanField": "NOT {0}",
    }
    for field in model._meta.concrete_fields:
        kind = next((k for k in changes if isinstance(field, getattr(models, k))), None)
        if kind is None or field.primary_key or field.choices:
            continue
        value = changes[kind].format(field.column)
        sql = f"UPDATE {model._meta.db_table} SET {field.column} = {value}"
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{sql} WHERE id = %s AND {field.column} IS NOT NULL", [pk])
                if cursor.rowcount:
                    return
        except DatabaseError:
            continue
    raise AssertionError("no field could be changed")


# --- Who may open what -------------------------------------------------------------------------


@every_register
def test_strangers_are_sent_to_the_login(register: Register, client: Client, db: None) -> None:
    for role, url in addresses(register, sample(register).pk).items():
        response = client.get(url)
        assert response.status_code == 302, role
        assert response["Location"].startswith("/login/?next="), role


@every_register
def test_without_the_permission_a_page_is_refused(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    leader = login(make_account(unit, "leader"))
    for role, url in addresses(register, record.pk).items():
        html(login(nobody).get(url), 403)
        if role in ("create", "edit", "delete"):
            html(leader.get(url), 403)
            html(leader.post(url), 403)


@every_register
def test_records_of_other_units_are_not_there(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    stranger = login(make_account(other_unit, "chief"))
    pages = {k: v for k, v in addresses(register, record.pk).items() if k not in ("list", "create")}
    for role, url in pages.items():
        if not record.shared:
            html(stranger.get(url), 404)
            assert stranger.post(url).status_code in (404, 405)
        elif role in ("edit", "delete"):
            assert stranger.post(url).status_code == 403, role
    if record.shared:
        html(stranger.get(pages["detail"]))
    address = register.url("detail", record.pk)
    assert (f'href="{address}"' in whole_list(stranger, register, record)) == record.shared


def whole_list(client: Client, register: Register, record: Any) -> str:
    """All pages of the list of the record's unit."""
    url = register.url("list", unit=record.owner_record().unit_id)
    first = client.get(url)
    numbers = range(2, first.context["page_obj"].paginator.num_pages + 1)
    return html(first) + "".join(html(client.get(f"{url}&page={number}")) for number in numbers)


@every_register
def test_permitted_pages_open(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    client = login(make_account(unit, "chief"))
    for role, url in addresses(register, record.pk).items():
        text = html(client.get(url))
        if role != "list":
            assert register.title in text
    listed = whole_list(client, register, record)
    assert f'href="{register.url("detail", record.pk)}"' in listed
    assert register.description in html(client.get(register.url("list")))


@every_register
def test_personal_data_stays_hidden_on_every_page(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    """Also in titles, breadcrumbs and history, where a name may slip through."""
    record = sample(register, unit)
    secrets = {
        name: str(getattr(record, name))
        for name, hide in {**register.masked, **register.personal}.items()
        if getattr(record, name) and hide(str(getattr(record, name))) != str(getattr(record, name))
    }
    leader = login(make_account(unit, "leader"))
    for url in (
        register.url("detail", record.pk),
        register.url("history", record.pk),
        register.url("list", unit=unit.pk),
    ):
        text = html(leader.get(url))
        assert not [name for name, secret in secrets.items() if secret in text], url


# --- Queries -----------------------------------------------------------------------------------


def queries(client: Client, url: str) -> list[str]:
    client.get(url)  # the bureau's profile and the content types are cached from here on
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@every_register
def test_a_list_takes_the_same_few_queries_for_3_rows_and_30(
    register: Register, reviewer: Any, login: Any, monkeypatch: Any
) -> None:
    client = login(reviewer)
    found = []
    for size in (3, 30):
        monkeypatch.setattr(tables, "PAGE_SIZE", size)
        found.append(queries(client, register.url("list")))
    assert len(found[0]) == len(found[1])
    assert len(found[1]) <= LIST_QUERIES, "\n".join(found[1])


@every_register
def test_a_record_takes_few_queries(register: Register, reviewer: Any, login: Any) -> None:
    found = queries(login(reviewer), register.url("detail", sample(register).pk))
    assert len(found) <= DETAIL_QUERIES, "\n".join(found)
