"""Who is told of an import: once, when it is whole; and what becomes of it when it is undone."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.collaboration.comments import set_following
from kernel.collaboration.handover import hand_over
from kernel.collaboration.inbox import mark_read, unread_count
from kernel.collaboration.models import Follow, Kind, Notification
from kernel.exchange.importing import apply_batch
from kernel.exchange.models import ImportBatch
from kernel.jobs.runner import Cancelled
from kernel.records.services import advance
from kernel.records.status import Status
from kernel.registers.register import registry
from organization.models import StaffAccount, Unit
from schools.models import Drill, EducationGroup, EducationGroupMember, School
from tests.contract.pages import html
from tests.kernel.exchange.sheets import confirm, newest, upload, xlsx

HEADS = ["所属单位", "演练名称", "层级", "学校", "演练类型", "演练日期", "参演人数"]
HEADS += ["用时（分钟）", "评估结论"]
DRILLS = registry.get("schools.drill")
WAITING = "/schools/drill/?status=submitted"


class Office:
    """A clerk who imports drills of one unit."""

    def __init__(self, client: Client, unit: Unit):
        self.client, self.unit = client, unit
        self.school = School.objects.filter(status="approved").order_by("pk")[:1].get().unit.name

    def sheet(self, numbers: Iterable[int], participants: str = "120") -> ImportBatch:
        cells = ["校级", self.school, "火灾", "2023-05-06", participants, "15", "达到预期"]
        rows = [[self.unit.name, f"导入演练{number}", *cells] for number in numbers]
        upload(self.client, DRILLS, xlsx(HEADS, rows))
        return newest()

    def load(
        self, numbers: Iterable[int], participants: str = "120", **choices: str
    ) -> ImportBatch:
        batch = self.sheet(numbers, participants)
        html(confirm(self.client, batch, **choices))
        batch.refresh_from_db()
        assert batch.state == "applied", batch.findings
        return batch

    def undo(self, batch: ImportBatch) -> None:
        page = html(self.client.post(f"/imports/{batch.pk}/undo/", follow=True))
        assert "已撤回" in page


@pytest.fixture
def office(clerk: StaffAccount, login: Any, unit: Unit) -> Office:
    return Office(login(clerk), unit)


def lines(person: Any, kind: str = "") -> list[Notification]:
    found = Notification.objects.filter(recipient=person).exclude(kind=Kind.JOB).order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def drills(numbers: Iterable[int]) -> list[Drill]:
    return list(Drill.objects.filter(name__in=[f"导入演练{n}" for n in numbers]).order_by("pk"))


def follow(person: StaffAccount, numbers: Iterable[int]) -> None:
    for record in drills(numbers):
        set_following(record, person, active=True)


def forget_all() -> None:
    Notification.objects.all().delete()


# --- Whom it concerns ----------------------------------------------------------------------------


def test_every_reviewer_gets_one_line_for_the_whole_import(
    office: Office,
    unit: Unit,
    other_unit: Unit,
    clerk: StaffAccount,
    chief: StaffAccount,
    make_account: Any,
    reviewer: StaffAccount,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("kernel.exchange.checking.CHUNK", 100)
    above, foreign = make_account(unit.parent, "chief"), make_account(other_unit, "chief")
    office.load(range(300))
    for person in (chief, above):
        (line,) = lines(person)
        assert (line.kind, line.url, line.count) == (Kind.REVIEW, WAITING, 1)
        assert line.text == f"{DRILLS.title} 300 条：待我审核"
    assert [lines(person) for person in (clerk, foreign, reviewer)] == [[], [], []]


def test_a_few_rows_are_named_one_by_one(office: Office, chief: StaffAccount) -> None:
    office.load(range(3))
    assert [line.url for line in lines(chief)] == [
        f"/schools/drill/{record.pk}/" for record in drills(range(3))
    ]


def test_an_import_that_writes_nothing_tells_nobody(office: Office, chief: StaffAccount) -> None:
    office.load(range(8))
    forget_all()
    confirm(office.client, office.sheet(range(8)))  # all the same
    confirm(office.client, office.sheet(range(9), participants="很多"))  # all bad
    assert not lines(chief)


def test_followers_of_changed_rows_get_few_lines_or_one(
    office: Office, unit: Unit, chief: StaffAccount, make_account: Any
) -> None:
    office.load(range(30))
    many, few, none = (make_account(unit, "clerk") for _ in range(3))
    follow(many, range(8))
    follow(few, range(2))
    follow(none, range(25, 30))
    forget_all()
    office.load(range(20), "121")
    (line,) = lines(many)
    assert (line.kind, line.text) == (Kind.CHANGED, f"{DRILLS.title} 8 条：有修改")
    assert [row.object_id for row in lines(few, Kind.CHANGED)] == [r.pk for r in drills(range(2))]
    assert not lines(none)
    assert not lines(chief), "they waited for review before"


def test_records_sent_back_to_review_are_asked_for_together_with_new_ones(
    office: Office, chief: StaffAccount, make_account: Any, unit: Unit
) -> None:
    second = make_account(unit, "chief")
    office.load(range(4))
    for record in drills(range(4)):
        advance(record, "approve", by=chief)
    forget_all()
    office.load(range(10), "121", reason="更正人数")
    for person in (chief, second):
        (line,) = lines(person, Kind.REVIEW)
        assert "10 条" in line.text


def test_whoever_changes_many_records_of_others_does_not_follow_each(
    office: Office, unit: Unit, make_account: Any, login: Any
) -> None:
    office.load(range(30))
    other = make_account(unit, "clerk")
    stranger = Office(login(other), unit)
    stranger.load(range(30), "121")
    assert not Follow.objects.filter(user=other).exists()
    stranger.load(range(3), "122")
    assert Follow.objects.filter(user=other).count() == 3


def test_rows_of_a_record_are_told_to_who_follows_it(
    clerk: StaffAccount, make_account: Any, unit: Unit, login: Any
) -> None:
    group = EducationGroup.objects.filter(status=Status.APPROVED).first()
    EducationGroup.objects.filter(pk=group.pk).update(unit=unit, handler=None, created_by=None)
    taken = EducationGroupMember.objects.values("school_id")
    free = School.objects.filter(status=Status.APPROVED).exclude(pk__in=taken)[:2]
    person = make_account(unit, "clerk")
    set_following(group, person, active=True)
    rows = [[group.name, school.unit.name, "2023-09-01"] for school in free]
    client = login(clerk)
    heads = ["教育集团", "成员校", "加入日期"]
    upload(client, registry.get("schools.educationgroupmember"), xlsx(heads, rows))
    confirm(client, newest(), reason="补登成员校")
    (line,) = lines(person)
    assert (line.kind, line.object_id, line.count) == (Kind.CHANGED, group.pk, 1)


# --- Once, whole, and with few queries -----------------------------------------------------------


def test_a_message_delivered_again_tells_nobody_twice(office: Office, chief: StaffAccount) -> None:
    batch = office.load(range(8))
    apply_batch(batch.pk)
    (line,) = lines(chief)
    assert line.count == 1


def test_an_import_that_breaks_off_tells_nobody(office: Office, chief: StaffAccount) -> None:
    def cancel(label: str, done: int, total: int) -> None:
        raise Cancelled

    batch = office.sheet(range(8))
    with pytest.raises(Cancelled):
        apply_batch(batch.pk, cancel)
    assert not lines(chief)
    apply_batch(batch.pk)
    assert len(lines(chief)) == 1


def test_telling_of_many_rows_takes_no_more_queries_than_of_a_few(
    office: Office, unit: Unit, chief: StaffAccount, make_account: Any
) -> None:
    office.load(range(300))
    people = [make_account(unit, "clerk") for _ in range(3)]
    counts = []
    for size, participants in ((10, "121"), (300, "122")):
        for person in people:
            follow(person, range(size))
        forget_all()
        batch = office.sheet(range(size), participants)
        with CaptureQueriesContext(connection) as captured:
            apply_batch(batch.pk)
        counts.append(len(captured))
        assert [len(lines(person)) for person in people] == [1, 1, 1]
    assert counts[1] <= counts[0], counts


# --- Taken back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [3, 30])
def test_what_an_undone_import_announced_no_longer_waits(
    office: Office, chief: StaffAccount, login: Any, make_account: Any, unit: Unit, size: int
) -> None:
    batch = office.load(range(size))
    reader = make_account(unit, "chief")
    follow(reader, range(2))
    assert unread_count(chief)
    office.undo(batch)
    assert not Notification.objects.unread().exclude(kind=Kind.JOB).exists()
    client = login(chief)
    for line in lines(chief):
        html(client.get(f"/notifications/{line.pk}/", follow=True))
    assert not Follow.objects.filter(user=reader).exists()


def test_lines_read_before_lead_to_a_page_that_is_still_there(
    office: Office, chief: StaffAccount, login: Any
) -> None:
    batch = office.load(range(2))
    mark_read(Notification.objects.filter(recipient=chief))
    office.undo(batch)
    line = lines(chief)[0]
    html(login(chief).get(f"/notifications/{line.pk}/", follow=True))
    assert line.url == "/schools/drill/"


@pytest.mark.parametrize("size", [2, 12])
def test_followers_hear_that_changes_were_taken_back(
    office: Office, chief: StaffAccount, make_account: Any, unit: Unit, size: int
) -> None:
    second, person = make_account(unit, "chief"), make_account(unit, "clerk")
    office.load(range(size))
    follow(person, range(size))
    for record in drills(range(size)):
        advance(record, "approve", by=chief)
    forget_all()
    batch = office.load(range(size), "121", reason="更正人数")
    assert lines(second, Kind.REVIEW)
    mark_read(Notification.objects.filter(recipient=person))
    office.undo(batch)
    assert {record.status for record in drills(range(size))} == {Status.APPROVED}
    waiting = Notification.objects.unread()
    assert not waiting.filter(kind=Kind.REVIEW).exists(), "nothing waits for review any more"
    told = waiting.filter(recipient=person, kind=Kind.CHANGED)
    assert told.count() == (2 if size == 2 else 1)


def test_other_lines_stay_when_an_import_is_taken_back(office: Office, chief: StaffAccount) -> None:
    office.load(range(2))
    office.load(range(10, 30))
    office.undo(office.load(range(40, 60)))
    unread = Notification.objects.unread().filter(recipient=chief).order_by("pk")
    assert [bool(line.url == WAITING) for line in unread] == [False, False, True]


# --- Handover ------------------------------------------------------------------------------------


def test_a_summary_of_reviews_goes_to_the_heir(
    office: Office, chief: StaffAccount, make_account: Any, unit: Unit, reviewer: StaffAccount
) -> None:
    office.load(range(30))
    heir = make_account(unit, "chief")
    above = make_account(unit.parent, "chief")
    hand_over(chief, heir, by=above, reason="调任", key="6f0c1d4e-3b1d-4f0e-9d7c-0a1b2c3d4e5f")
    assert [line.url for line in lines(heir, Kind.REVIEW)] == [WAITING]
    assert not lines(chief, Kind.REVIEW)
