"""An export is the list, no more and no less; formulas do not run; personal data are logged."""

import csv
import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict

from kernel.exchange import storing
from kernel.exchange.cells import escape, unescape
from kernel.exchange.exporting.files import Export
from kernel.exchange.exporting.sql import copy_csv
from kernel.exchange.models import ExportFile
from kernel.exchange.views import register as pages
from kernel.privacy.models import AccessRecord
from kernel.registers.register import registry
from tests.contract.pages import REGISTERS, html, names
from tests.kernel.exchange.conftest import HEADS
from tests.kernel.exchange.sheets import confirm, exported, newest, run_open_jobs, upload, xlsx

PETITIONS = registry.get("petitions.petition")


@pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))
def test_what_the_database_writes_is_what_python_would_write(register: Any, reviewer: Any) -> None:
    export = Export(register, reviewer, QueryDict("sort="), "csv")
    fast = copy_csv(export.queryset, export.columns)
    if fast is None:
        assert any(c.mask or not c.lookup or c.field is None for c in export.columns) or any(
            hasattr(c.field, "base_field") for c in export.columns
        )
        return
    assert lines(b"".join(fast)) == lines(b"".join(export._slow_blocks()))


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_the_filter_and_the_order_are_those_of_the_list(reviewer: Any, login: Any) -> None:
    client = login(reviewer)
    query = {"channel": "sunshine", "sort": "number"}
    listed = client.get(PETITIONS.url("list"), query).context["page_obj"].object_list
    response = client.get(PETITIONS.url("export"), query | {"format": "csv", "columns": "shown"})
    rows = lines(b"".join(response.streaming_content).removeprefix(b"\xef\xbb\xbf"))
    assert len(rows) - 1 > len(listed) > 10
    assert [row[0] for row in rows[1 : len(listed) + 1]] == [record.number for record in listed]
    assert (
        f"{len(rows) - 1}条" in response["Content-Disposition"]
        or "%E6%9D%A1" in response["Content-Disposition"]
    )


def test_the_first_sheet_says_what_the_rows_are(reviewer: Any) -> None:
    data = exported(PETITIONS, reviewer, channel="sunshine")
    book = openpyxl.load_workbook(io.BytesIO(data))
    notes = {str(row[0].value): str(row[1].value) for row in book["说明"].iter_rows()}
    assert notes["筛选条件"] == "渠道：阳光信访"
    assert notes["条数"].startswith(f"{book[PETITIONS.title].max_row - 1}条")
    assert str(reviewer) in notes["导出人"]
    assert "电话" in notes["个人信息"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@x", "\tx", "\rx", "'=x", "普通", "'引"])
def test_formulas_are_escaped_and_come_back_as_they_were(text: str) -> None:
    written = escape(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'="):
        assert unescape(written) == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_formula_in_a_record_does_not_run_and_round_trips(
    kind: str, clerk: Any, login: Any, drills: Any, drill_row: Any, unit: Any
) -> None:
    client = login(clerk)
    upload(client, drills, xlsx(HEADS, [drill_row(1, 演练名称="=HYPERLINK(1)")]))
    confirm(client, newest())
    data = exported(drills, clerk, kind, unit=str(unit.pk))
    shown = data.decode("utf-8-sig") if kind == "csv" else ""
    assert kind == "xlsx" or "'=HYPERLINK(1)" in shown
    upload(client, drills, data, f"a.{kind}")
    assert newest().counts == {"new": 0, "changed": 0, "same": 1, "error": 0}


# --- Personal data -------------------------------------------------------------------------------


def test_personal_data_in_full_need_permission_and_reason_and_are_logged(
    reviewer: Any, leader_client: Any, login: Any
) -> None:
    client = login(reviewer)
    url = f"{PETITIONS.url('export')}?channel=sunshine"
    form = {"format": "csv", "columns": "all", "unmasked": "on"}
    if not pages.may_reveal(reviewer):
        pytest.skip("this role may not see personal data")
    assert "须填写事由" in html(client.post(url, form), 422)
    before = AccessRecord.objects.count()
    response = client.post(url, form | {"reason": "核对联系方式"})
    data = b"".join(response.streaming_content).decode()
    record = PETITIONS.model.objects.filter(channel="sunshine").exclude(phone="").first()
    assert record.phone in data
    made = AccessRecord.objects.latest("pk")
    assert AccessRecord.objects.count() == before + 1
    assert (made.user, made.kind, made.register) == (reviewer, "export", PETITIONS.key)
    assert (made.reason, made.count) == ("核对联系方式", data.count("阳光信访,"))
    assert "phone" in made.fields
    html(leader_client.post(url, form | {"reason": "看看"}), 403)


@pytest.fixture
def leader_client(unit: Any, make_account: Any, login: Any) -> Any:
    return login(make_account(unit, "leader"))


def test_masked_cells_come_back_without_changing_anything(reviewer: Any, login: Any) -> None:
    client = login(reviewer)
    data = exported(PETITIONS, reviewer, "csv", channel="sunshine").decode("utf-8-sig")
    record = PETITIONS.model.objects.filter(channel="sunshine").exclude(phone="").first()
    assert record.phone not in data
    assert "****" in data
    upload(client, PETITIONS, data.encode(), "a.csv")
    assert newest().counts["same"] == sum(newest().counts.values())
    upload(client, PETITIONS, data.replace("****", "***9").encode(), "a.csv")
    assert newest().counts["changed"] == 0
    assert newest().counts["error"] > 0


# --- In the background ---------------------------------------------------------------------------


def test_a_large_export_is_a_job_whose_file_only_its_requester_gets(
    reviewer: Any, login: Any, leader_client: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(pages, "STREAMED", 5)
    client = login(reviewer)
    page = client.get(PETITIONS.url("export"), {"channel": "sunshine", "format": "csv"})
    row = ExportFile.objects.get()
    assert page["Location"] == f"/exports/{row.pk}/"
    assert "正在生成" in html(client.get(f"/exports/{row.pk}/"))
    run_open_jobs()
    row.refresh_from_db()
    assert row.total == PETITIONS.model.objects.filter(channel="sunshine").count()
    with row.stored.open("rb") as file:
        assert "渠道".encode() not in file.read(), "sealed"
    row.job.refresh_from_db()
    data = b"".join(client.get(f"/exports/{row.pk}/file/").streaming_content)
    assert len(lines(data)) == row.total + 1
    html(leader_client.get(f"/exports/{row.pk}/"), 404)
    html(leader_client.get(f"/exports/{row.pk}/file/"), 404)


def test_files_are_removed_when_their_time_is_over(reviewer: Any, login: Any, drills: Any) -> None:
    client = login(reviewer)
    upload(client, drills, xlsx(HEADS, [["x"] * len(HEADS)]))
    batch = newest()
    storage, name = batch.stored.storage, batch.stored.name
    assert storing.remove_old_files() == 0
    type(batch).objects.update(created_at=batch.created_at - dt.timedelta(days=8))
    assert storing.remove_old_files() == 1
    batch.refresh_from_db()
    assert not storage.exists(name)
    assert (batch.state, batch.findings) == ("expired", None)
    assert "已按规定清除" in html(client.get(f"/imports/{batch.pk}/"))
