"""New keys for old data: nothing is lost on the way, and the old key is needed no more."""

from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from kernel.privacy import rotation
from kernel.privacy.cipher import Unreadable
from kernel.privacy.keys import keyring
from kernel.privacy.rotation import Column, encrypted_columns, reseal, survey
from petitions.models import Petition
from tests.petitions.factories import PetitionFactory

PHONE = "13905130068"
OLD, NEW = "o" * 20 + "1ab2cd3ef4" * 4, "n" * 20 + "5gh6ij7kl8" * 4
EVENTS: Any = Petition.pgh_event_model


DEMO = list(settings.DATA_KEYS)
"""The key that the demo set is under."""


@pytest.fixture
def under_the_old_key(db: None) -> Petition:
    """A petition that was changed once, entered and changed while the old key was the first."""
    with override_settings(DATA_KEYS=[OLD, *DEMO]):
        petition = PetitionFactory.create(phone=PHONE, petitioner_address="海安市城东镇新村")
        petition.phone = "13905130069"
        petition.save()
    return petition


def rotate(**options: Any) -> str:
    told = StringIO()
    call_command("rotate_data_keys", stdout=told, **options)
    return told.getvalue()


def test_after_rotation_the_new_key_alone_opens_everything(under_the_old_key: Petition) -> None:
    pk = under_the_old_key.pk
    versions = EVENTS.objects.filter(pgh_obj_id=pk).count()
    with override_settings(DATA_KEYS=[NEW, OLD, *DEMO]):
        assert "其余密钥可以从 DATA_KEYS 中删除" in rotate()
    with override_settings(DATA_KEYS=[NEW]):
        assert Petition.objects.get(phone="13905130069").pk == pk
        assert Petition.objects.get(pk=pk).petitioner_address == "海安市城东镇新村"
        kept = EVENTS.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
        assert [event.phone for event in kept] == [PHONE, "13905130069"]
        assert EVENTS.objects.filter(phone=PHONE).count() == 1
        for place in encrypted_columns():
            assert set(survey(place)) <= {keyring().current.id}, place
        readable = Petition.objects.exclude(phone="").values_list("phone", flat=True)
        assert not [phone for phone in readable if isinstance(phone, Unreadable)]
    # A change of key is no change of the record: no version was added.
    assert versions == kept.count()


def test_dropping_the_old_key_too_early_is_told_and_changes_nothing(
    under_the_old_key: Petition,
) -> None:
    too_early = override_settings(DATA_KEYS=[NEW, *DEMO])
    with too_early, pytest.raises(CommandError, match="请把原来的密钥补进 DATA_KEYS"):
        rotate()
    with override_settings(DATA_KEYS=[OLD]):
        assert Petition.objects.get(phone="13905130069") == under_the_old_key


def test_an_interrupted_rotation_goes_on_where_it_stopped(
    under_the_old_key: Petition, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 100)
    place = next(p for p in encrypted_columns() if str(p) == "petitions_petition.phone")

    class Stopped(Exception):
        pass

    def stop(outcome: Any) -> None:
        if outcome.rows >= 300:
            raise Stopped

    with override_settings(DATA_KEYS=[NEW, OLD, *DEMO]):
        with pytest.raises(Stopped):
            reseal(place, stop)
        done = survey(place)[keyring().current.id]
        assert done == 300
        outcome = reseal(place)
        assert outcome.sealed == outcome.rows - done
        assert set(survey(place)) == {keyring().current.id}


def test_the_survey_counts_by_key(under_the_old_key: Petition) -> None:
    with override_settings(DATA_KEYS=[NEW, OLD, *DEMO]):
        text = rotate(check=True)
        first, second, demo = (key.id for key in keyring().keys)
    assert f"现有密钥：{first}、{second}、{demo}" in text
    (line,) = [line for line in text.splitlines() if line.startswith("petitions_petition.phone：")]
    assert f"{second} 1 行" in line
    assert demo in line
    assert first not in line
    assert EVENTS._meta.db_table in text


def make_plain(table: str, key: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE {table} SET phone = %s WHERE {key} = %s", [PHONE, pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_plain_columns_of_before_are_encrypted_once_with_their_history(db: None) -> None:
    petition = PetitionFactory.create(phone="13800000000")
    event = EVENTS.objects.get(pgh_obj_id=petition.pk)
    make_plain("petitions_petition", "id", petition.pk)
    make_plain(EVENTS._meta.db_table, "pgh_id", event.pk)
    # Until then what is stored can be read.
    assert Petition.objects.get(pk=petition.pk).phone == PHONE

    context = "petitions_petition.phone"
    current = Column("petitions_petition", "phone", "id", context, searchable=True)
    history = Column(EVENTS._meta.db_table, "phone", "pgh_id", context, searchable=True)
    assert reseal(current).sealed == 1
    assert reseal(history).sealed == 1
    assert reseal(history).sealed == 0
    assert Petition.objects.get(phone=PHONE) == petition
    assert EVENTS.objects.get(pgh_obj_id=petition.pk).phone == PHONE
    assert EVENTS.objects.filter(phone=PHONE).count() == 1


def test_rows_of_history_are_still_protected_afterwards(under_the_old_key: Petition) -> None:
    place = next(p for p in encrypted_columns() if str(p) == f"{EVENTS._meta.db_table}.phone")
    with override_settings(DATA_KEYS=[NEW, OLD, *DEMO]):
        assert reseal(place).sealed > 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        EVENTS.objects.filter(pgh_obj_id=under_the_old_key.pk).update(phone="13800000000")
