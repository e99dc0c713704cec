"""What becomes of an import when the worker, the database, the network or the disk fails it.

Real processes on real servers: nothing here is a stand-in.
"""

import http.client
import re
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from ops import postgres
from tests.kernel.exchange.sheets import xlsx
from tests.portal import Portal, database_url, wait_for
from tests.reports.test_bad_worlds import Database

pytestmark = pytest.mark.slow

HEADS = ["演练名称", "层级", "演练类型", "演练日期", "参演人数", "用时（分钟）", "评估结论"]
ROWS = 3_000
BEGIN = """
from django.core.files.base import ContentFile
from kernel.exchange import importing, jobs
from kernel.registers.register import registry
from organization.models import StaffAccount
data = open({path!r}, "rb").read()
user = StaffAccount.objects.get(username="luru")
batch = importing.receive(registry.get("schools.drill"), user, origin="file",
                          filename="drills.xlsx", data=data)
importing.check_batch(batch)
assert batch.counts["new"] == {rows}, (batch.message, batch.counts, batch.findings)
jobs.request_apply(batch)
"""


def sheet(folder: Path, rows: int = ROWS) -> Path:
    path = folder / "drills.xlsx"
    row = ["市级", "综合", "2023-05-06", "120", "15", "达到预期"]
    path.write_bytes(xlsx(HEADS, [[f"坏世界{n}", *row] for n in range(rows)]))
    return path


def begin(portal: Portal, folder: Path) -> None:
    """Upload, check and confirm an import; the worker takes it from here."""
    script = BEGIN.format(path=str(sheet(folder)), rows=ROWS)
    done = portal.manage("shell", "-v", "0", "-c", script)
    assert done.returncode == 0, done.stderr


def imported(database: Database) -> int:
    return int(database.one("SELECT count(*) FROM schools_drill WHERE name LIKE '坏世界%%'")[0])


def blocked(database: Database) -> bool:
    """Whether the import has begun to write and waits for our lock."""
    found = database.one(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND query ILIKE '%%INSERT INTO \"records_event\"%%'"
    )
    return bool(found[0])


def state(database: Database) -> str:
    return str(database.one("SELECT state FROM exchange_importbatch ORDER BY id DESC LIMIT 1")[0])


def test_a_worker_killed_in_mid_import_leaves_no_duplicates(
    make_portal: Any, tmp_path: Path
) -> None:
    portal = make_portal(BROKER_VISIBILITY_TIMEOUT="4")
    database = Database(database_url(portal.database))
    begin(portal, tmp_path)
    with psycopg.connect(database.url) as blocker:
        blocker.execute("LOCK TABLE records_event IN EXCLUSIVE MODE")
        portal.start_worker("first")
        wait_for(lambda: blocked(database), "rows being written")
        portal.kill("first")
    assert imported(database) == 0
    portal.start_worker("second")
    wait_for(lambda: database.job()[0] == "succeeded", "import finished", 90)
    assert imported(database) == ROWS
    assert state(database) == "applied"
    events = database.one(
        "SELECT count(*), count(DISTINCT object_id) FROM records_event WHERE data ? 'import'"
    )
    assert events == (ROWS, ROWS)


def test_a_database_restarted_in_mid_import_has_nothing_of_it(tmp_path: Path) -> None:
    server = tmp_path / "postgres"
    postgres.start(server, durable=False)
    url = postgres.url(server)
    portal = Portal(
        "unused",
        tmp_path / "portal",
        DATABASE_URL=url,
    )
    database = Database(url)
    try:
        for command in (["migrate", "-v", "0"], ["load_demo", "--password", "x"]):
            done = portal.manage(*command)
            assert done.returncode == 0, done.stderr
        begin(portal, tmp_path)
        blocker = psycopg.connect(database.url)
        blocker.execute("LOCK TABLE records_event IN EXCLUSIVE MODE")
        portal.start_worker()
        wait_for(lambda: blocked(database), "rows being written")
        postgres.stop(server)
        postgres.start(server, durable=False)
        wait_for(lambda: database.job()[0] == "failed", "job failed", 60)
        assert "未产生任何结果" in database.job()[2]
        assert imported(database) == 0
        assert state(database) == "ready", "it can be confirmed again"
        retry = "from kernel.jobs.models import Job; from kernel.jobs.runner import retry;"
        portal.manage("shell", "-v", "0", "-c", f"{retry} retry(Job.objects.get())")
        wait_for(lambda: database.job()[0] == "succeeded", "retried job finished", 90)
        assert imported(database) == ROWS
    finally:
        portal.stop()
        postgres.stop(server)


