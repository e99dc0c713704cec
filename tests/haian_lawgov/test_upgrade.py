"""An upgrade brings along what an earlier version of the portal has stored."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.rows import dict_row

from petitions.models import Petition
from tests.haian_lawgov.test_migrations import ROOT, address

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

BEFORE = (("petitions", "0002_initial"), ("schools", "0001_initial"))
PHONE = "13912345678"


def manage(database: str, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        # Test mode would install today's triggers on yesterday's tables.
        env={**os.environ, "DATABASE_URL": address(database), "PORTAL_MODE": "development"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture
def earlier() -> Iterator[str]:
    """Name of a database as the version before data entry left it."""
    name = f"{connection.settings_dict['NAME']}_earlier"
    with psycopg.connect(address("postgres"), autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
        for app, migration in BEFORE:
            manage(name, "migrate", "--no-input", app, migration)
        yield name
        admin.execute(f'drop database "{name}" with (force)')


def columns(at: psycopg.Connection[Any], table: str) -> set[str]:
    found = at.execute(
        "select column_name from information_schema.columns where table_name = %s", [table]
    )
    return {row["column_name"] for row in found}


def copy(old: psycopg.Connection[Any], table: str, key: int, **changes: Any) -> None:
    """Put a row of the demo set into the earlier database, as far as that knew its columns."""
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {table} where id = %s", [key])
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True)) | changes
    known = [name for name in row if name in columns(old, table)]
    insert = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, known)),
        sql.SQL(", ").join(sql.Placeholder() * len(known)),
    )
    old.execute(insert, [row[name] for name in known])


def store(old: psycopg.Connection[Any], petition: Petition, **changes: Any) -> None:
    copy(old, "petitions_petition", petition.pk, phone=PHONE, **changes)


def test_drafts_phones_and_text_survive_the_upgrade(earlier: str) -> None:
    draft, counted = Petition.objects.filter(
        school=None, inspection_subject=None, status="approved"
    ).order_by("pk")[:2]
    author = draft.created_by
    units = {author.unit_id, draft.unit.parent_id}
    for petition in (draft, counted):
        units |= {petition.unit_id, petition.handling_unit_id}
    with psycopg.connect(address(earlier), autocommit=True, row_factory=dict_row) as old:
        for unit in sorted(filter(None, units)):
            copy(old, "organization_unit", unit)
        copy(old, "organization_staffaccount", author.pk)
        people = {"created_by_id": author.pk, "updated_by_id": author.pk}
        store(old, draft, status="draft", **people)
        store(old, counted, **people)
        assert old.execute("select count(*) from petitions_petitionevent").fetchone()["count"] == 2

    manage(earlier, "migrate", "--no-input")

    with psycopg.connect(address(earlier), row_factory=dict_row) as new:
        rows = {row["id"]: row for row in new.execute("select * from petitions_petition")}
        assert rows[draft.pk]["status"] == "returned"
        assert rows[counted.pk]["status"] == "approved"
        assert {row["handler_id"] for row in rows.values()} == {author.pk}
        for row in rows.values():
            assert PHONE not in row["phone"] and row["phone"].startswith("e1.")
            assert row["subject"].lower() in row["search_text"]
        kept = new.execute("select phone from petitions_petitionevent").fetchall()
        assert len(kept) >= 2
        assert all(row["phone"].startswith("e1.") for row in kept)
    shown = "from petitions.models import *; print([p.phone for p in Petition.objects.all()])"
    assert manage(earlier, "shell", "-v", "0", "-c", shown).count(PHONE) == 2
