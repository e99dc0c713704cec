"""What becomes of an upload when the browser, the disk or the object store goes away.

Real processes and real sockets: nothing here is a stand-in.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from botocore.exceptions import BotoCoreError

from tests.conftest import PASSWORD
from tests.portal import Portal, database_url, free_port, wait_for

from . import files

pytestmark = pytest.mark.slow

BOUNDARY = "----haian"
MEGABYTE = 1024 * 1024


class Browser:
    """A signed-in person who speaks HTTP by hand, to break off where a browser would."""

    def __init__(self, portal: Portal, user: str = "luru"):
        self.portal = portal
        self.cookies: dict[str, str] = {}
        page = self.get("/login/")
        fields = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token(page)}
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        self.send("/login/", body, "application/x-www-form-urlencoded")

    def get(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=60)
        connection.request("GET", path, headers=self.headers())
        return self.read(connection)[1].decode()

    def headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def read(self, connection: http.client.HTTPConnection) -> tuple[int, bytes]:
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        body = answer.read()
        connection.close()
        return answer.status, body

    def send(self, path: str, body: bytes, kind: str, **more: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=60)
        connection.request(
            "POST",
            path,
            body,
            self.headers() | {"Content-Type": kind, "Accept": "application/json"},
        )
        return self.read(connection)

    def upload(self, record: str, name: str, content: bytes) -> dict[str, Any]:
        body = multipart(token(self.get(record)), name, content)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        _, answer = self.send(f"{record}attachments/", body, kind)
        found: dict[str, Any] = json.loads(answer)
        return found

    def break_off(self, record: str, name: str, content: bytes, sent: float) -> None:
        """Announce the whole file, send a part of it and hang up."""
        body = multipart(token(self.get(record)), name, content)
        head = "\r\n".join(
            [
                f"POST {record}attachments/ HTTP/1.1",
                f"Host: 127.0.0.1:{self.portal.port}",
                f"Cookie: {self.headers()['Cookie']}",
                f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
                f"Content-Length: {len(body)}",
                "\r\n",
            ]
        )
        with socket.create_connection(("127.0.0.1", self.portal.port)) as line:
            line.sendall(head.encode() + body[: int(len(body) * sent)])
            time.sleep(0.5)


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def multipart(csrf: str, name: str, content: bytes) -> bytes:
    def part(head: str, body: bytes) -> bytes:
        return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body

    parts = [
        part('name="csrfmiddlewaretoken"', csrf.encode()),
        part(f'name="files"; filename="{name}"', content),
        part('name="complete"', b"1"),
    ]
    return b"\r\n".join(parts) + f"\r\n--{BOUNDARY}--\r\n".encode()


def kept(portal: Portal) -> list[Path]:
    return [path for path in (portal.folder / "media").rglob("*") if path.is_file()]


def rows(portal: Portal) -> int:
    address = database_url(portal.database).replace("postgres://", "postgresql://", 1)
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT count(*) FROM attachments_attachment").fetchone()
    assert found is not None
    return int(found[0])


def temporary(portal: Portal) -> list[Path]:
    return list((portal.folder / "tmp").iterdir())


RECORD = "/enforcement/jointoperation/1/"


def portal_with(make_portal: Any, tmp_path: Path, **options: str) -> Portal:
    folder = tmp_path / "portal0" / "tmp"
    folder.mkdir(parents=True)
    portal: Portal = make_portal(TMPDIR=str(folder), **options)
    return portal


def test_an_upload_broken_off_leaves_nothing(make_portal, tmp_path):
    portal = portal_with(make_portal, tmp_path)
    browser = Browser(portal)
    content = files.PDF.ljust(5 * MEGABYTE, b"x")
    for sent in (0.01, 0.5, 0.99, 0.99999):
        browser.break_off(RECORD, "large.pdf", content, sent)
    small = files.PDF.ljust(1000, b"x")  # stays in memory
    browser.break_off(RECORD, "small.pdf", small, 0.7)
    wait_for(lambda: not temporary(portal), "temporary files gone", 30)
    assert kept(portal) == []
    assert rows(portal) == 0
    answer = browser.upload(RECORD, "large.pdf", content)
    assert answer["saved"] == ["large.pdf"]
    assert [path.stat().st_size for path in kept(portal)] == [len(content)]
    assert temporary(portal) == []


LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["gunicorn", "haian_lawgov.wsgi", "--bind", "127.0.0.1:{port}", "--threads", "2"]
runpy.run_module("gunicorn", run_name="__main__")
"""


