"""Encrypted columns: plain text in Python, ciphertext in the database, found by exact value."""

import time
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.test import override_settings

from enforcement.models import InspectionSubject
from kernel.privacy.cipher import Unreadable, heads, is_sealed, normalize, seal, unseal
from kernel.privacy.fields import EncryptedCharField, EncryptedJSONField, UnreadableJSON
from kernel.registers.models import Draft
from organization.models import StaffAccount
from petitions.models import Petition
from tests.petitions.factories import PetitionFactory

PLACE = "petitions_petition.phone"
PHONE = "13905130068"
OLD, NEW = "o" * 20 + "1ab2cd3ef4" * 4, "n" * 20 + "5gh6ij7kl8" * 4
FOUND = "petitions.models.Petition.objects"


def stored(record: Any, column: str) -> str:
    meta = record._meta
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM {meta.db_table} WHERE {meta.pk.column} = %s', [record.pk]
        )
        return str(cursor.fetchone()[0])


# --- Cipher ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1", PHONE, "海安市城东镇", "𠮷" * 500, "e1.x.y.z", "\0"])
def test_what_is_sealed_is_read_again(text: str) -> None:
    sealed = seal(text, PLACE, searchable=True)
    assert text not in sealed or len(text) == 1
    assert unseal(sealed, PLACE) == text


def test_two_encryptions_of_a_value_share_only_the_fingerprint() -> None:
    first, second = (seal(PHONE, PLACE, searchable=True) for _ in range(2))
    assert first != second
    assert first[:25] == second[:25]
    assert heads(PHONE, PLACE) == [first[:25]]
    hidden, again = (seal(PHONE, PLACE, searchable=False) for _ in range(2))
    assert hidden[:25] != again[:25]


def test_nothing_stays_nothing() -> None:
    assert seal("", PLACE, searchable=True) == ""
    assert unseal("", PLACE) == ""


def test_a_value_moved_to_another_column_cannot_be_read_there() -> None:
    moved = unseal(seal(PHONE, PLACE, searchable=True), "petitions_petition.petitioner_address")
    assert isinstance(moved, Unreadable)
    assert "已损坏或被移动" in moved


def test_equal_values_of_two_columns_do_not_show_as_equal() -> None:
    assert heads(PHONE, PLACE) != heads(PHONE, "schools_school.phone")


@pytest.mark.parametrize("where", [30, -1, -20])
def test_a_changed_ciphertext_is_refused(where: int) -> None:
    sealed = seal(PHONE, PLACE, searchable=True)
    other = "A" if sealed[where] != "A" else "B"
    broken = sealed[:where] + other + sealed[where:][1:]
    assert isinstance(unseal(broken, PLACE), Unreadable)


@pytest.mark.parametrize(
    "odd", ["e1....", "e1.a.b.c", "e1..zzzzzzzz.####", "e1...=", "e1.\0.\0.\0"]
)
def test_odd_ciphertext_is_no_crash(odd: str) -> None:
    assert unseal(odd, PLACE) in (odd, unseal(odd, PLACE))


def test_a_missing_key_is_named_and_the_ciphertext_kept() -> None:
    with override_settings(DATA_KEYS=[OLD]):
        sealed = seal(PHONE, PLACE, searchable=True)
    with override_settings(DATA_KEYS=[NEW]):
        closed = unseal(sealed, PLACE)
        assert isinstance(closed, Unreadable)
        assert sealed.split(".")[2] in closed
        assert closed.token == sealed
    with override_settings(DATA_KEYS=[NEW, OLD]):
        assert unseal(sealed, PLACE) == PHONE
        assert sealed[:25] in heads(PHONE, PLACE)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("139-0513 0068", PHONE),
        ("１３９０５１３００６８", PHONE),
        ("11010119900307293x", "11010119900307293X"),
    ],
)
def test_values_are_compared_without_spaces_and_width(typed: str, same: str) -> None:
    assert normalize(typed) == normalize(same)


def test_fifty_values_of_a_list_are_read_in_a_few_milliseconds() -> None:
    sealed = [seal(f"139{n:08d}", PLACE, searchable=True) for n in range(50)]
    unseal(sealed[0], PLACE)
    start = time.perf_counter()
    for value in sealed:
        unseal(value, PLACE)
    assert time.perf_counter() - start < 0.01


# --- Fields ------------------------------------------------------------------------------------


@pytest.fixture
def petition(db: None) -> Petition:
    return PetitionFactory.create(phone=PHONE, petitioner_address="海安市城东镇新村3组")


def test_python_sees_text_and_the_database_does_not(petition: Petition) -> None:
    assert Petition.objects.get(pk=petition.pk).phone == PHONE
    assert is_sealed(stored(petition, "phone"))
    assert Petition.objects.filter(pk=petition.pk).values_list("phone", flat=True)[0] == PHONE


