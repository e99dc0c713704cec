"""Every wrong setting is refused at start, by name, with the way out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from haian_lawgov import env_kinds
from haian_lawgov.env import VARIABLES, ConfigurationError, load, markdown_table

ROOT = Path(__file__).resolve().parents[2]
KEY = "kR7vX2pQ9mW4tB8nL5cZ1sD6fG3hJ0aYuEoIxNqVwTrPbMgCdKs"
DATA_KEY = "zT4qLw9XnB2mVc7RkJ5hGs8DfP1yAo3UeI6tNxQvEbHaSdFgKlZr"
PRODUCTION = {
    "SECRET_KEY": KEY,
    "DATA_KEYS": DATA_KEY,
    "ALLOWED_HOSTS": "fz.haian.example.cn",
    "DATABASE_URL": "postgres://portal:hidden@db:5432/haian",
    "REDIS_URL": "redis://valkey:6379/0",
}


def faults_of(**changes: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(PRODUCTION | changes)
    return caught.value.faults


def test_a_complete_production_environment_is_taken():
    values = load(PRODUCTION)
    assert values["PORTAL_MODE"] == "production"
    assert values["SECRET_KEY"] == KEY
    assert values["ALLOWED_HOSTS"] == ["fz.haian.example.cn"]
    assert values["DATABASE_URL"]["HOST"] == "db"


def test_every_missing_variable_is_named_at_once():
    with pytest.raises(ConfigurationError) as caught:
        load({})
    named = {fault.split(" ")[0] for fault in caught.value.faults}
    assert named == {"SECRET_KEY", "DATA_KEYS", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"}
    assert "docs/operations/settings.md" in str(caught.value)


def test_wrong_and_missing_are_reported_together():
    with pytest.raises(ConfigurationError) as caught:
        load({**PRODUCTION, "SECRET_KEY": "", "HTTPS": "perhaps", "LOG_LEVEL": "loud"})
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("mode", ["production", "demo", "", "unknown"])
def test_whoever_is_reachable_needs_a_secret_key(mode):
    faults = faults_of(PORTAL_MODE=mode, SECRET_KEY="")
    assert any(fault.startswith("SECRET_KEY 未设置") for fault in faults)


@pytest.mark.parametrize("mode", ["development", "test"])
def test_development_and_tests_start_without_any_variable(mode):
    assert load({"PORTAL_MODE": mode})["SECRET_KEY"] == ""


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "a" * 60,
        "django-insecure-" + KEY,
        "changeme" * 8,
        "Example" + KEY,
        "abcabcabc" * 10,
        "请改" + KEY,
    ],
)
def test_known_short_or_monotonous_keys_are_refused_and_never_shown(key):
    (fault,) = faults_of(SECRET_KEY=key)
    assert fault.startswith("SECRET_KEY ")
    assert "secrets.token_urlsafe" in fault
    assert key not in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_MODE", "Production"),
        ("PORTAL_MODE", "正式"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://fz.example.cn"),
        ("ALLOWED_HOSTS", "fz.example.cn:8000"),
        ("ALLOWED_HOSTS", "a.cn,<script>alert(1)</script>"),
        ("ALLOWED_HOSTS", "a.cn，b.cn"),
        ("CSRF_TRUSTED_ORIGINS", "fz.example.cn"),
        ("CSRF_TRUSTED_ORIGINS", "javascript://fz.example.cn"),
        ("DATABASE_MAX_AGE", "６０"),
        ("DATABASE_MAX_AGE", "-1"),
        ("DATABASE_MAX_AGE", "1_000"),
        ("DATABASE_MAX_AGE", "60.5"),
        ("DATABASE_MAX_AGE", "9" * 4000),
        ("BROKER_VISIBILITY_TIMEOUT", "0"),
        ("BROKER_VISIBILITY_TIMEOUT", "一小时"),
        ("TASK_TIME_LIMIT", "29"),
        ("MEDIA_ROOT", "media"),
        ("MEDIA_ROOT", "/srv/../etc"),
        ("MEDIA_ROOT", "/srv/a\x00b"),
        ("HTTPS", "２"),
        ("HTTPS", "maybe"),
        ("LOG_LEVEL", "info"),
        ("LOG_LEVEL", "INFO\nSECRET_KEY=x"),
        ("LOG_LEVEL", "I" * 100_000),
    ],
)
def test_wrong_values_are_refused_by_name(name, value):
    (fault,) = faults_of(**{name: value})
    assert fault.startswith(f"{name} 的值")
    assert len(fault) < 400


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@db/haian",
        "postgres://db:5432/",
        "postgres:///haian",
        "postgres://db:99999/haian",
        "postgres://db:abc/haian",
        "postgres://[::1/haian",
        "postgres://db/haian/extra",
        "db.sqlite3",
    ],
)
def test_wrong_database_addresses_are_refused_without_showing_the_password(url):
    (fault,) = faults_of(DATABASE_URL=url)
    assert fault.startswith("DATABASE_URL 的值 （不显示）")
    assert "正确写法" in fault


@pytest.mark.parametrize(
    "url",
    [
        "http://valkey:6379/0",
        "redis://",
        "redis://valkey:0/0",
        "redis://valkey:6379/abc",
        "unix://relative/path",
        "unix://",
    ],
)
def test_wrong_broker_addresses_are_refused(url):
    (fault,) = faults_of(REDIS_URL=url)
    assert fault.startswith("REDIS_URL 的值")


def test_database_address_over_tcp():
    url = "postgres://portal:p%40ss@10.0.0.7:6432/haian?sslmode=require"
    assert env_kinds.database_url(url) == {
        "NAME": "haian",
        "USER": "portal",
        "PASSWORD": "p@ss",
        "HOST": "10.0.0.7",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_address_over_a_unix_socket():
    parsed = env_kinds.database_url("postgresql://postgres@/haian?host=/run/pg%20sock&port=5433")
    assert (parsed["HOST"], parsed["PORT"], parsed["OPTIONS"]) == ("/run/pg sock", "5433", {})


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://:hidden@valkey:6379/3", "redis://:hidden@valkey:6379/3"),
        ("unix:///run/v.sock?db=2", "redis+socket:///run/v.sock?virtual_host=2"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
    ],
)
def test_the_broker_address_follows_from_the_cache_address(redis, celery):
    assert env_kinds.broker_url(env_kinds.redis_url(redis)) == celery


def test_a_task_is_not_redelivered_while_it_may_still_run():
    (fault,) = faults_of(BROKER_VISIBILITY_TIMEOUT="600", TASK_TIME_LIMIT="600")
    assert fault.startswith("BROKER_VISIBILITY_TIMEOUT 须大于 TASK_TIME_LIMIT")


def test_blanks_around_a_value_do_no_harm():
    assert load(PRODUCTION | {"HTTPS": " 0 "})["HTTPS"] is False


def test_names_are_unique_and_explained():
    assert len({v.name for v in VARIABLES}) == len(VARIABLES)
    assert all(v.help for v in VARIABLES)


def test_the_documented_table_is_the_declared_one():
    page = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    assert markdown_table() in page, "请运行 manage.py settings_table 更新 settings.md"


def test_the_program_stops_with_the_list_and_no_traceback():
    environ = {"PATH": os.environ["PATH"], "PORTAL_MODE": "production"}
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "SECRET_KEY 未设置" in run.stderr
    assert "Traceback" not in run.stderr


def test_several_data_keys_are_taken_in_their_order():
    values = load(PRODUCTION | {"DATA_KEYS": f"{DATA_KEY}, {KEY}"})
    assert values["DATA_KEYS"] == [DATA_KEY, KEY]


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("short", "少于 50 个字符"),
        (f"{DATA_KEY},short", "少于"),
        (f"{DATA_KEY},{DATA_KEY}", "写了两次"),
    ],
)
def test_wrong_data_keys_are_refused_without_showing_them(keys, why):
    (fault,) = faults_of(DATA_KEYS=keys)
    assert fault.startswith("DATA_KEYS 的值 （不显示）")
    assert why in fault
    assert DATA_KEY not in fault
