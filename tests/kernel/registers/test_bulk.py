"""One step or change for many records: the same rules as for one, and nobody else's records."""

from typing import Any

import pghistory
import pytest
from django.test import Client

from governance.models import Meeting
from kernel.jobs.models import Job
from kernel.jobs.runner import Progress
from kernel.records.services import save_record
from kernel.records.status import Status
from kernel.registers.bulk import advance_many, change_many, changeable_fields
from kernel.registers.bulk_job import bulk_job
from kernel.registers.history import versions
from kernel.registers.register import registry
from kernel.registers.views import bulk as bulk_view
from organization.models import StaffAccount, Unit
from tests.kernel import samples

MEETINGS = registry.get("governance.meeting")
PETITIONS = registry.get("petitions.petition")
URL = MEETINGS.url("bulk")


@pytest.fixture
def waiting(unit: Unit, clerk: StaffAccount) -> list[Meeting]:
    return [samples.meeting(unit, by=clerk, status=Status.SUBMITTED) for _ in range(3)]


@pytest.fixture
def client(chief: StaffAccount, login: Any) -> Client:
    return login(chief)


def states(records: list[Meeting]) -> list[str]:
    return [Meeting.objects.get(pk=record.pk).status for record in records]


def keys(records: list[Meeting]) -> list[int]:
    return [record.pk for record in records]


def test_all_are_approved_and_what_refuses_is_named(
    waiting: list[Meeting], chief: StaffAccount, unit: Unit
) -> None:
    own = samples.meeting(unit, by=chief, status=Status.SUBMITTED)
    outcome = advance_many([*waiting, own], "approve", by=chief)
    assert (outcome.done, outcome.refused_count) == (3, 1)
    assert outcome.refused[0]["pk"] == own.pk
    assert "录入人" in outcome.refused[0]["reason"]
    assert states([*waiting, own]) == [Status.APPROVED] * 3 + [Status.SUBMITTED]


def test_a_change_goes_through_the_records_own_rules(
    waiting: list[Meeting], chief: StaffAccount
) -> None:
    Meeting.objects.filter(pk=waiting[0].pk).update(status=Status.APPROVED)
    rows = Meeting.objects.filter(pk__in=keys(waiting)).order_by("pk")
    outcome = change_many(rows, MEETINGS, {"chair": "顾思源"}, by=chief)
    assert (outcome.done, outcome.refused_count) == (2, 1)  # an approved one needs a reason
    assert "原因" in outcome.refused[0]["reason"]
    outcome = change_many(rows.all(), MEETINGS, {"chair": "顾思源"}, by=chief, reason="换届")
    assert (outcome.done, outcome.same) == (1, 2)
    assert states(waiting) == [Status.SUBMITTED] * 3
    assert {row.version for row in Meeting.objects.filter(pk__in=keys(waiting))} == {2}


def test_a_selection_is_decided_on_the_page(client: Client, waiting: list[Meeting]) -> None:
    chosen = keys(waiting[:2])
    page = client.post(URL, {"pk": chosen, "scope": "selection"}).content.decode()
    assert "审核通过（2 条可办）" in page
    client.post(URL, {"pk": chosen, "scope": "selection", "step": "approve"})
    assert states(waiting) == [Status.APPROVED, Status.APPROVED, Status.SUBMITTED]


def test_a_return_needs_its_reason(client: Client, waiting: list[Meeting]) -> None:
    data = {"pk": keys(waiting), "scope": "selection", "step": "return"}
    response = client.post(URL, data)
    assert response.status_code == 422
    assert "须填写理由" in response.content.decode()
    client.post(URL, data | {"reason": "人数不符"})
    assert states(waiting) == [Status.RETURNED] * 3


def test_the_whole_filter_is_decided_but_nobody_elses(
    client: Client, waiting: list[Meeting], unit: Unit, other_unit: Unit
) -> None:
    foreign = samples.meeting(other_unit, status=Status.SUBMITTED)
    other = samples.meeting(unit, status=Status.SUBMITTED, kind="other")
    data = {"scope": "filter", "query": "kind=office", "step": "approve", "pk": [foreign.pk]}
    client.post(URL, data)
    assert states([*waiting, other, foreign]) == [Status.APPROVED] * 3 + [Status.SUBMITTED] * 2


def test_foreign_records_in_a_forged_selection_are_left_out(
    client: Client, other_unit: Unit
) -> None:
    foreign = samples.meeting(other_unit, status=Status.SUBMITTED)
    assert client.post(URL, {"pk": foreign.pk, "step": "approve"}).status_code == 422
    assert states([foreign]) == [Status.SUBMITTED]


