"""Personal data of every register: hidden everywhere, opened for a reason, stored encrypted."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from django.utils.html import escape

from kernel.privacy.cipher import is_sealed
from kernel.privacy.models import AccessRecord
from kernel.registers.personal import is_hidden, masks_for, personal_matches
from kernel.registers.register import Register
from organization.models import Role, StaffAccount, Unit
from tests.contract.pages import REGISTERS, html, names, sample

PERSONAL = [register for register in REGISTERS if register.personal]
SAID = {"purpose": "contact", "details": "回访办理结果"}
VALUES = {
    "petitioner": "欧阳靖瑶",
    "manager": "司徒婉清",
    "phone": "13905130068",
    "petitioner_address": "海安市城东镇新村3组12号",
}
"""A recognisable value for each personal field; a new one needs a line here."""

every_personal = pytest.mark.parametrize("register", PERSONAL, ids=names(PERSONAL))


def filled(register: Register, unit: Unit) -> Any:
    """A record of the unit with a known value in each personal field, saved twice."""
    record = sample(register, unit)
    for name in register.personal:
        setattr(record, name, VALUES[name])
    record.save()
    record.version += 1
    record.save()
    return record


def leaks(text: str, register: Register) -> list[str]:
    return [name for name in register.personal if escape(VALUES[name]) in text]


EVERYWHERE = ("/", "/review/", "/drafts/", "/jobs/", "/history/", "/search/?q=海安")


def hidden_pages(register: Register, record: Any, unit: Unit) -> list[str]:
    """All addresses below the register's own, and the pages across registers: unasked, none of
    them shows a personal value to anybody."""
    found = [*EVERYWHERE, register.url("list", unit=unit.pk, q="1")]
    found += [register.url("export", unit=unit.pk, format=kind) for kind in ("csv", "xlsx")]
    start = f"{register.app_label}/{register.slug}/"
    for pattern in get_resolver().reverse_dict.lists():
        name, ways = pattern
        if isinstance(name, str) and name.startswith(f"{register.app_label}-{register.slug}-"):
            ((path, parameters),) = ways[0][0]
            known = {"pk": record.pk, "name": "withdraw"}
            if path.startswith(start) and set(parameters) <= set(known):
                found.append(f"/{path % {p: known[p] for p in parameters}}?unit={unit.pk}")
    return found


def body(response: Any) -> str:
    """What was sent, a stream joined and a workbook unpacked."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return str(content.decode(errors="replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def reveal(client: Client, register: Register, record: Any, **said: str) -> Any:
    return client.post(register.url("reveal", record.pk), SAID | said)


def test_the_registers_with_personal_data_are_known() -> None:
    assert {register.key for register in PERSONAL} >= {
        "petitions.petition",
        "enforcement.inspectionsubject",
        "schools.legalviceprincipal",
    }


@every_personal
def test_declared_fields_exist_and_their_masks_hide(register: Register) -> None:
    for name, mask in register.personal.items():
        assert register.model._meta.get_field(name)
        assert VALUES[name] not in mask(VALUES[name])
        assert mask("") is not None
    assert not set(register.personal) & set(register.masked)


@pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))
def test_columns_with_phone_or_identity_numbers_of_people_are_encrypted(register: Register) -> None:
    """What is an office's own number, printed on its door, is named here."""
    public = {"schools.school.phone", "powers.poweritem.supervision_phone"}
    for field in register.model._meta.concrete_fields:
        words = ("电话", "手机", "身份证")
        if any(word in str(field.verbose_name) for word in words):
            key = f"{register.key}.{field.name}"
            assert key in public or (field.name in register.personal and field.encrypted), key


# --- Hidden ------------------------------------------------------------------------------------


@every_personal
@pytest.mark.parametrize("role", Role.values)
def test_no_page_shows_personal_data_unasked(
    register: Register, role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, role))
    opened = set()
    for url in hidden_pages(register, record, unit):
        response = client.get(url)
        opened.add(url if response.status_code == 200 else "")
        assert leaks(body(response), register) == [], url
    assert f"{register.url('detail', record.pk)}?unit={unit.pk}" in hidden_pages(
        register, record, unit
    )
    assert len(opened) >= 3
    assert not leaks(str(record), register)


@every_personal
def test_personal_data_neither_sort_nor_filter_nor_search(register: Register) -> None:
    for name in register.personal:
        assert is_hidden(register, name)
        assert name not in register.filters
        assert name not in register.search
        assert not [
            f for f in register.filterset_class.base_filters.values() if f.field_name == name
        ]
        assert not any(order.lstrip("-") == name for order in register.ordering)


