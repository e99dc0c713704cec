"""List page and searches at a million records.

`python -m tests.bench.pages pages|searches` prints one JSON line. The database is that of
DATABASE_URL and holds the demo multiplied (`load_demo --scale 1m`). Pages are asked of gunicorn
with two workers, as a clerk of the unit that owns the petitions.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = "/petitions/petition/?q=%E9%80%80%E8%B4%B9&channel=hotline"
"""Filter (hotline) and search (退费) on; some ten thousand rows fit."""
REQUESTS, ROUNDS = 40, 5
CLERK = "bgs1"
GLOBAL_WORDS = ("退费", "学", "明德小学", "mdxx", "XF2024", "食堂", "不存在的词")
TERMS = (
    "学", "校", "罐", "鑫", "退费", "学校", "食堂", "补课", "作业", "博智", "罐鑫", "体育课",
    "幼儿园", "培训费", "有偿补课", "学校食堂", "拖欠工资", "课后服务", "交通拥堵", "罐鑫罐鑫",
)  # fmt: skip
"""Terms of one to four characters, from no hit at all to some 200,000."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(application: str, **variables: str) -> Iterator[int]:
    """Two workers on a free port, gone at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "-w", "2", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "--log-level", "error"], cwd=ROOT, env=os.environ | variables
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("gunicorn did not start")


def ask(port: int, path: str, cookie: str = "") -> tuple[float, bytes]:
    """Milliseconds and body of one answer, which must be good."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    connection.close()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status}")
    return took, body


def signed_in() -> Any:
    """A test client of the clerk; its cookie also opens the real server."""
    from django.test import Client

    from organization.models import StaffAccount

    client = Client()
    client.force_login(StaffAccount.objects.get(username=CLERK))
    return client


def statements(client: Any) -> list[str]:
    """All SQL of the list page, the one that reads the rows last."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)
    found = [query["sql"] for query in captured.captured_queries]
    rows = [sql for sql in found if "LIMIT 50" in sql and "COUNT" not in sql]
    return [sql for sql in found if sql not in rows] + rows


def pages() -> dict[str, float]:
    """The list page against the bare view, in turns; its bytes and queries; the search page."""
    client = signed_in()
    found = statements(client)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sql.json"
        file.write_text(json.dumps(found))
        bare_env = {"BARE_SQL": str(file), "DJANGO_SETTINGS_MODULE": "tests.bench.bare_settings"}
        with (
            gunicorn("haian_lawgov.wsgi") as portal,
            gunicorn("tests.bench.bare:application", **bare_env) as bare,
        ):
            for _ in range(6):
                ask(portal, PAGE, cookie)
                ask(bare, "/")
            pairs = [(ask(portal, PAGE, cookie)[0], ask(bare, "/")[0]) for _ in range(REQUESTS)]
            size = len(ask(portal, PAGE, cookie)[1])
            searches = [everywhere(portal, word, cookie) for word in GLOBAL_WORDS]
    full, plain = (statistics.median(side) for side in zip(*pairs, strict=True))
    return {
        "list_ms": full,
        "bare_ms": plain,
        "list_vs_bare": full / plain,
        "list_kb": size / 1024,
        "list_queries": len(found),
        "global_ms": statistics.median(searches),
        "global_worst_ms": max(searches),
    }


def everywhere(port: int, word: str, cookie: str) -> float:
    from urllib.parse import quote

    path = f"/search/?q={quote(word)}"
    ask(port, path, cookie)
    return statistics.median(ask(port, path, cookie)[0] for _ in range(ROUNDS))


def best(work: Any) -> float:
    """Fastest of a few runs, in milliseconds: what the machine does besides is left out."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


def searches() -> dict[str, Any]:
    """Newest 50 hits and their number: as the list does it against `icontains` and a count."""
    from django.db.models import Q

    from kernel.registers import tables
    from kernel.search.matching import matches
    from petitions.models import Petition

    newest = Petition.objects.order_by("-received_on", "-pk")
    ratios, hits = [], {}
    for term in TERMS:
        like = Q(number__icontains=term) | Q(subject__icontains=term)
        by_index = newest.filter(matches(Petition, term))
        walking = newest.filter(matches(Petition, term, frequent=True))

        def ours(a: Any = by_index, b: Any = walking) -> None:
            list(tables.paginate(a.values("pk"), "1", frequent=lambda: b.values("pk")))

        def plain(condition: Any = like) -> None:
            rows = newest.filter(condition)
            rows.count()
            list(rows.values("pk")[:50])

        hits[term] = by_index.count()
        if hits[term] != newest.filter(like).count() or hits[term] != walking.count():
            sys.exit(f"{term}: the hits differ from LIKE")
        ratios.append(best(ours) / best(plain))
    return {
        "median_vs_icontains": statistics.median(ratios),
        "worst_vs_icontains": max(ratios),
        "most_hits": max(hits.values()),
        "by_term": {t: [hits[t], round(r, 3)] for t, r in zip(TERMS, ratios, strict=True)},
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haian_lawgov.settings")
    import logging

    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.INFO)
    measure = {"pages": pages, "searches": searches}[sys.argv[1]]
    print(json.dumps(measure(), ensure_ascii=False))


if __name__ == "__main__":
    main()
