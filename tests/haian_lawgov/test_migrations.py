"""Migrations and models describe one and the same database."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from haian_lawgov.management.commands.migrate import light_renewal
from ops import postgres

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def address(name: str) -> str:
    """``DATABASE_URL`` of another database on the test server."""
    at = connection.settings_dict
    login = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}"
    return f"postgres://{login}@/{name}?host={quote(at['HOST'], safe='')}&port={at['PORT'] or 5432}"


@pytest.fixture
def migrated():
    """Name of a database built by the migrations alone."""
    name = f"{connection.settings_dict['NAME']}_migrated"
    with psycopg.connect(address("postgres"), autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
        run = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address(name)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        yield name
        admin.execute(f'drop database "{name}" with (force)')


def structure(name: str) -> set[str]:
    """Every line of the database's definition; the order of columns does not matter."""
    dump = [str(postgres.binaries() / "pg_dump"), "--schema-only", "--no-owner", "--restrict-key=x"]
    dump += ["--exclude-table=django_migrations*", address(name)]
    told = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    return {line.rstrip(",").strip() for line in told.splitlines()}


def test_migrations_build_what_the_models_declare(migrated):
    by_migrations, by_models = structure(migrated), structure(connection.settings_dict["NAME"])
    assert any("CREATE TRIGGER" in line for line in by_models)
    assert sorted(by_migrations - by_models) == []
    assert sorted(by_models - by_migrations) == []


def test_the_faster_renewal_ends_with_the_migration():
    before = ProjectState.reload_model
    with pytest.raises(RuntimeError), light_renewal():
        assert ProjectState.reload_model is not before
        raise RuntimeError
    assert ProjectState.reload_model is before