def test_rows_are_found_by_their_exact_value_however_it_is_written(petition: Petition) -> None:
    for value in (PHONE, "139 0513 0068"):
        assert Petition.objects.get(phone=value) == petition
    assert Petition.objects.get(phone__in=["13800000000", PHONE]) == petition
    assert not Petition.objects.filter(phone="13905130069").exists()
    assert petition not in Petition.objects.exclude(phone=PHONE)
    assert petition in Petition.objects.exclude(phone="")
    assert Petition.pgh_event_model.objects.filter(phone=PHONE).count() == 1


def test_every_way_of_writing_keeps_the_fingerprint(petition: Petition) -> None:
    Petition.objects.filter(pk=petition.pk).update(phone="13905130011")
    assert Petition.objects.filter(phone="13905130011").exists()
    petition.phone = "13905130022"
    Petition.objects.bulk_update([petition], ["phone"])
    assert Petition.objects.get(phone="13905130022").phone == "13905130022"
    petition.phone = "13905130033"
    petition.save(update_fields=["phone"])
    assert not Petition.objects.filter(phone="13905130022").exists()
    assert Petition.objects.get(phone="13905130033") == petition


def test_the_search_uses_its_index(petition: Petition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "petition_phone" in Petition.objects.filter(phone=PHONE).explain()


@pytest.mark.parametrize(
    "asked",
    [
        {"phone__contains": "139"},
        {"phone__startswith": "139"},
        {"phone__gt": "1"},
        {"phone__lower": "x"},
        {"petitioner_address": "海安市"},
        {"phone__in": []},
        {"phone": 13905130068},
        {"phone": models.F("petitioner")},
    ],
)
def test_other_questions_are_refused_in_words(asked: dict[str, Any], db: None) -> None:
    with pytest.raises(FieldError, match="is encrypted"):
        list(Petition.objects.filter(**asked))


def test_length_and_form_are_those_of_the_text(petition: Petition) -> None:
    field = Petition._meta.get_field("phone")
    assert field.formfield().max_length == 20
    with pytest.raises(ValidationError):
        field.clean("1" * 21, petition)
    petition.petitioner_address = "海" * 120
    petition.full_clean()


def test_the_field_survives_a_migration() -> None:
    for name in ("phone", "petitioner_address"):
        field = Petition._meta.get_field(name)
        _, path, args, kwargs = field.deconstruct()
        again = EncryptedCharField(*args, **kwargs)
        assert path == "kernel.privacy.fields.EncryptedCharField"
        assert (again.searchable, again.max_length) == (field.searchable, field.max_length)


def test_an_encrypted_field_can_be_neither_unique_nor_indexed() -> None:
    field = EncryptedCharField(max_length=9, unique=True)
    field.set_attributes_from_name("code")
    field.model = Petition
    assert [e.id for e in field.check() if isinstance(e, checks.Error)] == ["privacy.E001"]


# --- A key that is missing ---------------------------------------------------------------------


def test_a_missing_key_is_told_on_the_pages_and_destroys_nothing(
    petition: Petition, make_account: Any, login: Any
) -> None:
    before = stored(petition, "phone")
    client = login(make_account(petition.unit, "clerk"))
    with override_settings(DATA_KEYS=[NEW]):
        page = f"/petitions/petition/{petition.pk}/"
        for url in (page, f"{page}history/", f"{page}edit/"):
            assert "无法解密：缺少编号为" in client.get(url).content.decode(), url
        assert client.get("/petitions/petition/").status_code == 200
        closed = Petition.objects.get(pk=petition.pk)
        closed.subject = "另一个标题"
        closed.save()
    assert stored(petition, "phone") == before
    assert Petition.objects.get(pk=petition.pk).phone == PHONE


def test_a_list_with_an_encrypted_column_says_so_too(
    db: None, make_account: Any, login: Any, unit: Any
) -> None:
    assert InspectionSubject.objects.exclude(phone="").exists()
    with override_settings(DATA_KEYS=[NEW]):
        text = login(make_account(unit, "clerk")).get("/enforcement/inspectionsubject/")
    assert "无法解密" in text.content.decode()


# --- Objects -----------------------------------------------------------------------------------


def test_a_draft_may_hold_anything_and_shows_nothing(db: None) -> None:
    user = StaffAccount.objects.earliest("pk")
    data = {"phone": PHONE, "rows": [{"n": 1}], "empty": "", "名": "顾晓晴"}
    draft = Draft.objects.create(user=user, register_key="petitions.petition", data=data)
    assert Draft.objects.get(pk=draft.pk).data == data
    assert PHONE not in stored(draft, "data")
    assert "顾晓晴" not in stored(draft, "data")


def test_a_draft_without_its_key_opens_empty_and_is_not_lost(db: None) -> None:
    user = StaffAccount.objects.earliest("pk")
    draft = Draft.objects.create(user=user, register_key="x.y", data={"phone": PHONE})
    before = stored(draft, "data")
    with override_settings(DATA_KEYS=[NEW]):
        closed = Draft.objects.get(pk=draft.pk)
        assert isinstance(closed.data, UnreadableJSON)
        assert not closed.data
        closed.save()
    assert stored(draft, "data") == before
    assert isinstance(Draft._meta.get_field("data"), EncryptedJSONField)
