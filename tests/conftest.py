"""The test database holds the whole demo set; real portals run on copies of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from organization.models import Role, StaffAccount, Unit
from organization.roles import give_role
from tests.portal import Portal

PASSWORD = "demo-Password-2023"


REAL = {"portal", "make_portal", "own_database"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with real processes first: what they wait for is the others' time to work."""
    real = {i.path for i in items if REAL & set(getattr(i, "fixturenames", ()))}
    items.sort(key=lambda item: item.path not in real)


def _admin() -> psycopg.Connection:
    """A connection outside the test database, able to copy databases."""
    params = {**connection.get_connection_params(), "dbname": "postgres"}
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    return psycopg.connect(**params, autocommit=True)


def copy_database(source: str, target: str) -> None:
    """Make `target` a fresh copy of `source`, to which nobody may be connected."""
    with _admin() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop_database(name: str) -> None:
    with _admin() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Load the demo set once per test process and keep a copy that nobody changes.

    In place of pytest-django's own fixture, which makes no database when all chosen tests use
    real portals or real commits only: they would then run on the database of the environment.
    """
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False, keepdb=keep)
        call_command("load_demo", password=PASSWORD, verbosity=0)
        name = settings.DATABASES["default"]["NAME"]
        connection.close()
        copy_database(name, base_name(name))
    yield
    with django_db_blocker.unblock():
        drop_database(base_name(name))
        if not django_db_keepdb:
            teardown_databases(created, verbosity=0)


def base_name(name: str) -> str:
    return f"{name}_base"


@pytest.fixture
def make_portal(
    django_db_setup: None, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Portal]]:
    """Start real portals (web server, worker on demand), each on its own copy of the demo set."""
    name = settings.DATABASES["default"]["NAME"]
    started: list[Portal] = []

    def start(**options: Any) -> Portal:
        target = f"{name}_portal{len(started)}"
        copy_database(base_name(name), target)
        portal = Portal(target, tmp_path / f"portal{len(started)}", **options)
        started.append(portal)
        portal.start()
        return portal

    yield start
    for portal in started:
        portal.stop()
        drop_database(portal.database)


@pytest.fixture(scope="module")
def portal(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One real portal for all tests of a module that only read, or mind their own records."""
    name = settings.DATABASES["default"]["NAME"]
    target = f"{name}_shared"
    copy_database(base_name(name), target)
    portal = Portal(target, tmp_path_factory.mktemp("portal"))
    portal.start()
    yield portal
    portal.stop()
    drop_database(target)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Django on a copy of the demo set, without a surrounding transaction.

    For rules about transactions, locks and lost connections, which a rolled-back test hides.
    """
    name = settings.DATABASES["default"]["NAME"]
    target = f"{name}_own"
    copy_database(base_name(name), target)
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = target
        try:
            yield target
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
    drop_database(target)


@pytest.fixture
def unit(db: None) -> Unit:
    """A section of its own, without any records."""
    root = Unit.objects.get(parent=None)
    return Unit.objects.create(name="测试一科", code="test1", kind="section", parent=root)


@pytest.fixture
def other_unit(db: None) -> Unit:
    root = Unit.objects.get(parent=None)
    return Unit.objects.create(name="测试二科", code="test2", kind="section", parent=root)


@pytest.fixture
def make_account(db: None) -> Callable[..., StaffAccount]:
    """Create an account of a unit with a role: `make_account(unit, "clerk")`."""

    def make(unit: Unit, role: str, name: str = "") -> StaffAccount:
        number = StaffAccount.objects.count()
        account = StaffAccount.objects.create(
            username=name or f"{role}{number}", unit=unit, role=role, display_name=f"测试{number}"
        )
        give_role(account, role)
        return account

    return make


@pytest.fixture
def clerk(unit: Unit, make_account: Callable[..., StaffAccount]) -> StaffAccount:
    return make_account(unit, Role.CLERK)


@pytest.fixture
def chief(unit: Unit, make_account: Callable[..., StaffAccount]) -> StaffAccount:
    return make_account(unit, Role.CHIEF)


@pytest.fixture
def reviewer(db: None) -> StaffAccount:
    """The demo's legal reviewer, who sees the whole bureau."""
    return StaffAccount.objects.get(username="fazhi")


@pytest.fixture
def login() -> Callable[[StaffAccount], Client]:
    """A test client signed in as the given account."""

    def sign_in(account: StaffAccount) -> Client:
        client = Client()
        client.force_login(account)
        return client

    return sign_in
