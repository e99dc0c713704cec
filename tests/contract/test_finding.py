"""Finding works alike in every register: words, columns, saved filters, many records at once."""

import random
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.records.status import Status
from kernel.registers import tables
from kernel.registers.chosen import MOST_COLUMNS, offered
from kernel.registers.finding import find_everywhere
from kernel.registers.models import ListPreference, SavedFilter
from kernel.registers.register import Register
from kernel.search.matching import matches
from kernel.search.specs import spec
from kernel.search.text import fold
from organization.models import Unit
from tests.contract.pages import RECORDS, REGISTERS, html, names, sample

LIST_QUERIES = 8
every_register = pytest.mark.parametrize("register", REGISTERS, ids=names(REGISTERS))
every_record = pytest.mark.parametrize("register", RECORDS, ids=names(RECORDS))
SEARCHED = [register for register in REGISTERS if spec(register.model).fields]
searched = pytest.mark.parametrize("register", SEARCHED, ids=names(SEARCHED))


def fragments(register: Register) -> list[str]:
    """Pieces of one to four characters of what the rows really hold, and one of nothing."""
    chance = random.Random(register.key)
    fields = spec(register.model).fields
    texts = [
        fold(text)
        for row in register.model.objects.order_by("pk").values_list(*fields)[:200]
        for text in row
        if text
    ]
    found = ["罐鑫"]
    for size in (1, 2, 3, 4) * 4:
        text = chance.choice(texts)
        start = chance.randrange(max(len(text) - size, 0) + 1)
        found.append(text[start : start + size])
    return [piece for piece in found if piece.strip() and len(piece.split()) == 1]


@searched
def test_a_search_hits_what_like_hits(register: Register, db: None) -> None:
    model, fields = register.model, spec(register.model).fields
    rows = list(model.objects.values_list("pk", *fields))
    for piece in fragments(register):
        by_letters = piece.isascii() and sum(char.isalpha() for char in piece) > 1
        expected = {pk for pk, *texts in rows if any(piece in fold(t or "") for t in texts)}
        for frequent in (False, True):
            q = matches(model, piece, frequent=frequent)
            hits = set(model.objects.filter(q).values_list("pk", flat=True))
            related = {pk for path in spec(model).relations for pk in via(model, path, piece)}
            assert expected | related <= hits, piece
            # Two letters or more may also be pinyin.
            assert by_letters or hits == expected | related, piece


def via(model: Any, path: str, piece: str) -> set[int]:
    """Rows whose related row holds the piece, counted the slow way."""
    target = model
    for name in path.split("__"):
        target = target._meta.get_field(name).related_model
    q = Q()
    for name in spec(target).fields:
        q |= Q(**{f"{path}__{name}__icontains": piece})
    return set(model.objects.filter(q).values_list("pk", flat=True)) if q else set()


@searched
def test_the_list_shows_its_hits(register: Register, reviewer: Any, login: Any) -> None:
    record = sample(register)
    text = next(getattr(record, n) for n in spec(register.model).fields if getattr(record, n))
    found = register.filterset_class({"q": text[:30]}, register.visible_to(reviewer)).qs
    assert record.pk in set(found.values_list("pk", flat=True))
    html(login(reviewer).get(register.url("list"), {"q": text[:30]}))