def signed_in(portal: Portal) -> dict[str, str]:
    """Cookies and form token of the demo clerk, over plain HTTP."""
    script = (
        "from django.conf import settings;"
        "from django.contrib.auth import get_user_model, SESSION_KEY, HASH_SESSION_KEY,"
        " BACKEND_SESSION_KEY;"
        "from django.contrib.sessions.backends.db import SessionStore;"
        "u = get_user_model().objects.get(username='luru'); s = SessionStore();"
        "s[SESSION_KEY] = str(u.pk); s[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1];"
        "s[HASH_SESSION_KEY] = u.get_session_auth_hash(); s.create(); print('key=' + s.session_key)"
    )
    done = portal.manage("shell", "-v", "0", "-c", script)
    found = re.search(r"key=(\w+)", done.stdout)
    assert found, done.stderr
    return {"Cookie": f"sessionid={found.group(1)}"}


def connect(portal: Portal) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)


def form_of(portal: Portal, headers: dict[str, str]) -> tuple[dict[str, str], str]:
    """Headers with the CSRF cookie, and the token of the import page."""
    connection = connect(portal)
    connection.request("GET", "/schools/drill/import/", headers=headers)
    response = connection.getresponse()
    page = response.read().decode()
    assert response.status == 200, page[:500]
    set_cookies = (v for name, v in response.getheaders() if name == "Set-Cookie")
    cookies = [value.partition(";")[0] for value in set_cookies]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    return {"Cookie": "; ".join([headers["Cookie"], *cookies])}, token.group(1)


def multipart(token: str, data: bytes) -> tuple[str, bytes]:
    mark = "grenze"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    )
    body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
    return f"multipart/form-data; boundary={mark}", body


def test_an_upload_aborted_half_way_leaves_nothing(make_portal: Any, tmp_path: Path) -> None:
    portal = make_portal()
    database = Database(database_url(portal.database))
    headers, token = form_of(portal, signed_in(portal))
    kind, body = multipart(token, sheet(tmp_path).read_bytes())
    address = urlsplit(portal.url)
    with socket.create_connection((address.hostname, address.port)) as line:
        head = f"POST /schools/drill/import/ HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\n"
        head += f"Cookie: {headers['Cookie']}\r\nContent-Type: {kind}\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
        time.sleep(0.5)
    time.sleep(1)
    assert database.one("SELECT count(*) FROM exchange_importbatch") == (0,)
    assert not [path for path in (portal.folder / "media").rglob("*") if path.is_file()]
    connection = connect(portal)
    connection.request("GET", "/health/live")
    assert connection.getresponse().status == 200


def test_a_full_storage_is_told_and_leaves_nothing(make_portal: Any, tmp_path: Path) -> None:
    """`/dev/full` would need a device; a folder that cannot be made fails in the same place."""
    portal = make_portal()
    database = Database(database_url(portal.database))
    media = portal.folder / "media"
    media.mkdir(exist_ok=True)
    (media / "exchange").write_text("a file where the folder should be")
    headers, token = form_of(portal, signed_in(portal))
    kind, body = multipart(token, sheet(tmp_path, 3).read_bytes())
    connection = connect(portal)
    connection.request("POST", "/schools/drill/import/", body, headers | {"Content-Type": kind})
    response = connection.getresponse()
    assert response.status == 422
    assert "存储空间不足" in response.read().decode()
    assert database.one("SELECT count(*) FROM exchange_importbatch") == (0,)
