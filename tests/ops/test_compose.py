"""The production set-up has no default secrets, scales, and says how each part feels."""

import re
from pathlib import Path

import pytest
import yaml

from haian_lawgov.env import VARIABLES, load
from ops.postgres import TUNING

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
SCALED = ("web", "worker", "report-worker")
SECRETS = ("SECRET_KEY", "DATA_KEYS", "POSTGRES_PASSWORD", "VALKEY_PASSWORD")


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_have_no_default(secret):
    uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", TEXT)
    assert uses
    assert all(use.startswith(":?") for use in uses)
    assert re.search(rf"^{secret}=$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)


def test_every_variable_is_explained_in_the_example():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    assert used == set(re.findall(r"^#?([A-Z_]+)=", example, re.M))


def test_the_portal_is_given_only_variables_it_knows():
    given = COMPOSE["x-portal"]["environment"]
    assert set(given) <= {variable.name for variable in VARIABLES}
    assert given["PORTAL_MODE"] == "production"


def test_the_portal_starts_with_what_compose_passes():
    filled = {
        "SECRET_KEY": "kR7vX2pQ9mW4tB8nL5cZ1sD6fG3hJ0aYuEoIxNqVwTrPbMgCdKs",
        "DATA_KEYS": "zT4qLw9XnB2mVc7RkJ5hGs8DfP1yAo3UeI6tNxQvEbHaSdFgKlZr",
        "ALLOWED_HOSTS": "fz.haian.cn",
        "POSTGRES_PASSWORD": "a1b2",
        "VALKEY_PASSWORD": "c3d4",
    }
    environ = {
        name: re.sub(r"\$\{([A-Z_]+):?[-?]?([^}]*)\}", lambda m: filled.get(m[1], m[2]), str(value))
        for name, value in COMPOSE["x-portal"]["environment"].items()
    }
    values = load(environ)
    assert values["DATABASE_URL"]["PASSWORD"] == "a1b2"
    assert values["BEHIND_PROXY"] is True


@pytest.mark.parametrize("name", SCALED)
def test_scaled_services_claim_nothing_of_which_there_is_one(name):
    assert "container_name" not in SERVICES[name]
    assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_everything_waits_for_the_migrations():
    for name in (*SCALED, "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_reports_are_set_one_at_a_time_by_a_worker_of_their_own():
    command = SERVICES["report-worker"]["command"]
    assert {"--queues=reports", "--concurrency=1"} <= set(command)
    assert any(part.startswith("--max-tasks-per-child=") for part in command)
    assert "--queues=default" in SERVICES["worker"]["command"]


def test_data_outlives_the_containers():
    for name, place in (("db", "/var/lib/postgresql"), ("broker", "/data")):
        (volume,) = SERVICES[name]["volumes"]
        source, _, target = volume.partition(":")
        assert (source in COMPOSE["volumes"], target) == (True, place)


def test_the_image_runs_without_root():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER portal"]


def test_the_database_is_tuned_as_the_one_that_was_measured():
    assert {f"-c{option}" for option in TUNING} <= set(SERVICES["db"]["command"])
