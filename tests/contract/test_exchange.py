"""Every register gives a template, takes a sheet, and reads its own export as "all same"."""

import io
from dataclasses import dataclass, field
from typing import Any

import openpyxl
import pytest
from django.db import models

from kernel.exchange.checking import Checker
from kernel.exchange.fields import labels, sheet_columns
from kernel.exchange.headers import map_headers
from kernel.exchange.plan import SAME, RowPlan, Summary
from kernel.exchange.reading import Table, read_file
from kernel.exchange.template import sample_values
from kernel.registers.register import Register
from organization.models import Unit
from tests.contract.pages import ENTERED, REGISTERS, html, names, sample
from tests.kernel.exchange.sheets import exported, newest, run_open_jobs, upload

every_entered = pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))
every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))


def table_of(register: Register, data: bytes, name: str = "a.xlsx") -> Table:
    return read_file(name, data, labels(sheet_columns(register)))


@dataclass
class Checked:
    """A checked sheet as a whole."""

    rows: list[RowPlan] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    @property
    def total(self) -> int:
        return sum(self.summary.counts.values())


def checked(register: Register, user: Any, table: Table) -> Checked:
    heads = map_headers(table.header, sheet_columns(register), {})
    plan = Checked()
    for chunk in Checker(register, user, heads).chunks(table):
        plan.rows += chunk
        plan.summary.add(chunk)
    return plan


def told(plan: Any) -> list[Any]:
    return [
        (row.number, row.kind, row.errors, row.changes) for row in plan.rows if row.kind != SAME
    ][:5]


@every_entered
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_its_own_export_is_read_as_all_same(register: Register, kind: str, reviewer: Any) -> None:
    table = table_of(register, exported(register, reviewer, kind), f"a.{kind}")
    plan = checked(register, reviewer, table)
    assert plan.total == register.visible_to(reviewer).count() > 0
    assert plan.summary.counts[SAME] == plan.total, told(plan)


@every_entered
def test_the_template_opens_and_its_sample_is_skipped(
    register: Register, reviewer: Any, login: Any
) -> None:
    response = login(reviewer).get(register.url("import-template"))
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["记录号", *(column.label for column in sheet_columns(register))]
    assert all(cell.comment and cell.comment.text for cell in sheet[1])
    assert sheet.freeze_panes == "B2"
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in sheet[1])
    assert not sheet.cell(2, 2).protection.locked
    assert sheet.cell(2, 1).value.startswith("示例")
    table = table_of(register, response.content)
    assert checked(register, reviewer, table).rows == []


@every_entered
def test_a_template_filled_like_its_sample_is_read(
    register: Register, reviewer: Any, login: Any
) -> None:
    """The sample shows the right spelling of every cell: no cell of it is unreadable."""
    response = login(reviewer).get(register.url("import-template"))
    table = table_of(register, response.content)
    table.rows[0][0] = ""
    row = checked(register, reviewer, table).rows[0]
    shown = dict(zip(table.header, table.rows[0], strict=False))
    unreadable = [e for e in row.errors if e.label and "示例" not in shown[e.label]]
    allowed = {c.label for c in sheet_columns(register) if c.is_relation or c.is_many}
    kept = [e for e in unreadable if e.label not in allowed and "已" not in e.message]
    assert not [e for e in kept if "不能为空" not in e.message], kept


@every_entered
def test_the_sample_shows_no_record(register: Register, reviewer: Any) -> None:
    """All that a record says in words stays out of it; the person's own unit is the one name."""
    own = {reviewer.unit.name}
    for column, value in zip(
        sheet_columns(register), sample_values(register, reviewer), strict=True
    ):
        if column.is_relation:
            assert value in own or value.startswith("示例")
        elif isinstance(column.field, models.CharField | models.TextField) and not column.choices:
            assert value == "" or value.startswith("示例")


@every_register
def test_strangers_are_sent_to_the_login(register: Register, client: Any, db: None) -> None:
    roles = ["export"]
    if register in ENTERED:
        roles += ["import", "import-template", "import-paste"]
    for role in roles:
        response = client.get(register.url(role))
        assert response.status_code == 302, role
        assert response["Location"].startswith("/login/?next="), role


@every_entered
def test_importing_needs_the_permission_to_write(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    leader, clerk = login(make_account(unit, "leader")), login(make_account(unit, "clerk"))
    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    for role in ("import", "import-template", "import-paste"):
        html(leader.get(register.url(role)), 403)
        html(leader.post(register.url(role)), 403)
        assert clerk.get(register.url(role)).status_code == 200
    html(login(nobody).get(register.url("export")), 403)
    html(leader.get(register.url("export")))
    assert "导入" not in tools(leader, register)
    assert "导入" in tools(clerk, register)
    assert "导出" in tools(leader, register)


def tools(client: Any, register: Register) -> list[str]:
    page = client.get(register.url("list"))
    return [tool["label"] for tool in page.context["tools"]]


@every_entered
def test_rows_for_a_foreign_unit_are_refused(
    register: Register, other_unit: Unit, reviewer: Any, make_account: Any
) -> None:
    """A clerk of another section reads the whole bureau's export back, changed."""
    data = exported(register, reviewer, "csv")
    stranger = make_account(other_unit, "clerk")
    table = table_of(register, data, "a.csv")
    plan = checked(register, stranger, table)
    assert plan.summary.counts["new"] == plan.summary.counts["changed"] == 0
    if not register.model.shared:
        assert plan.summary.counts["error"] == plan.total


@every_register
def test_the_export_shows_what_the_list_shows(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    """Same rows as the list, personal data masked, in both formats and for both sets of columns."""
    record = sample(register, unit)
    chief, leader = login(make_account(unit, "chief")), login(make_account(unit, "leader"))
    hidden = {
        chief: secrets(record, register.personal),
        leader: secrets(record, {**register.personal, **register.masked}),
    }
    for kind in ("csv", "xlsx"):
        for columns in ("all", "shown"):
            query = {"format": kind, "columns": columns, "unit": unit.pk}
            for client, secret in hidden.items():
                response = client.get(register.url("export"), query)
                assert response.status_code == 200
                data = b"".join(response.streaming_content)
                table = read_file(f"a.{kind}", data, labels(sheet_columns(register)))
                shown = register.model._base_manager.filter(
                    **{f"{register.model.owner_prefix()}unit": unit}
                )
                assert len(table) == shown.count()
                text = "\n".join("\t".join(row) for row in table.rows)
                assert not [word for word in secret if word in text]


def secrets(record: Any, masks: Any) -> list[str]:
    """What of the record must not be seen where these masks hold."""
    values = {name: str(getattr(record, name) or "") for name in masks}
    return [value for name, value in values.items() if value and masks[name](value) != value]


@every_entered
def test_an_upload_leads_to_a_preview(register: Register, reviewer: Any, login: Any) -> None:
    client = login(reviewer)
    upload(client, register, exported(register, reviewer, "csv"), "导出.csv")
    batch = newest()
    if batch.state == "checking":  # large files are checked in the background
        run_open_jobs()
        batch.refresh_from_db()
    page = html(client.get(f"/imports/{batch.pk}/"))
    assert batch.state == "ready", batch.message
    assert "核对结果" in page
    assert "完全相同，无须导入" in page
    assert batch.counts["same"] == register.visible_to(reviewer).count()
