"""A sheet is checked as a whole, shown, confirmed, written whole or not at all, and taken back."""

import datetime as dt
from typing import Any

import pytest

from kernel.exchange.fields import sheet_columns
from kernel.exchange.models import HeadChoice, ImportBatch
from kernel.exchange.reading import read_file
from kernel.jobs.models import Job
from kernel.records.models import Event
from kernel.records.services import advance, save_record
from kernel.records.status import Status
from kernel.registers.register import registry
from organization.models import Unit
from schools.models import Drill, EducationGroup, EducationGroupMember, Project, School
from schools.models.project import ProjectKind
from tests.contract.pages import html
from tests.kernel.exchange.conftest import HEADS
from tests.kernel.exchange.sheets import confirm, exported, newest, run, upload, xlsx


@pytest.fixture
def client(clerk: Any, login: Any) -> Any:
    return login(clerk)


def drill(name: str) -> Drill:
    return Drill.objects.get(name=name)


def test_new_rows_go_in_as_records_that_wait_for_review(
    client: Any, clerk: Any, drills: Any, drill_row: Any, unit: Unit
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1), drill_row(2)]))
    batch = newest()
    assert batch.counts == {"new": 2, "changed": 0, "same": 0, "error": 0}, batch.findings
    assert not Drill.objects.filter(name__startswith="导入演练").exists()
    page = html(confirm(client, batch))
    assert "导入结果" in page
    record = drill("导入演练1")
    assert (record.status, record.created_by, record.unit, record.version) == (
        Status.SUBMITTED,
        clerk,
        unit,
        1,
    )
    assert record.held_on == dt.date(2023, 5, 6)
    event = Event.objects.get(object_id=record.pk, kind="created", content_type__model="drill")
    assert event.data["import"] == batch.pk
    kept = Drill.pgh_event_model.objects.filter(pgh_obj_id=record.pk).get()
    assert kept.pgh_context.metadata["import"] == batch.pk
    assert kept.pgh_context.metadata["user"] == clerk.pk
    again = html(client.get(drills.url("history", record.pk)))
    assert str(clerk) in again


def test_every_error_names_row_column_value_and_what_is_allowed(
    client: Any, drills: Any, drill_row: Any
) -> None:
    rows = [
        drill_row(1, 层级="区级"),
        drill_row(2, 演练日期="2023-02-30"),
        drill_row(3, 学校="没有这所学校"),
        drill_row(4, 参演人数="很多"),
        drill_row(5, 演练名称=""),
        drill_row(6, 所属单位="政策法规科"),
        drill_row(7),
        drill_row(7),
    ]
    page = html(upload(client, drills, xlsx(HEADS, rows)))
    batch = newest()
    assert batch.counts["error"] == 7
    found = {(number, label): message for number, label, _, message in batch.findings["errors"]}
    assert "可选" in found[2, "层级"]
    assert "2023-05-06" in found[3, "演练日期"]
    assert "没有名为" in found[4, "学校"]
    assert "数字" in found[5, "参演人数"]
    assert "必填" in found[6, "演练名称"]
    assert "没有名为“政策法规科”" in found[7, "所属单位"]
    assert "第8行" in "".join(m for (number, _), m in found.items() if number == 9)
    assert "下载错误行" in page
    for text in ("第4行", "没有这所学校", "学校"):
        assert text in page


def test_bad_rows_stop_everything_unless_the_good_ones_may_go_alone(
    client: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1), drill_row(2, 参演人数="x")]))
    batch = newest()
    html(confirm(client, batch), 422)
    assert not Drill.objects.filter(name__startswith="导入演练").exists()
    confirm(client, batch, partial="on")
    assert list(Drill.objects.filter(name__startswith="导入演练").values_list("name")) == [
        ("导入演练1",)
    ]
    batch.refresh_from_db()
    assert batch.applied == {"new": 1, "changed": 0, "skipped": 1}


