"""The record of looks: complete, unchangeable, and readable for those who audit."""

import datetime as dt
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from kernel.privacy.access import record_access
from kernel.privacy.models import AccessRecord
from organization.models import StaffAccount, Unit
from tests.petitions.factories import PetitionFactory

LOG = "/privacy/access/"


@pytest.fixture
def look(clerk: StaffAccount) -> AccessRecord:
    petition = PetitionFactory.create(number="GK-7")
    return record_access(
        clerk,
        "reveal",
        "petitions.petition",
        ["phone", "petitioner"],
        reason=" 回访 ",
        count=1,
        object_id=petition.pk,
    )


def test_a_look_says_who_what_and_why(look: AccessRecord, clerk: StaffAccount) -> None:
    kept = AccessRecord.objects.get()
    assert (kept.user, kept.reason, kept.fields) == (clerk, "回访", ["petitioner", "phone"])
    assert timezone.now() - kept.at < dt.timedelta(minutes=1)


def test_an_unknown_kind_or_an_endless_reason_is_no_way_around(clerk: StaffAccount) -> None:
    with pytest.raises(ValueError, match="peek"):
        record_access(clerk, "peek", "petitions.petition", [], reason="", count=1)
    kept = record_access(clerk, "export", "petitions.petition", [], reason="长" * 999, count=9)
    assert len(kept.reason) == 300


def test_the_database_lets_nobody_change_or_delete_a_look(look: AccessRecord) -> None:
    for attempt in (
        lambda: AccessRecord.objects.update(reason="别的"),
        lambda: AccessRecord.objects.all().delete(),
        look.save,
    ):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
            attempt()
    assert AccessRecord.objects.get().reason == "回访"


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_auditors_read_the_log(
    role: str, look: AccessRecord, make_account: Any, login: Any
) -> None:
    client = login(make_account(look.user.unit, role))
    text = client.get(LOG).content.decode()
    for words in ("个人信息查看记录", str(look.user), "诉求人、联系电话", "回访", "GK-7", "查看"):
        assert words in text, words
    assert f'href="/petitions/petition/{look.object_id}/"' in text
    assert f'href="{LOG}"' in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["clerk", "chief", "legal_reviewer", "leader"])
def test_others_do_not(role: str, unit: Unit, make_account: Any, login: Any) -> None:
    client = login(make_account(unit, role))
    assert client.get(LOG).status_code == 403
    assert f'href="{LOG}"' not in client.get("/").content.decode()


def test_strangers_are_sent_to_the_login(client: Any, db: None) -> None:
    assert client.get(LOG)["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"register": "petitions.petition"}, True),
        ({"register": "enforcement.inspectionsubject"}, False),
        ({"kind": "reveal"}, True),
        ({"kind": "export"}, False),
        ({"since": "2000-01-01", "until": "2001-01-01"}, False),
        ({"since": "2000-01-01"}, True),
        ({"register": "no.such", "since": "x"}, True),
    ],
)
def test_the_log_is_filtered(
    asked: dict[str, str], found: bool, look: AccessRecord, make_account: Any, login: Any
) -> None:
    text = login(make_account(look.user.unit, "auditor")).get(LOG, asked).content.decode()
    assert ("回访" in text) is found


def test_the_log_is_filtered_by_person(look: AccessRecord, make_account: Any, login: Any) -> None:
    other = make_account(look.user.unit, "clerk")
    record_access(other, "export", "petitions.petition", ["phone"], reason="上报", count=12)
    client = login(make_account(look.user.unit, "auditor"))
    text = client.get(LOG, {"user": other.pk}).content.decode()
    assert "上报" in text
    assert "12 条" in text
    assert "回访" not in text


def test_the_log_takes_the_same_few_queries_for_many_looks(
    look: AccessRecord, make_account: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        pk = PetitionFactory.create().pk
        record_access(
            look.user, "reveal", "petitions.petition", ["phone"], reason="x", count=1, object_id=pk
        )
    client = login(make_account(look.user.unit, "auditor"))
    client.get(LOG)
    with django_assert_max_num_queries(10):
        client.get(LOG)
