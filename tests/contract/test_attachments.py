"""Every register takes files, gives them back to those who see the record, and to nobody else."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kernel.attachments.models import Attachment
from kernel.attachments.services import add_attachment
from kernel.records.services import timeline
from kernel.records.status import Status
from kernel.registers.register import Register
from organization.models import StaffAccount, Unit
from tests.contract.pages import ENTERED, REGISTERS, html, names, owner_of, sample

every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))
every_entered = pytest.mark.parametrize("register", ENTERED, ids=names(ENTERED))

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
NAME = "送达回证（2023）.pdf"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def pdf(content: bytes = PDF, name: str = NAME) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client: Client, url: str, *files: Any, **more: str) -> Any:
    return client.post(url, {"files": list(files), "complete": "1"} | more)


def keep(register: Register, record: Any) -> tuple[Attachment, str]:
    kept = add_attachment(record, pdf(), by=StaffAccount.objects.get(username="luru"))
    return kept, register.url("attachment", record.pk, kept.pk)


@every_entered
def test_a_file_goes_up_is_listed_comes_down_and_is_withdrawn(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    client = login(make_account(unit, "clerk"))
    upload = register.url("attachments", record.pk)
    assert 'enctype="multipart/form-data"' in html(client.get(upload))

    response = send(client, upload, pdf(), caption="扫描件")
    detail = register.url("detail", record.pk)
    assert response.status_code == 302
    assert response["Location"] == f"{detail}#attachments"
    kept = Attachment.objects.of(record).get()
    text = html(client.get(detail))
    assert NAME in text
    assert "扫描件" in text
    assert "上传附件" in text  # in the timeline
    assert owner_of(record).status == Status.APPROVED

    url = register.url("attachment", record.pk, kept.pk)
    response = client.get(url)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E9%80%81")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(f"{url}?inline=1")["Content-Disposition"].startswith("inline;")
    assert client.get(f"{url}preview/").status_code == 404

    html(client.get(f"{url}withdraw/"))
    html(client.post(f"{url}withdraw/", {"reason": " "}), 422)
    response = client.post(f"{url}withdraw/", {"reason": "传错记录"})
    assert response.status_code == 302
    assert not Attachment.objects.of(record).in_force().exists()
    assert timeline(owner_of(record))[0].data["reason"] == f"{NAME}：传错记录"
    history = html(client.get(register.url("history", record.pk)))
    assert "传错记录" in history
    assert "附件" in history


@every_register
def test_files_follow_the_visibility_of_their_record(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any, client: Client
) -> None:
    record = sample(register, unit)
    _, url = keep(register, record)
    addresses = [url, f"{url}?inline=1", f"{url}preview/", f"{url}withdraw/"]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/login/")

    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    stranger = login(make_account(other_unit, "chief"))
    for address in addresses:
        html(login(nobody).get(address), 403)
        if not record.shared:
            html(stranger.get(address), 404)
    if record.shared:
        assert stranger.get(url).status_code == 200

    leader = login(make_account(unit, "leader"))
    assert leader.get(url).status_code == 200
    assert "data-upload" not in html(leader.get(register.url("detail", record.pk)))
    html(leader.get(register.url("attachments", record.pk)), 403)
    html(send(leader, register.url("attachments", record.pk), pdf(PDF + b"2")), 403)
    html(leader.post(f"{url}withdraw/", {"reason": "试"}), 403)
    assert Attachment.objects.of(record).in_force().count() == 1


@every_register
def test_a_foreign_unit_adds_nothing(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    _, url = keep(register, record)
    stranger = login(make_account(other_unit, "chief"))
    refused = 403 if record.shared else 404
    html(send(stranger, register.url("attachments", record.pk), pdf(PDF + b"2")), refused)
    html(stranger.post(f"{url}withdraw/", {"reason": "试"}), refused)
    assert Attachment.objects.of(record).in_force().count() == 1


@every_register
def test_a_file_of_another_record_is_not_there(
    register: Register, reviewer: Any, login: Any, unit: Unit
) -> None:
    record = sample(register, unit)
    kept, _ = keep(register, record)
    other = register.visible_to(reviewer).exclude(pk=record.pk).first()
    for role in ("attachment", "attachment-preview", "attachment-withdraw"):
        response = login(reviewer).get(register.url(role, other.pk, kept.pk))
        assert response.status_code in (403, 404)
        if role == "attachment":
            html(response, 404)


@every_entered
def test_a_withdrawn_file_is_closed_to_those_who_only_read(
    register: Register, unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    _, url = keep(register, record)
    login(make_account(unit, "clerk")).post(f"{url}withdraw/", {"reason": "含个人信息"})
    leader = login(make_account(unit, "leader"))
    html(leader.get(url), 404)
    assert f'href="{url}"' not in html(leader.get(register.url("detail", record.pk)))
    assert login(make_account(unit, "clerk")).get(url).status_code == 200
    assert login(make_account(unit, "auditor")).get(url).status_code == 200