@searched
def test_foreign_rows_are_not_found(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    record = sample(register, unit)
    text = next(getattr(record, n) for n in spec(register.model).fields if getattr(record, n))
    url = register.url("detail", record.pk)
    for place, seen in ((unit, True), (other_unit, record.shared)):
        person = make_account(place, "clerk")
        if not record.shared:  # a directory may hold hundreds of better hits
            hits = [hit.url for group in find_everywhere(person, text) for hit in group.hits]
            assert (url in hits) == seen
        listed = html(login(person).get(register.url("list"), {"q": text[:30], "unit": unit.pk}))
        assert (f'"{url}"' in listed) == seen


# --- Columns and saved filters -----------------------------------------------------------------


@every_register
def test_every_column_can_be_shown(register: Register, reviewer: Any, login: Any) -> None:
    client, paths = login(reviewer), list(offered(register))
    html(client.get(register.url("columns")))
    for start in range(0, len(paths), MOST_COLUMNS):
        chosen = paths[start : start + MOST_COLUMNS]
        response = client.post(register.url("columns"), {"column": chosen, "action": "save"})
        assert response.status_code == 302
        text = html(client.get(register.url("list")))
        for path in chosen:
            assert offered(register)[path].label in text
    client.post(register.url("columns"), {"action": "reset"})
    assert not ListPreference.objects.get(user=reviewer, register_key=register.key).columns


@every_register
def test_a_filter_is_kept_under_a_name(
    register: Register, reviewer: Any, make_account: Any, unit: Unit, login: Any
) -> None:
    client, url = login(reviewer), register.url("saved")
    html(client.get(url, {"query": "status=approved"}))
    post = {"action": "save", "name": "已审核的", "query": "status=approved&page=3", "shared": "on"}
    client.post(url, post)
    kept = SavedFilter.objects.get(register_key=register.key)
    assert (kept.query, kept.shared) == ("status=approved", True)
    html(client.post(url, post), 422)  # the name is taken
    assert "已审核的" in html(client.get(register.url("list")))
    client.post(url, {"action": "default", "filter": kept.pk})
    assert client.get(register.url("list"))["Location"].endswith("?status=approved")
    html(client.get(register.url("list", all=1)))
    stranger = login(make_account(unit, "clerk"))
    assert "已审核的" not in html(stranger.get(register.url("list")))
    assert stranger.post(url, {"action": "delete", "filter": kept.pk}).status_code == 404


@every_register
def test_settings_of_a_list_need_its_permission(
    register: Register, unit: Unit, make_account: Any, login: Any, client: Client
) -> None:
    nobody = make_account(unit, "clerk")
    nobody.groups.clear()
    for role in ("columns", "saved"):
        assert client.get(register.url(role)).status_code == 302
        html(login(nobody).get(register.url(role)), 403)


# --- Many records at once ----------------------------------------------------------------------


@every_record
def test_many_records_are_decided_at_once(
    register: Register, unit: Unit, other_unit: Unit, make_account: Any, login: Any
) -> None:
    own = sample(register, unit, Status.SUBMITTED)
    url, chief = register.url("bulk"), make_account(unit, "chief")
    client = login(chief)
    html(client.get(url))
    html(login(make_account(unit, "leader")).get(url), 403)
    stranger = login(make_account(other_unit, "chief"))
    assert "没有选中可以办理的记录" in html(
        stranger.post(url, {"pk": own.pk, "step": "approve"}), 422
    )
    own.refresh_from_db()
    assert own.status == Status.SUBMITTED
    html(client.post(url, {"pk": [own.pk, "x", "-1", 9**18], "scope": "selection"}))
    response = client.post(url, {"pk": own.pk, "scope": "selection", "step": "approve"})
    own.refresh_from_db()
    if own.status != Status.APPROVED:  # a demo row may break a rule: then the page says why
        assert "没有办理的记录" in html(response)
    assert client.post(url, {"pk": own.pk, "step": "nonsense"}).status_code == 403


# --- Queries -----------------------------------------------------------------------------------


@every_register
def test_search_and_filter_take_few_queries(
    register: Register, reviewer: Any, login: Any, monkeypatch: Any
) -> None:
    client, found = login(reviewer), []
    params = {"status": Status.APPROVED} | ({"q": "校"} if register.search else {})
    for size in (3, 30):
        monkeypatch.setattr(tables, "PAGE_SIZE", size)
        client.get(register.url("list"), params)
        with CaptureQueriesContext(connection) as captured:
            html(client.get(register.url("list"), params))
        found.append([query["sql"] for query in captured.captured_queries])
    assert len(found[0]) == len(found[1]), "\n".join(found[1])
    assert len(found[1]) <= LIST_QUERIES, "\n".join(found[1])
