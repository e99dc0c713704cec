"""The log of a real portal holds no personal data, neither searched for nor refused."""

from haian_lawgov.log_privacy import without_personal_data

ERROR = """Traceback (most recent call last):
psycopg.errors.CheckViolation: new row violates check constraint "petition_people"
DETAIL:  Failing row contains (7, 顾晓晴, 第一行
第二行 13905130068).

The above exception was the direct cause of the following exception:
django.db.utils.IntegrityError: new row violates check constraint "petition_people"
DETAIL:  Failing row contains (7, 顾晓晴, 13905130068)."""


def test_the_query_of_an_address_is_left_out() -> None:
    for request in ("GET /petitions/petition/?q=13905130068", "<WSGIRequest: GET '/p/?q=顾晓晴'>"):
        told = without_personal_data(None, "info", {"event": "x", "request": request})["request"]
        assert "13905130068" not in told
        assert "顾晓晴" not in told
        assert "GET" in told


def test_a_refused_row_is_left_out_of_the_error() -> None:
    for name in ("event", "exception"):
        told = without_personal_data(None, "error", {"event": "", name: ERROR})[name]
        assert "顾晓晴" not in told
        assert "13905130068" not in told
        assert told.count("petition_people") == 2
        assert "The above exception" in told


def test_other_lines_stay_as_they_are() -> None:
    line = {"event": "job_started", "job": 7, "request": "GET /jobs/7/"}
    assert without_personal_data(None, "info", dict(line)) == line


def test_a_real_portal_does_not_log_what_was_searched(make_portal) -> None:
    import urllib.request  # noqa: PLC0415

    portal = make_portal()
    urllib.request.urlopen(f"{portal.url}/login/?next=/%3Fq%3D13905130068", timeout=10).close()
    portal.stop()
    log = portal.log("web")
    assert "/login/" in log
    assert "13905130068" not in log
