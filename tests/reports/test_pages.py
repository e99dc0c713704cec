"""The report's pages: who may read, write and compile; what a second click does."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from kernel.jobs.models import Job
from organization.models import StaffAccount
from reports.models import AnnualReport, ReportBuild, ReportSection

pytestmark = pytest.mark.django_db

PAGES = [
    ("reports-list", ()),
    ("reports-detail", (2023,)),
    ("reports-figures", (2023,)),
    ("reports-section", (2023, "duties")),
]


def account(name):
    return StaffAccount.objects.get(username=name)


@pytest.fixture
def build(db):
    report = AnnualReport.objects.get(year=2023)
    build = ReportBuild(
        report=report, layout="official", snapshot={"figures": []}, pages=1, seconds=1
    )
    build.pdf.save("test.pdf", ContentFile(b"%PDF-1.7 test"), save=False)
    build.save()
    yield build
    build.pdf.delete(save=False)


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_visitors_are_sent_to_the_login(client, name, args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 302
    assert response.url.startswith("/login/")


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("user", ["luru", "kezhang", "fazhi", "juling", "shenji", "guanli"])
def test_all_roles_read_the_report(login, name, args, user):
    assert login(account(user)).get(reverse(name, args=args)).status_code == 200


@pytest.mark.parametrize(
    ("user", "allowed"),
    [("fazhi", True), ("juling", True), ("luru", False), ("kezhang", False), ("shenji", False)],
)
def test_only_the_legal_section_and_leaders_compile(login, user, allowed):
    client = login(account(user))
    response = client.post("/reports/2023/compile/", {"layout": "official"})
    assert response.status_code == (302 if allowed else 403)
    assert Job.objects.exists() is allowed
    page = client.get("/reports/2023/").content.decode()
    assert ("/reports/2023/compile/" in page) is allowed


def test_two_clicks_make_one_job(login, reviewer):
    client = login(reviewer)
    urls = {client.post("/reports/2023/compile/", {"layout": "official"}).url for _ in range(2)}
    assert len(urls) == 1
    assert Job.objects.count() == 1


def test_an_unknown_layout_makes_no_job(login, reviewer):
    login(reviewer).post("/reports/2023/compile/", {"layout": "../../etc"})
    assert not Job.objects.exists()


def test_a_waiting_job_can_be_cancelled_and_run_again(login, reviewer):
    client = login(reviewer)
    url = client.post("/reports/2023/compile/", {"layout": "public"}).url
    client.post(f"{url}cancel/")
    assert Job.objects.get().status == "cancelled"
    client.post(f"{url}retry/")
    assert Job.objects.get().status == "queued"


def test_a_build_is_downloaded_by_readers_only(login, client, build, reviewer):
    url = reverse("reports-build-pdf", args=[build.pk])
    assert client.get(url).status_code == 302
    response = login(reviewer).get(url)
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_a_build_whose_file_is_gone_says_so(login, build, reviewer):
    build.pdf.storage.delete(build.pdf.name)
    assert login(reviewer).get(reverse("reports-build-pdf", args=[build.pk])).status_code == 404


def test_a_build_shows_what_has_changed_since(login, reviewer, build):
    ReportBuild.objects.filter(pk=build.pk).update(
        snapshot={
            "figures": [
                {
                    "key": "petitions.xinfang",
                    "label": "阳光信访件",
                    "value": "30",
                    "unit": "件",
                    "rule": "",
                    "records": 30,
                    "period": "",
                    "cutoff": "",
                }
            ]
        }
    )
    response = login(reviewer).get(reverse("reports-build", args=[build.pk]))
    assert [(row["value"], row["live"]) for row in response.context["changed"]] == [("30", "29")]


def section(key):
    return ReportSection.objects.get(report__year=2023, key=key)


def test_the_writing_unit_edits_its_section(login, make_account):
    clerk = make_account(section("emergencies").unit, "clerk")
    url, version = "/reports/2023/sections/emergencies/", section("emergencies").version
    response = login(clerk).post(url, {"body": "# 要点。\n新的文字。", "version": version})
    assert response.status_code == 302
    assert section("emergencies").body == "# 要点。\n新的文字。"
    assert section("emergencies").updated_by == clerk


def test_another_unit_reads_a_section_but_does_not_edit_it(login):
    client, before = login(account("luru")), section("emergencies").body
    page = client.get("/reports/2023/sections/emergencies/")
    assert page.context["form"] is None
    client.post("/reports/2023/sections/emergencies/", {"body": "改", "version": 1})
    assert section("emergencies").body == before


def test_the_second_of_two_saves_is_refused_and_keeps_its_text(login, reviewer):
    client, url = login(reviewer), "/reports/2023/sections/plan/"
    assert client.post(url, {"body": "甲的文字。", "version": 1}).status_code == 302
    second = client.post(url, {"body": "乙的文字。", "version": 1})
    assert second.status_code == 422
    assert "保存失败" in second.content.decode()
    assert "乙的文字。" in second.content.decode()
    assert section("plan").body == "甲的文字。"


def test_problems_of_a_text_are_shown_with_their_place(login, reviewer):
    ReportSection.objects.filter(pk=section("plan").pk).update(body="开展3次{{ nothing }}")
    page = login(reviewer).get("/reports/2023/sections/plan/").content.decode()
    assert "没有名为“nothing”的指标" in page
    assert "直接写了数字" in page


def test_a_text_over_the_limit_is_refused_with_its_length(login, reviewer):
    response = login(reviewer).post(
        "/reports/2023/sections/plan/", {"body": "长" * 20_001, "version": 1}
    )
    assert response.status_code == 422
    assert "20000" in response.content.decode()


def test_mark_up_in_a_text_is_inert(login, reviewer):
    ReportSection.objects.filter(pk=section("plan").pk).update(body="<script>alert(1)</script>")
    assert (
        "<script>alert" not in login(reviewer).get("/reports/2023/sections/plan/").content.decode()
    )


def test_a_new_year_starts_with_last_years_texts(login, reviewer):
    ReportSection.objects.filter(pk=section("plan").pk).update(body="去年的安排。")
    assert login(reviewer).post("/reports/", {"year": 2024}).status_code == 302
    assert ReportSection.objects.get(report__year=2024, key="plan").body == "去年的安排。"


def test_a_new_report_has_no_invented_date_and_says_that_one_is_missing(login, reviewer):
    client = login(reviewer)
    client.post("/reports/", {"year": 2024})
    assert AnnualReport.objects.get(year=2024).dated is None
    assert "缺少成文日期" in client.get("/reports/2024/").content.decode()
    assert "缺少成文日期" not in client.get("/reports/2023/").content.decode()


@pytest.mark.parametrize("year", ["2023", "1900", "２０２５年", "", "99999999999999999999", "abc"])
def test_a_year_that_cannot_be_started_is_refused_with_a_message(login, reviewer, year):
    response = login(reviewer).post("/reports/", {"year": year})
    assert response.status_code == 422
    assert AnnualReport.objects.count() == 1


def test_a_section_chief_sees_figures_of_the_own_unit_only(login):
    page = login(account("kezhang")).get("/reports/figures/2023/")
    values = {figure.key: figure.value for figure in page.context["figures"]}
    assert page.context["whole_bureau"] is False
    assert values["petitions.xinfang"] < 29


def test_figures_page_takes_few_queries(login, reviewer, django_assert_max_num_queries):
    client = login(reviewer)
    client.get("/reports/figures/2023/")
    with django_assert_max_num_queries(60):
        client.get("/reports/figures/2023/")


@pytest.mark.parametrize("year", [0, 99999])
def test_figures_of_an_impossible_year_are_not_found(login, reviewer, year):
    assert login(reviewer).get(f"/reports/figures/{year}/").status_code == 404


def test_settings_refuse_a_date_of_another_year(login, reviewer):
    response = login(reviewer).post(
        "/reports/2023/settings/", {"number": "海教体〔2024〕18号", "dated": "2030-01-01"}
    )
    assert response.status_code == 422
    assert "成文日期应在" in response.content.decode()
