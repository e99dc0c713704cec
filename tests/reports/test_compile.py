"""From records to a stored PDF, on a real database with real transactions."""

import hashlib
import importlib
import io
import re
import resource
import threading
from contextlib import contextmanager
from pathlib import Path

import pdfplumber
import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import connection

from kernel.indicators.evaluate import evaluate
from kernel.jobs.runner import JobFailed
from reports import compile as compiling
from reports.compile import ReportStopped, compile_report, digest, snapshot_data, snapshot_figures
from reports.models import ReportBuild, ReportSection
from tests.contract.figures_2023 import FIGURES_2023

EXPECTED = {
    key: f"{number}{unit.partition('/')[0]}" for key, (number, unit) in FIGURES_2023.items()
} | {"enforcement.systems": "三项"}
"""Every published figure as the report's text writes it."""


def compiled(report, steps, **options):
    options = {"layout": "official", "with_appendix": False} | options
    return compile_report(report, steps, **options)


def text_of(build):
    """The text of all pages without blanks and page numbers."""
    with build.pdf.open("rb") as file, pdfplumber.open(io.BytesIO(file.read())) as pdf:
        pages = [page.extract_text() or "" for page in pdf.pages]
    return re.sub(r"—\d+—", "", "".join("".join(pages).split()))


def stored_files():
    root = Path(default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_all_figures_stand_in_the_pdf(report, steps):
    text = text_of(compiled(report, steps))
    missing = [key for key, shown in EXPECTED.items() if shown not in text]
    assert not missing
    assert "截至11月中旬" in text
    assert "{{" not in text


def test_the_public_layout_carries_the_same_body(report, steps):
    text = text_of(compiled(report, steps, layout="public"))
    assert all(shown in text for shown in EXPECTED.values())
    assert "签发人" not in text


def test_a_build_keeps_what_it_was_made_from(report, steps, fazhi):
    build = compiled(report, steps, by=fazhi)
    stored = ReportBuild.objects.get(pk=build.pk)
    rows = {row["key"]: row for row in stored.figures()}
    assert rows["petitions.hotline"]["value"] == "1058"
    assert rows["petitions.hotline"]["cutoff"] == "2023-11-15"
    assert rows["petitions.hotline"]["records"] == 1058
    assert rows["petitions.hotline"]["params"]["until"] == "2023-11-15"
    assert stored.snapshot_hash == digest(stored.snapshot)
    assert stored.pdf_hash == hashlib.sha256(stored.pdf.open("rb").read()).hexdigest()
    assert stored.made_by == fazhi
    assert stored.seconds > 0
    assert steps.labels == [f"{i}/5 {label}" for i, label in enumerate(compiling.STEPS)]


def test_the_same_records_give_the_same_snapshot_hash(report):
    first, second = (snapshot_data(snapshot_figures(2023)) for _ in range(2))
    assert digest(first) == digest(second)


def test_appendix_lists_every_figure_on_its_own_page(report, steps):
    build = compiled(report, steps, with_appendix=True)
    with build.pdf.open("rb") as file, pdfplumber.open(file) as pdf:
        pages = [(page.extract_text() or "").replace(" ", "") for page in pdf.pages]
    first = next(i for i, page in enumerate(pages) if page.startswith("附件"))
    appendix = "".join(pages[first:]).replace("\n", "")
    assert "指标明细表" in appendix
    assert all(figure.number in appendix for figure in evaluate(2023).values())
    assert "特此报告" not in appendix


def stopped(report, steps):
    before = stored_files()
    with pytest.raises(ReportStopped) as caught:
        compiled(report, steps)
    assert stored_files() == before
    assert not ReportBuild.objects.exists()
    return [str(problem) for problem in caught.value.problems]


def change(report, key, body):
    ReportSection.objects.filter(report=report, key=key).update(body=body)


def test_a_missing_required_part_stops_the_build(report, steps):
    ReportSection.objects.filter(report=report, key="plan").delete()
    assert stopped(report, steps) == [
        "四、下一年度主要安排：缺少正文。本部分为必备内容，请由撰写单位补写后再编制。"
    ]


def test_an_empty_required_part_stops_the_build(report, steps):
    change(report, "shortcomings", " \n ")
    assert stopped(report, steps)[0].startswith("三、存在不足和原因：缺少正文")


def test_a_missing_date_stops_the_build(report, steps):
    report.dated = None
    report.save()
    assert stopped(report, steps) == ["落款：缺少成文日期。请在报告设置中填写。"]


def test_an_unknown_token_stops_the_build_and_is_placed(report, steps):
    change(report, "digital", "# 要点。\n第一段。\n第二段{{ no.such }}。")
    (problem,) = stopped(report, steps)
    assert problem.startswith("（八）打造数字法治政府 第2段：没有名为“no.such”的指标")


def test_every_problem_is_reported_at_once(report, steps):
    change(report, "digital", "共3次。")
    change(report, "opening", "{{ what }}")
    assert len(stopped(report, steps)) == 2


def test_a_character_that_no_font_has_stops_the_build(report, steps):
    change(report, "digital", "数字\ue123政府。")
    with pytest.raises(JobFailed, match="（八）打造数字法治政府"):
        compiled(report, steps)
    assert not ReportBuild.objects.exists()


def test_a_missing_font_stops_the_build(report, steps, settings, tmp_path):
    settings.FONT_DIR = tmp_path
    with pytest.raises(JobFailed, match="字体"):
        compiled(report, steps)
    assert not ReportBuild.objects.exists()


@contextmanager
def room_for(size):
    """Let this process write at most `size` bytes to a file: a real error in mid-write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_last_good_pdf_and_nothing_else(report, steps):
    good = compiled(report, steps)
    before = stored_files()
    with room_for(good.pdf.size // 2), pytest.raises(JobFailed, match="磁盘空间"):
        compiled(report, steps)
    assert stored_files() == before
    assert ReportBuild.objects.get() == good


def test_all_figures_of_a_build_come_from_one_database_snapshot(report, monkeypatch):
    """A clerk commits between two of the build's queries; the build does not see half of it."""
    evaluating = importlib.import_module("kernel.indicators.evaluate")
    params = {**connection.get_connection_params()}
    params = {k: params[k] for k in ("host", "port", "user", "password", "dbname") if k in params}
    real, calls = evaluating._evaluate_group, []

    def interfere(members, year, scope):
        found = real(members, year, scope)
        if not calls:
            with psycopg.connect(**params, autocommit=True) as other:
                other.execute("UPDATE petitions_petition SET status = 'withdrawn'")
        calls.append(members)
        return found

    monkeypatch.setattr(evaluating, "_evaluate_group", interfere)
    during = compiling.snapshot_figures(2023)
    monkeypatch.undo()
    assert during["petitions.xinfang"].value == 29
    assert evaluate(2023)["petitions.xinfang"].value == 0


def test_two_compilations_at_once_both_finish_whole(report, steps):
    results, errors = [], []

    def run(layout):
        try:
            results.append(compiled(report, steps, layout=layout))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(layout,)) for layout in ("official", "public")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert all(build.pdf.open("rb").read(5) == b"%PDF-" for build in results)