@every_personal
def test_masks_cover_every_personal_field_for_every_role(register: Register, db: None) -> None:
    for user in StaffAccount.objects.all():
        assert set(register.personal) <= set(masks_for(register, user))


# --- Revealed ----------------------------------------------------------------------------------


@every_personal
def test_a_reason_opens_them_for_one_person_and_one_record(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record, clerk = filled(register, unit), make_account(unit, "clerk")
    client, other = login(clerk), login(make_account(unit, "clerk"))
    detail = register.url("detail", record.pk)
    assert register.url("reveal", record.pk) in html(client.get(detail))

    response = reveal(client, register, record)
    assert (response.status_code, response["Location"]) == (302, detail)
    assert leaks(html(client.get(detail)), register) == list(register.personal)
    assert leaks(html(other.get(detail)), register) == []
    for page in ("history",):
        assert leaks(html(client.get(register.url(page, record.pk))), register) == []
    assert leaks(html(client.get(register.url("list", unit=unit.pk))), register) == []

    look = AccessRecord.objects.get(object_id=record.pk, register=register.key)
    assert (look.user, look.kind, look.count) == (clerk, "reveal", 1)
    assert look.fields == sorted(register.personal)
    assert look.reason == "联系本人：回访办理结果"
    assert look.address == "127.0.0.1"


@every_personal
def test_they_close_again_after_their_time(
    register: Register, unit: Unit, make_account: Any, login: Any, settings: Any, monkeypatch: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, "chief"))
    reveal(client, register, record)
    later = timezone.now() + dt.timedelta(minutes=settings.REVEAL_MINUTES, seconds=1)
    monkeypatch.setattr("kernel.privacy.access.timezone.now", lambda: later)
    assert leaks(html(client.get(register.url("detail", record.pk))), register) == []


@every_personal
@pytest.mark.parametrize("role", ["leader", "auditor", "administrator"])
def test_without_the_permission_nothing_is_offered_or_opened(
    register: Register, role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, role))
    assert register.url("reveal", record.pk) not in html(
        client.get(register.url("detail", record.pk))
    )
    html(client.get(register.url("reveal", record.pk)), 403)
    html(reveal(client, register, record), 403)
    assert not AccessRecord.objects.exists()


@every_personal
def test_a_permission_that_was_taken_away_closes_them_at_once(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record, clerk = filled(register, unit), make_account(unit, "clerk")
    client = login(clerk)
    reveal(client, register, record)
    clerk.groups.get().permissions.remove(
        clerk.groups.get().permissions.get(codename="reveal_personal_data")
    )
    assert leaks(html(client.get(register.url("detail", record.pk))), register) == []


@every_personal
@pytest.mark.parametrize(
    "said", [{"purpose": ""}, {"purpose": "nosy"}, {"purpose": "other", "details": "  "}]
)
def test_without_a_reason_nothing_opens(
    register: Register, said: dict[str, str], unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, "clerk"))
    text = html(reveal(client, register, record, **said), 422)
    assert leaks(text, register) == []
    assert not AccessRecord.objects.exists()
    assert leaks(html(client.get(register.url("detail", record.pk))), register) == []


@every_personal
def test_records_out_of_sight_cannot_be_opened(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any, client: Client
) -> None:
    record = filled(register, unit)
    assert client.get(register.url("reveal", record.pk)).status_code == 302
    if not register.model.shared:
        stranger = login(make_account(other_unit, "clerk"))
        html(reveal(stranger, register, record), 404)
    assert not AccessRecord.objects.exists()


# --- Changed -----------------------------------------------------------------------------------


def posted(client: Client, url: str) -> dict[str, Any]:
    """What a browser sends when the form is saved as it was shown."""
    form = client.get(url).context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            data[name] = [str(v) for v in value] if isinstance(value, list) else str(value)
    return data | {"action": "submit", "change_reason": "更正"}


@every_personal
def test_a_form_saved_untouched_keeps_what_it_did_not_show(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, "clerk"))
    data = posted(client, register.url("edit", record.pk))
    assert not set(VALUES.values()) & {str(value) for value in data.values()}
    response = client.post(register.url("edit", record.pk), data)
    assert response.status_code == 302, response.context["form"].errors
    saved = register.model.objects.get(pk=record.pk)
    assert saved.version > record.version
    for name in register.personal:
        assert getattr(saved, name) == VALUES[name]


@every_personal
def test_a_new_value_replaces_the_hidden_one(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, "clerk"))
    data = posted(client, register.url("edit", record.pk)) | {"phone": "13912340005"}
    response = client.post(register.url("edit", record.pk), data)
    assert response.status_code == 302, response.context["form"].errors
    assert register.model.objects.get(pk=record.pk).phone == "13912340005"


