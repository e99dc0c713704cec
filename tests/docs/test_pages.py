"""What the documents point at is there, and what they repeat is what the program says."""

import re
from itertools import chain
from pathlib import Path

import pytest

from haian_lawgov.env import markdown_table
from organization.demo.load import DEMO_ACCOUNTS
from organization.models import Role

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(chain(ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bmake ([a-z]+)")
HEADINGS = ["## 背景", "## 可选做法", "## 决定", "## 后果"]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_links_lead_somewhere(document):
    links = [link.partition("#")[0] for link in LINK.findall(text(document))]
    inside = [link for link in links if link and not link.startswith("https://")]
    assert [link for link in inside if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_commands_are_targets_of_the_makefile(document):
    targets = re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE)
    assert set(COMMAND.findall(text(document))) <= set(targets)


def test_the_readme_holds_the_declared_settings():
    assert markdown_table() in text(ROOT / "README.md"), "请运行 manage.py settings_table 更新"


def test_the_readme_names_every_role_with_its_demonstration_account():
    page = text(ROOT / "README.md")
    for account, (_, role) in DEMO_ACCOUNTS.items():
        assert f"| {Role(role).label} | `{account}` |" in page


@pytest.mark.parametrize("document", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=name)
def test_a_decision_has_its_four_parts(document):
    found = [line for line in text(document).splitlines() if line.startswith("## ")]
    assert found == HEADINGS
    assert text(document).startswith(f"# {document.name[:4]} ")


def test_every_direct_dependency_has_its_reason():
    reasons = text(ROOT / "docs" / "adr" / "0002-stack.md")
    lines = chain.from_iterable(
        text(ROOT / "requirements" / f"{kind}.in").splitlines() for kind in ("app", "dev")
    )
    packages = {re.split(r"[\[<>=]", line)[0] for line in lines if line[:1].isalpha()}
    assert {package for package in packages if package not in reasons} == set()