def test_fields_are_changed_on_the_page(client: Client, waiting: list[Meeting]) -> None:
    data = {"pk": keys(waiting), "scope": "selection", "field": ["chair"]}
    assert 'name="chair"' in client.post(URL, data).content.decode()
    assert client.post(URL, data | {"change": "1", "chair": ""}).status_code == 422
    client.post(URL, data | {"change": "1", "chair": "顾思源"})
    rows = Meeting.objects.filter(pk__in=keys(waiting))
    assert set(rows.values_list("chair", flat=True)) == {"顾思源"}


def test_numbers_and_personal_data_are_not_for_many() -> None:
    names = changeable_fields(PETITIONS)
    assert "handling_unit" in names
    assert not {"number", "phone", "petitioner"} & set(names)


def test_more_than_a_click_can_wait_for_becomes_a_job(
    client: Client, waiting: list[Meeting], monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_view, "AT_ONCE", 2)
    data = {"pk": keys(waiting), "scope": "selection", "step": "approve"}
    response = client.post(URL, data)
    job = Job.objects.latest("pk")
    assert response["Location"] == f"/jobs/{job.pk}/"
    assert states(waiting) == [Status.SUBMITTED] * 3
    assert bulk_job(Progress(job), **job.params)["done"] == 3
    assert "已办理 3 条" in job.step
    assert states(waiting) == [Status.APPROVED] * 3


def test_a_second_run_of_a_job_counts_what_the_first_one_finished(
    client: Client, waiting: list[Meeting], monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_view, "AT_ONCE", 2)
    approved_before = waiting[2]
    client.post(URL, {"pk": keys(waiting), "scope": "selection", "step": "approve"})
    job = Job.objects.latest("pk")
    bulk_job(Progress(job), **job.params | {"keys": keys(waiting[:2])})  # then the worker died
    with pghistory.context(reason="not by the job"):
        Meeting.objects.filter(pk=approved_before.pk).update(status=Status.APPROVED)
    outcome = bulk_job(Progress(job), **job.params)
    assert outcome["done"] == 2
    assert [line["pk"] for line in outcome["refused"]] == [approved_before.pk]
    rows = Meeting.objects.filter(pk__in=keys(waiting[:2]))
    assert set(rows.values_list("version", flat=True)) == {waiting[0].version + 1}, (
        "each step was taken once"
    )


def change_as_job(client: Client, records: list[Meeting], monkeypatch: Any) -> Job:
    monkeypatch.setattr(bulk_view, "AT_ONCE", 2)
    data = {"pk": keys(records), "scope": "selection", "field": ["chair"], "change": "1"}
    client.post(URL, data | {"chair": "顾思源"})
    return Job.objects.latest("pk")


def test_a_second_run_of_a_change_tells_the_finished_from_the_unchanged(
    client: Client, waiting: list[Meeting], chief: StaffAccount, monkeypatch: Any
) -> None:
    Meeting.objects.filter(pk=waiting[2].pk).update(chair="顾思源")  # the same all along
    job = change_as_job(client, waiting, monkeypatch)
    bulk_job(Progress(job), **job.params | {"keys": keys(waiting[:1])})  # then the worker died
    record = Meeting.objects.get(pk=waiting[0].pk)
    record.chair = "陆一鸣"  # somebody goes on with a record that was finished
    save_record(record, by=chief)
    outcome = bulk_job(Progress(job), **job.params)
    assert (outcome["done"], outcome["same"]) == (2, 1)
    assert Meeting.objects.get(pk=record.pk).chair == "陆一鸣", "each change is made once"


def test_the_history_names_the_job_and_who_asked_for_it(
    client: Client, waiting: list[Meeting], chief: StaffAccount, monkeypatch: Any
) -> None:
    job = change_as_job(client, waiting, monkeypatch)
    bulk_job(Progress(job), **job.params)
    (newest, *_) = versions(Meeting.objects.get(pk=waiting[0].pk))
    assert (newest["actor"], newest["place"]) == (str(chief), f"后台任务 {job.pk}")


def test_a_job_has_no_more_rights_than_who_asked(
    client: Client, waiting: list[Meeting], chief: StaffAccount, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bulk_view, "AT_ONCE", 2)
    client.post(URL, {"pk": keys(waiting), "scope": "selection", "step": "approve"})
    chief.groups.clear()
    job = Job.objects.latest("pk")
    assert bulk_job(Progress(job), **job.params)["done"] == 0
    assert states(waiting) == [Status.SUBMITTED] * 3


def test_clerks_submit_but_do_not_approve(
    clerk: StaffAccount, login: Any, waiting: list[Meeting]
) -> None:
    client = login(clerk)
    page = client.post(URL, {"pk": keys(waiting), "scope": "selection"}).content.decode()
    assert "审核通过" not in page
    assert client.post(URL, {"pk": keys(waiting), "step": "approve"}).status_code == 403