def test_known_rows_show_old_and_new_and_are_updated_or_skipped(
    client: Any, clerk: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1), drill_row(2)]))
    confirm(client, newest())
    changed = xlsx(HEADS, [drill_row(1, 参演人数="999"), drill_row(2), drill_row(3)])
    page = html(upload(client, drills, changed))
    batch = newest()
    assert batch.counts == {"new": 1, "changed": 1, "same": 1, "error": 0}
    assert "<del>120</del>" in page
    assert "<ins>999</ins>" in page
    confirm(client, batch, known="skip")
    assert drill("导入演练1").participants == 120
    assert drill("导入演练3")
    upload(client, drills, changed)
    confirm(client, newest(), known="update")
    record = drill("导入演练1")
    assert (record.participants, record.version) == (999, 2)


def test_changing_approved_records_needs_a_reason_and_sends_them_back_to_review(
    client: Any, chief: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    confirm(client, newest())
    advance(drill("导入演练1"), "approve", by=chief)
    upload(client, drills, xlsx(HEADS, [drill_row(1, 参演人数="121")]))
    batch = newest()
    assert batch.needs_reason
    assert "修改原因" in html(confirm(client, batch), 422)
    confirm(client, batch, reason="更正人数")
    record = drill("导入演练1")
    assert (record.participants, record.status) == (121, Status.SUBMITTED)
    assert Event.objects.filter(object_id=record.pk, kind="reopened", data__reason="更正人数")


def test_a_record_changed_since_the_preview_is_not_overwritten(
    client: Any, chief: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    confirm(client, newest())
    upload(client, drills, xlsx(HEADS, [drill_row(1, 参演人数="121")]))
    batch = newest()
    record = drill("导入演练1")
    record.participants = 500
    save_record(record, by=chief)
    page = html(confirm(client, batch))
    assert "没有导入任何数据" in page
    assert drill("导入演练1").participants == 500


def test_an_old_export_does_not_undo_a_later_change(
    clerk: Any, chief: Any, client: Any, drills: Any, drill_row: Any, unit: Unit
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    confirm(client, newest())
    old = exported(drills, clerk, "csv", unit=str(unit.pk)).decode("utf-8-sig")
    advance(drill("导入演练1"), "approve", by=chief)
    upload(client, drills, old.replace("120", "130").encode(), "旧表.csv")
    assert newest().counts["changed"] == 1, "a review in between is no conflict"
    record = drill("导入演练1")
    record.participants = 500
    save_record(record, by=clerk, reason="更正")
    upload(client, drills, old.replace("120", "130").encode(), "旧表.csv")
    assert newest().counts["error"] == 1
    assert "又被修改过" in newest().findings["errors"][0][3]


def test_applying_twice_changes_nothing(client: Any, drills: Any, drill_row: Any) -> None:
    """A message that is delivered again finds the import done."""
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    batch = newest()
    confirm(client, batch)
    run(Job.objects.get(kind="exchange.apply"))
    assert Drill.objects.filter(name="导入演练1").count() == 1
    assert Job.objects.get(kind="exchange.apply").status == "succeeded"


def test_the_same_file_twice_is_noticed(client: Any, drills: Any, drill_row: Any) -> None:
    data = xlsx(HEADS, [drill_row(1)])
    upload(client, drills, data)
    confirm(client, newest())
    page = html(upload(client, drills, data))
    assert "同样的文件已于" in page


def test_the_file_is_sealed_and_removed_after_the_import(
    client: Any, drills: Any, drill_row: Any, django_capture_on_commit_callbacks: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    batch = newest()
    stored, name = batch.stored.storage, batch.stored.name
    with stored.open(name) as file:
        assert b"PK\x03\x04" not in file.read()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(client, batch)
    batch.refresh_from_db()
    assert not stored.exists(name)
    assert (batch.findings, batch.stored.name) == (None, "")


def test_heads_are_recognised_tolerantly_and_remembered(
    client: Any, clerk: Any, drills: Any, drill_row: Any
) -> None:
    heads = ["所属单位 *", "活动名", "层级：", "学校", "演练 类型", *HEADS[5:7], "用时", "评估结论"]
    upload(client, drills, xlsx(heads, [drill_row(1)]))
    batch = newest()
    assert batch.counts["error"] == 1
    assert "活动名" in "".join(batch.notes)
    page = html(client.get(f"/imports/{batch.pk}/columns/"))
    assert "演练名称" in page
    fields = {f"head{i}": batch.fields.get(str(i), "name") for i in range(len(heads))}
    client.post(f"/imports/{batch.pk}/columns/", fields)
    batch.refresh_from_db()
    assert batch.counts["new"] == 1
    assert HeadChoice.objects.get(user=clerk, head="活动名").field == "name"
    upload(client, drills, xlsx(heads, [drill_row(2)]))
    assert newest().counts["new"] == 1, "the choice is remembered"


def test_a_sheet_without_any_needed_column_gives_one_error_and_stays_mappable(
    client: Any, drills: Any, drill_row: Any
) -> None:
    heads = [f"栏{i}" for i in range(len(HEADS))]
    page = html(upload(client, drills, xlsx(heads, [drill_row(i) for i in range(1, 6)])))
    batch = newest()
    assert (batch.counts["error"], batch.error_total) == (5, 1)
    message = batch.findings["errors"][0][3]
    for word in ("栏0、栏1", "演练名称", "调整列对应"):
        assert word in message
    assert "整表" in page
    assert "第2行" not in page
    by_label = {c.label: c.name for c in sheet_columns(drills)}
    chosen = {f"head{i}": by_label[head] for i, head in enumerate(HEADS)}
    client.post(f"/imports/{batch.pk}/columns/", chosen)
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.error_total) == (5, 0)


def test_a_column_may_be_absent_where_rows_are_known_by_number(
    client: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    confirm(client, newest())
    data = xlsx(["记录号", "参演人数"], [[str(drill("导入演练1").pk), "77"], ["", "5"]])
    upload(client, drills, data)
    counts = newest().counts
    assert (counts["changed"], counts["error"]) == (1, 1)


def test_a_repeated_row_names_its_values_and_what_it_repeats(client: Any) -> None:
    """In the file: which row. In the register: the rule's own words, for there is a record."""
    projects = registry.get("schools.project")
    heads = ["记录号", "工程简称", "工程类别", "列入年度", "总投资（元）"]
    rest = [str(ProjectKind.choices[0][1]), "2023", "1"]
    data = xlsx(heads, [["", "某校新建", *rest], ["", "某校改造", *rest], ["", "某校新建", *rest]])
    upload(client, projects, data)
    batch = newest()
    [(number, _, value, message)] = batch.findings["errors"]
    assert number == 4
    assert "工程简称：某校新建" in value
    assert message.startswith("与本文件第2行重复（工程简称：某校新建，")
    assert "原记录" not in message
    confirm(client, batch, partial="on")
    other = Project.objects.get(name="某校改造")
    upload(client, projects, xlsx(heads, [[str(other.pk), "某校新建", *rest]]))
    [(_, _, value, message)] = newest().findings["errors"]
    assert "工程简称：某校新建" in value
    assert "请打开原记录" in message


def test_the_error_file_holds_the_bad_rows_and_why(
    client: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1), drill_row(2, 参演人数="x", 层级="?")]))
    response = client.get(f"/imports/{newest().pk}/errors.xlsx")
    table = read_file("a.xlsx", b"".join(response.streaming_content))
    assert table.header == [*HEADS, "错误说明"]
    assert len(table) == 1
    assert table.rows[0][1] == "导入演练2"
    assert "参演人数" in table.rows[0][-1]
    assert "层级" in table.rows[0][-1]


def test_a_pasted_block_is_corrected_in_place(client: Any, drills: Any, drill_row: Any) -> None:
    lines = [HEADS, drill_row(1, 演练名称='"多行\n名称"'), drill_row(2, 参演人数="x")]
    text = "\n".join("\t".join(line) for line in lines)
    page = client.post(drills.url("import-paste"), {"text": text}, follow=True)
    assert "grid__bad" in html(page)
    batch = newest()
    assert (batch.counts["error"], batch.counts["new"]) == (1, 1)
    client.post(f"/imports/{batch.pk}/check/", {"text": text.replace("\tx\t", "\t50\t")})
    batch.refresh_from_db()
    assert (batch.counts["error"], batch.counts["new"]) == (0, 2)
    confirm(client, batch)
    assert drill("导入演练2").participants == 50


def test_only_the_uploader_decides_and_colleagues_of_other_units_see_nothing(
    client: Any,
    chief: Any,
    drills: Any,
    drill_row: Any,
    other_unit: Unit,
    make_account: Any,
    login: Any,
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    url = f"/imports/{newest().pk}/"
    assert "导入演练1" in html(client.get(url))
    by_chief = login(chief)
    assert "导入演练1" not in html(by_chief.get(url))
    html(by_chief.post(f"{url}apply/"), 403)
    html(by_chief.get(f"{url}errors.xlsx"), 403)
    stranger = login(make_account(other_unit, "chief"))
    for tail in ("", "columns/", "errors.xlsx"):
        html(stranger.get(f"{url}{tail}"), 404)
    assert newest().filename not in html(stranger.get("/imports/"))
    assert newest().filename in html(by_chief.get("/imports/"))


# --- Undo ----------------------------------------------------------------------------------------


def undo(client: Any, batch: ImportBatch, status: int = 200) -> str:
    return html(client.post(f"/imports/{batch.pk}/undo/", follow=True), status)


def test_an_import_is_taken_back_whole(
    client: Any, chief: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1)]))
    confirm(client, newest())
    advance(drill("导入演练1"), "approve", by=chief)
    upload(client, drills, xlsx(HEADS, [drill_row(1, 参演人数="7"), drill_row(2)]))
    batch = newest()
    confirm(client, batch, reason="更正")
    assert drill("导入演练1").status == Status.SUBMITTED
    assert "已撤回" in undo(client, batch)
    record = drill("导入演练1")
    assert (record.participants, record.status, record.version) == (120, Status.APPROVED, 4)
    assert not Drill.objects.filter(name="导入演练2").exists()
    assert Event.objects.filter(object_id=record.pk, kind="import.undone").exists()
    kept = Drill.pgh_event_model.objects.filter(name="导入演练2")
    assert [row.pgh_label for row in kept.order_by("pgh_id")] == ["insert", "delete"]
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_what_was_built_on_stays_and_is_named(
    client: Any, clerk: Any, drills: Any, drill_row: Any
) -> None:
    upload(client, drills, xlsx(HEADS, [drill_row(1), drill_row(2)]))
    batch = newest()
    confirm(client, batch)
    record = drill("导入演练2")
    record.participants = 5
    save_record(record, by=clerk)
    page = undo(client, batch, 422)
    assert "第3行" in page
    assert "导入后又有修改" in page
    assert "第2行" not in page
    assert Drill.objects.filter(name__startswith="导入演练").count() == 2


def test_rows_of_records_are_imported_and_taken_back(
    client: Any, clerk: Any, chief: Any, unit: Unit, school: str
) -> None:
    """Parts: the owner is named in a column and goes back to review."""
    group = EducationGroup.objects.filter(status=Status.APPROVED).first()
    EducationGroup.objects.filter(pk=group.pk).update(unit=unit)
    members = registry.get("schools.educationgroupmember")
    taken = set(EducationGroupMember.objects.values_list("school_id", flat=True))
    free = School.objects.filter(status=Status.APPROVED).exclude(pk__in=taken).first()
    before = EducationGroupMember.objects.count()
    data = xlsx(["教育集团", "成员校", "加入日期"], [[group.name, free.unit.name, "2023-09-01"]])
    upload(client, members, data)
    batch = newest()
    assert batch.counts["new"] == 1, batch.findings
    assert batch.needs_reason
    confirm(client, batch, reason="补登成员校")
    group.refresh_from_db()
    assert group.status == Status.SUBMITTED
    assert EducationGroupMember.objects.count() == before + 1
    undo(client, batch)
    assert EducationGroupMember.objects.count() == before
