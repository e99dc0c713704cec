"""Who sees, stops and repeats which jobs."""

from typing import Any

import pytest

from kernel.jobs.models import TONES, Job, JobStatus
from organization.models import Role, Unit

WATCHERS = {Role.LEGAL_REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR}
CONTROLLERS = {Role.LEGAL_REVIEWER, Role.ADMINISTRATOR}


def job_of(owner: Any, **fields: Any) -> Job:
    values = {"kind": "kernel-pages", "title": "编制<b>报告", "subject": "1", "queue": "default"}
    return Job.objects.create(requested_by=owner, **(values | fields))


@pytest.mark.parametrize("role", Role.values)
def test_own_jobs_are_seen_and_others_by_permission(
    role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    person, other = make_account(unit, role), make_account(unit, "clerk")
    own, foreign = job_of(person), job_of(other, subject="2", title="别人的任务")
    client = login(person)
    listed = client.get("/jobs/").content.decode()
    assert f"/jobs/{own.pk}/" in listed
    assert (f"/jobs/{foreign.pk}/" in listed) == (role in WATCHERS)
    assert client.get(f"/jobs/{own.pk}/").status_code == 200
    assert client.get(f"/jobs/{foreign.pk}/").status_code == (200 if role in WATCHERS else 404)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("act", ["cancel", "retry"])
def test_others_jobs_are_stopped_and_repeated_only_by_permission(
    act: str, role: str, unit: Unit, make_account: Any, login: Any
) -> None:
    before = JobStatus.QUEUED if act == "cancel" else JobStatus.FAILED
    job = job_of(make_account(unit, "clerk"), status=before)
    client = login(make_account(unit, role))
    status = client.post(f"/jobs/{job.pk}/{act}/").status_code
    wanted = 302 if role in CONTROLLERS else 403 if role in WATCHERS else 404
    assert status == wanted
    job.refresh_from_db()
    assert (job.status != before) == (role in CONTROLLERS)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    if role in WATCHERS - CONTROLLERS:
        assert f"/jobs/{job.pk}/{act}/" not in page


@pytest.mark.parametrize(("act", "status"), [("cancel", "queued"), ("retry", "failed")])
def test_the_owner_stops_and_repeats(
    act: str, status: str, unit: Unit, clerk: Any, login: Any
) -> None:
    job = job_of(clerk, status=status)
    client = login(clerk)
    assert f"/jobs/{job.pk}/{act}/" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.get(f"/jobs/{job.pk}/{act}/").status_code == 405
    response = client.post(f"/jobs/{job.pk}/{act}/", follow=True)
    assert response.status_code == 200
    job.refresh_from_db()
    assert job.status == ("cancelled" if act == "cancel" else "queued")


@pytest.mark.parametrize("path", ["/jobs/", "/jobs/1/", "/jobs/1/cancel/", "/jobs/1/retry/"])
def test_strangers_go_to_the_login(path: str, client: Any, db: None) -> None:
    response = client.post(path) if path.count("/") > 3 else client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


@pytest.mark.parametrize("status", JobStatus)
def test_each_state_has_its_page(status: JobStatus, clerk: Any, login: Any) -> None:
    job = job_of(clerk, status=status, error="缺<字>体", log=["09:00:00 取<数>"], step="取<数>")
    page = login(clerk).get(f"/jobs/{job.pk}/").content.decode()
    text = page[page.index('id="job"') : page.index("</main>")]
    assert status.label in text
    assert "缺&lt;字&gt;体" in text
    assert "编制&lt;b&gt;报告" in page
    assert ("hx-get" in text) == job.is_open
    assert job.tone == TONES[status]


def test_the_part_that_refreshes_itself_is_only_that_part(clerk: Any, login: Any) -> None:
    job = job_of(clerk)
    text = login(clerk).get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert 'id="job"' in text


def test_the_list_has_pages_and_few_queries(
    clerk: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(55):
        job_of(clerk, subject=str(number))
    client = login(clerk)
    with django_assert_max_num_queries(8):
        first = client.get("/jobs/").content.decode()
    second = client.get("/jobs/?page=2").content.decode()
    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 5
    assert client.get("/jobs/?page=²").status_code == 200


def test_an_empty_list_says_so(clerk: Any, login: Any) -> None:
    assert "还没有后台任务" in login(clerk).get("/jobs/").content.decode()
