"""Every module and every test that the table of rules names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "law" / "report.md"
HEAD = ("规则", "出处", "代码", "测试")
REFERENCE = re.compile(r"`([^`]+)`")


def rows() -> list[list[str]]:
    """Cells of the table's lines, without heads and rules."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if tuple(row) != HEAD and set(row) != {"---"}]


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def missing(reference: str) -> str:
    """What is wrong with `path` or `path::name`; empty when it is there."""
    path, _, name = reference.partition("::")
    if not (ROOT / path).is_file():
        return f"没有文件 {path}"
    if name and name not in names_in(ROOT / path):
        return f"{path} 中没有 {name}"
    return ""


def test_the_table_covers_content_and_format():
    assert len([row for row in rows() if "《规定》" in row[1]]) >= 5
    assert len([row for row in rows() if "《格式》" in row[1]]) >= 20


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:20])
def test_each_rule_has_its_code_and_its_test(row):
    assert len(row) == len(HEAD)
    code, tests = (REFERENCE.findall(cell) for cell in row[2:])
    assert code
    assert tests
    assert [fault for reference in [*code, *tests] if (fault := missing(reference))] == []
    assert not any(reference.startswith("tests/") for reference in code)
    assert all(re.match(r"tests/.*::test_", reference) for reference in tests)


def test_a_name_that_is_gone_would_be_noticed():
    assert missing("reports/outline.py::SECTIONS") == ""
    assert missing("reports/outline.py::NO_SUCH_NAME")
    assert missing("reports/no_such_module.py")