@pytest.mark.parametrize("limit", [1, 4])
def test_a_full_disk_is_told_and_leaves_nothing(make_portal, tmp_path, limit):
    """No file may grow beyond the limit: writing fails as it does on a full disk."""
    portal = portal_with(make_portal, tmp_path)
    portal.kill("web")
    wait_for(lambda: not answers(portal), "the unlimited portal gone")
    program = LIMITED.format(limit=limit * MEGABYTE, port=portal.port)
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=portal.environment,
        stdout=(tmp_path / "limited.log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        wait_for(lambda: answers(portal), "limited portal")
        browser = Browser(portal)
        for size in (2, 6):
            answer = browser.upload(RECORD, "large.pdf", files.PDF.ljust(size * MEGABYTE, b"x"))
            if size > limit:
                assert "存储空间不足或暂时不可用" in answer["refused"][0]
                assert answer["saved"] == []
            else:
                assert answer["saved"] == ["large.pdf"]
        assert len(kept(portal)) == rows(portal) == (1 if limit > 2 else 0)
        assert temporary(portal) == []
        assert browser.upload(RECORD, "small.pdf", files.PDF)["saved"] == ["small.pdf"]
    finally:
        process.terminate()
        process.wait(20)


def answers(portal: Portal) -> bool:
    try:
        http.client.HTTPConnection("127.0.0.1", portal.port, timeout=2).request("GET", "/")
    except OSError:
        return False
    return True


def test_a_file_above_the_limit_is_not_even_received_whole(make_portal, tmp_path):
    portal = portal_with(make_portal, tmp_path, ATTACHMENT_MAX_MB="1")
    browser = Browser(portal)
    answer = browser.upload(RECORD, "large.pdf", files.PDF.ljust(2 * MEGABYTE, b"x"))
    assert "大小为 2 MB，超过每个文件 1 MB 的上限" in answer["refused"][0]
    answer = browser.upload(RECORD, "endless.pdf", files.PDF.ljust(70 * MEGABYTE, b"x"))
    assert "“endless.pdf”超过每个文件 1 MB 的上限" in answer["refused"][0]
    assert kept(portal) == temporary(portal) == []


def test_a_portal_killed_between_file_and_row_leaves_a_file_that_can_be_found(
    make_portal, tmp_path
):
    portal = portal_with(make_portal, tmp_path)
    browser = Browser(portal)
    address = database_url(portal.database).replace("postgres://", "postgresql://", 1)
    with psycopg.connect(address) as blocker:
        blocker.execute("LOCK TABLE attachments_attachment IN EXCLUSIVE MODE")
        browser.break_off(RECORD, "lost.pdf", files.PDF.ljust(3 * MEGABYTE), 1)
        wait_for(lambda: kept(portal), "file stored")
        portal.kill("web")
    assert rows(portal) == 0
    (lost,) = kept(portal)
    assert "无引用的文件 0 个" in portal.manage("prune_attachments", "--delete").stdout
    assert kept(portal) == [lost]  # young: its row may still be on its way
    old = time.time() - 3 * 86_400
    os.utime(lost, (old, old))
    assert "加 --delete 删除" in portal.manage("prune_attachments").stdout
    assert kept(portal) == [lost]
    assert "无引用的文件 1 个，已删除" in portal.manage("prune_attachments", "--delete").stdout
    assert kept(portal) == []


@pytest.fixture
def object_store(tmp_path):
    """A real server of the S3 protocol, with an empty bucket."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: has_bucket(address), "object store")
        yield address, process
    finally:
        process.kill()
        process.wait()


def has_bucket(address: str) -> bool:
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="portal",
        aws_secret_access_key="not-a-secret",
    )
    try:
        client.create_bucket(Bucket="papers")
    except BotoCoreError:
        return False
    return True


def test_files_live_in_an_object_store_when_the_settings_name_one(
    make_portal, tmp_path, object_store
):
    address, process = object_store
    portal = portal_with(
        make_portal,
        tmp_path,
        AWS_STORAGE_BUCKET_NAME="papers",
        AWS_S3_ENDPOINT_URL=address,
        AWS_ACCESS_KEY_ID="portal",
        AWS_SECRET_ACCESS_KEY="not-a-secret",
    )
    browser = Browser(portal)
    photo = files.photo()
    assert browser.upload(RECORD, "photo.jpg", photo)["saved"] == ["photo.jpg"]
    large = files.PDF.ljust(12 * MEGABYTE, b"x")  # sent in several parts
    assert browser.upload(RECORD, "large.pdf", large)["saved"] == ["large.pdf"]
    twin = browser.upload(RECORD, "again.pdf", large)
    assert "已有相同文件“large.pdf”" in twin["refused"][0]
    assert browser.upload("/enforcement/jointoperation/2/", "twin.pdf", large)["saved"]
    links = re.findall(rf'href="({RECORD}attachments/\d+/)"', browser.get(RECORD))
    got = [download(browser, link) for link in dict.fromkeys(links)]
    assert got == [photo, large]
    assert download(browser, f"{links[0]}preview/").startswith(b"\xff\xd8\xff")
    assert kept(portal) == []  # nothing on the disk
    found = portal.manage("prune_attachments")
    assert "无引用的文件 0 个" in found.stdout, found.stderr

    process.kill()
    answer = browser.upload(RECORD, "late.pdf", files.PDF)
    assert "存储空间不足或暂时不可用" in answer["refused"][0]
    assert rows(portal) == 3


def download(browser: Browser, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", browser.portal.port, timeout=60)
    connection.request("GET", path, headers=browser.headers())
    status, body = browser.read(connection)
    assert status == 200
    return body
