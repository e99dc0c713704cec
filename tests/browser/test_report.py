"""The annual report in the browser: asking, watching, stopping, downloading, mending."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.portal import Portal

from .steps import Worker, ask_for_report, compile_report, download

pytestmark = pytest.mark.browser

SECTION = "/reports/2023/sections/duties/"
TYPED = "全年共检查培训机构12家。"


@pytest.fixture
def worker(portal: Portal) -> Iterator[Worker]:
    worker = Worker(portal)
    yield worker
    worker.stop()


def test_a_second_click_leads_to_the_open_job_which_can_be_cancelled_and_repeated(visit):
    page = visit("fazhi")
    job = ask_for_report(page, "公开版", appendix=False)
    assert ask_for_report(page, "公开版", appendix=False) == job
    page.goto("/reports/2023/")
    expect(page.get_by_role("link", name="查看进度")).to_be_visible()
    page.goto(job)
    page.get_by_role("button", name="取消任务").click()
    expect(page.locator("#job")).to_contain_text("已按要求取消")
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#job .badge")).to_have_text("排队中")
    page.get_by_role("button", name="取消任务").click()
    expect(page.locator("#job .badge")).to_have_text("已取消")


def test_the_job_page_follows_the_work_by_itself_up_to_the_pdf(visit, worker):
    page = visit("fazhi")
    ask_for_report(page)
    expect(page.locator("#job .badge")).to_have_text("排队中")
    page.evaluate("document.title = 'not loaded again'")
    worker.start()
    expect(page.get_by_role("link", name="打开 PDF")).to_be_visible(timeout=60_000)
    assert page.title() == "not loaded again"
    expect(page.locator(".log li").last).to_contain_text("已完成")
    assert page.locator(".log li").count() > 3
    text = words(download(page))
    assert "阳光信访平台受理群众信访29件" in text
    assert "1970.9395万元" in text


def words(pdf: bytes) -> str:
    """The text of a PDF without spaces and line ends."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def write_section(page: Page, text: str) -> None:
    page.goto(SECTION)
    page.get_by_label("正文").fill(text)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存“依法全面履行政府职能”")).to_be_visible()


def test_a_typed_figure_is_named_by_its_place_and_stops_the_report_until_mended(visit, worker):
    worker.start()
    page = visit("fazhi")
    page.goto(SECTION)
    good = page.get_by_label("正文").input_value()
    write_section(page, f"{good}\n{TYPED}")
    named = page.locator(".problems li").first.inner_text()
    assert "依法全面履行政府职能" in named
    assert "段" in named
    assert "12" in named
    page.goto("/reports/2023/")
    expect(page.locator(".problems li")).to_have_text([named])
    compile_report(page)
    expect(page.locator("#job .badge")).to_have_text("失败")
    expect(page.locator("#job .note--danger")).to_contain_text(named)
    write_section(page, good)
    compile_report(page)
    expect(page.locator("#job .badge")).to_have_text("已完成")