@every_personal
def test_a_refused_stale_save_shows_no_stored_value(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    """Neither the old one, which the form left out, nor the one another person entered since."""
    record = filled(register, unit)
    client = login(make_account(unit, "clerk"))
    data = posted(client, register.url("edit", record.pk))
    record.phone = "13912340005"
    record.version += 1
    record.save()
    response = client.post(register.url("edit", record.pk), data)
    assert response.status_code >= 400
    text = response.content.decode()
    assert leaks(text, register) == []
    assert "13912340005" not in text
    assert register.model.objects.get(pk=record.pk).phone == "13912340005"


@every_personal
def test_a_value_is_cleared_only_by_somebody_who_sees_it(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, "clerk"))
    reveal(client, register, record)
    data = posted(client, register.url("edit", record.pk))
    assert data["phone"] == VALUES["phone"]
    response = client.post(register.url("edit", record.pk), data | {"phone": ""})
    assert response.status_code == 302, response.context["form"].errors
    assert register.model.objects.get(pk=record.pk).phone == ""


# --- Stored ------------------------------------------------------------------------------------


def raw(table: str, column: str, key: str, pk: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM {table} WHERE {key} = %s', [pk])
        return [value for (value,) in cursor.fetchall()]


@every_personal
def test_encrypted_columns_hold_no_plain_text_nor_does_their_history(
    register: Register, unit: Unit
) -> None:
    record = filled(register, unit)
    model: Any = register.model
    encrypted = [f for f in model._meta.concrete_fields if getattr(f, "encrypted", False)]
    assert encrypted
    for field in encrypted:
        rows = raw(model._meta.db_table, field.column, "id", record.pk)
        kept = raw(model.pgh_event_model._meta.db_table, field.column, "pgh_obj_id", record.pk)
        assert len(kept) >= 2
        assert is_sealed(rows[0])
        for stored in rows + kept:
            assert VALUES[field.name] not in stored
        event = model.pgh_event_model.objects.filter(pgh_obj_id=record.pk).latest("pgh_id")
        assert getattr(event, field.name) == VALUES[field.name]


@every_personal
def test_the_exact_number_finds_the_record_for_those_who_may_see_it(
    register: Register, unit: Unit, make_account: Any
) -> None:
    record = filled(register, unit)

    def found(text: str, role: str) -> bool:
        user = make_account(unit, role)
        rows = register.visible_to(user).filter(personal_matches(register, text, user))
        return record.pk in rows.values_list("pk", flat=True)

    for text in (VALUES["phone"], "139 0513 0068", "１３９０５１３００６８"):
        assert found(text, "clerk"), text
        assert not found(text, "leader"), text
    for text in ("1390513", "390513006", "139", "", VALUES.get("petitioner", "x")):
        assert not found(text, "clerk"), text


@every_personal
@pytest.mark.parametrize(("role", "finds"), [("clerk", True), ("leader", False)])
def test_a_number_typed_into_the_list_finds_its_record(
    register: Register, role: str, finds: bool, unit: Unit, make_account: Any, login: Any
) -> None:
    record = filled(register, unit)
    client = login(make_account(unit, role))
    link = f'href="{register.url("detail", record.pk)}'
    url = register.url("list", unit=unit.pk, q=VALUES["phone"])
    assert (link in html(client.get(url))) is finds
    assert link not in html(client.get(register.url("list", unit=unit.pk, q="13905130067")))
    everywhere = html(client.get("/search/", {"q": VALUES["phone"]}))
    assert (link in everywhere) is finds


@every_personal
def test_an_export_in_full_needs_permission_and_reason_and_is_recorded(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record, clerk = filled(register, unit), make_account(unit, "clerk")
    url = register.url("export", unit=unit.pk)
    asked = {"format": "csv", "columns": "all"}

    assert leaks(body(login(clerk).post(url, asked)), register) == []
    in_full = asked | {"unmasked": "1", "reason": "按要求报送名册"}
    leader = login(make_account(unit, "leader"))
    assert leaks(body(leader.post(url, in_full)), register) == []
    refused = login(clerk).post(url, in_full | {"reason": " "})
    assert leaks(body(refused), register) == []
    assert not AccessRecord.objects.filter(fields__contains="phone").exists()

    assert leaks(body(login(clerk).post(url, in_full)), register) == list(register.personal)
    look = AccessRecord.objects.get(fields__contains="phone")
    assert (look.user, look.kind, look.register) == (clerk, "export", register.key)
    assert (look.reason, look.count) == ("按要求报送名册", 1)
    assert record.pk
