"""Versions, twins, withdrawal and limits of a record's files."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.models import Meeting
from kernel.attachments import services
from kernel.attachments.models import Attachment
from kernel.attachments.services import add_attachment, places_elsewhere, withdraw_attachment
from kernel.records.errors import Refused
from kernel.records.services import timeline
from kernel.records.status import Status
from organization.models import StaffAccount, Unit
from tests.kernel.samples import disclosure, meeting

from . import files
from .conftest import stored
from .files import upload


def add(record: Any, by: Any, name: str = "合同.pdf", content: bytes = files.PDF, **more: Any):
    return add_attachment(record, upload(name, content), by=by, **more)


def test_a_file_is_kept_under_its_own_digest(record, clerk, media):
    kept = add(record, clerk, caption=" 送达回证 ")
    assert stored(media) == [f"attachments/{kept.sha256[:2]}/{kept.sha256[2:4]}/{kept.sha256}"]
    assert kept.open().read() == files.PDF
    assert (kept.media_type, kept.size, kept.caption) == (
        "application/pdf",
        len(files.PDF),
        "送达回证",
    )
    assert (kept.uploaded_by, kept.number) == (clerk, 1)


def test_the_same_file_twice_is_recognised_and_not_kept_twice(record, clerk, media):
    kept = add(record, clerk)
    with pytest.raises(Refused) as refused:
        add(record, clerk, name="另一个名字.pdf")
    assert "已有相同文件“合同.pdf”" in str(refused.value)
    assert f"由{clerk}上传于 {kept.uploaded_at.astimezone():%Y-%m-%d}" in str(refused.value)
    assert Attachment.objects.of(record).count() == 1
    assert len(stored(media)) == 1


def test_the_same_bytes_at_another_record_take_no_room_and_are_pointed_out(
    record, clerk, unit, media
):
    add(record, clerk)
    other = disclosure(unit, by=clerk)
    twin = add(other, clerk, name="副本.pdf")
    assert len(stored(media)) == 1
    assert places_elsewhere(twin, clerk) == [f"会议“{record}”"]


def test_a_record_out_of_sight_is_not_pointed_out(record, clerk, other_unit, make_account, media):
    add(record, clerk)
    stranger = make_account(other_unit, "clerk")
    twin = add(meeting(other_unit, by=stranger), stranger)
    assert places_elsewhere(twin, stranger) == []


def test_a_new_version_keeps_the_old_ones(record, clerk):
    first = add(record, clerk, caption="初稿")
    second = add(record, clerk, content=files.PDF + b"2", version_of=first)
    third = add(record, clerk, content=files.PDF + b"3", version_of=first)
    assert [a.number for a in (first, second, third)] == [1, 2, 3]
    assert {a.series for a in (first, second, third)} == {first.series}
    assert third.caption == "初稿"
    assert first.open().read() == files.PDF


def test_a_withdrawn_version_leaves_the_one_before_and_its_number_is_not_used_again(record, clerk):
    first = add(record, clerk)
    second = add(record, clerk, content=files.PDF + b"2", version_of=first)
    withdraw_attachment(record, second, by=clerk, reason="传错", whole=False)
    assert list(Attachment.objects.of(record).in_force()) == [first]
    third = add(record, clerk, content=files.PDF + b"3", version_of=first)
    assert third.number == 3


def test_withdrawing_keeps_the_file_and_tells_who_when_and_why(record, clerk, media):
    first = add(record, clerk)
    add(record, clerk, content=files.PDF + b"2", version_of=first)
    withdraw_attachment(record, first, by=clerk, reason="含有个人信息")
    first.refresh_from_db()
    assert (first.withdrawn_by, first.withdrawn_reason) == (clerk, "含有个人信息")
    assert not Attachment.objects.of(record).in_force().exists()
    assert len(stored(media)) == 2
    assert add(record, clerk).series != first.series  # the file may come back, as a new one


@pytest.mark.parametrize("reason", ["", "   "])
def test_withdrawing_needs_a_reason(record, clerk, reason):
    kept = add(record, clerk)
    with pytest.raises(Refused, match="须填写原因"):
        withdraw_attachment(record, kept, by=clerk, reason=reason)
    assert Attachment.objects.of(record).in_force().count() == 1


def test_withdrawing_twice_is_refused(record, clerk):
    kept = add(record, clerk)
    withdraw_attachment(record, kept, by=clerk, reason="传错")
    with pytest.raises(Refused, match="已经撤下"):
        withdraw_attachment(record, kept, by=clerk, reason="传错")


def test_evidence_added_to_an_approved_record_needs_no_review_but_shows(record, clerk):
    version = record.version
    kept = add(record, clerk)
    record.refresh_from_db()
    assert (record.status, record.version) == (Status.APPROVED, version)
    withdraw_attachment(record, kept, by=clerk, reason="传错")
    told = [(e.kind, e.data.get("detail") or e.data.get("reason")) for e in timeline(record)]
    assert told == [
        ("attachment.withdrawn", "合同.pdf：传错"),
        ("attachment.added", "合同.pdf"),
    ]


def test_a_withdrawn_record_takes_no_files(unit, clerk, media):
    record = meeting(unit, by=clerk, status=Status.WITHDRAWN)
    with pytest.raises(Refused, match="请先恢复"):
        add(record, clerk)


def test_a_record_takes_so_many_files_and_any_number_of_versions(record, clerk, settings):
    settings.ATTACHMENT_MAX_FILES = 2
    first = add(record, clerk)
    add(record, clerk, content=files.PDF + b"2")
    with pytest.raises(Refused, match="已有 2 个附件，达到上限"):
        add(record, clerk, content=files.PDF + b"3")
    add(record, clerk, content=files.PDF + b"3", version_of=first)
    withdraw_attachment(record, first, by=clerk, reason="合并")
    add(record, clerk, content=files.PDF + b"4")


def test_the_database_refuses_a_twin_too(record, clerk):
    kept = add(record, clerk)
    kept.pk = None
    kept.number = 2
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()


def test_every_change_of_a_file_is_in_the_history(record, clerk):
    kept = add(record, clerk)
    withdraw_attachment(record, kept, by=clerk, reason="传错")
    tracker: Any = Attachment.pgh_event_model
    rows = tracker.objects.filter(pgh_obj_id=kept.pk).order_by("pgh_id")
    assert list(rows.values_list("pgh_label", "withdrawn_reason")) == [
        ("insert", ""),
        ("update", "传错"),
    ]


def test_a_full_disk_leaves_no_row_and_no_half_file(record, clerk, media, monkeypatch):
    """The disk is really refused: the folder is a file."""
    media.parent.mkdir(exist_ok=True)
    media.write_bytes(b"")
    with pytest.raises(Refused, match="存储空间不足或暂时不可用"):
        add(record, clerk)
    assert not Attachment.objects.of(record).exists()


def test_a_file_cut_by_a_power_failure_is_written_anew(record, clerk, unit, media):
    kept = add(record, clerk)
    (media / kept.file.name).write_bytes(b"")
    add(meeting(unit, by=clerk), clerk)
    assert kept.open().read() == files.PDF


@pytest.mark.slow
def test_the_same_file_sent_many_times_at_once_is_kept_once(own_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    clerk = StaffAccount.objects.get(username="luru")
    record = meeting(Unit.objects.get(pk=clerk.unit_id), by=clerk)
    content, results = files.PDF.ljust(3_000_000), []
    gate = threading.Barrier(6)

    def send() -> None:
        gate.wait()
        try:
            results.append(add(Meeting.objects.get(pk=record.pk), clerk, content=content))
        except Refused as refused:
            results.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    kept = [r for r in results if isinstance(r, Attachment)]
    assert len(results) == 6
    assert len(kept) == 1
    assert all("已有相同文件" in r for r in results if r not in kept)
    assert Attachment.objects.of(record).count() == 1
    assert stored(tmp_path / "media") == [kept[0].file.name]
    assert kept[0].open().read() == content


def test_labels_of_the_timeline_are_words():
    assert set(services.EVENT_LABELS) == {
        "attachment.added",
        "attachment.version",
        "attachment.withdrawn",
    }
