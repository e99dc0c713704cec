"""“五步增加一个台账” is followed to the letter, in a copy of the code, and works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(新文件|追加到) `([^`]+)`[^\n]*\n\n```python\n(.*?)```", re.DOTALL)
NOT_COPIED = shutil.ignore_patterns(".venv", ".run", ".git", "build", "__pycache__", "*_cache")
TESTS = "tests/schools/test_safety_check.py"
OF_THIS_SESSION = re.compile(
    "DATABASE_URL|REDIS_URL|MEDIA_ROOT|DJANGO_SETTINGS_MODULE|(HAIAN_TEST|PYTEST|COV)_.*"
)


def follow(copy: Path) -> list[str]:
    """Do what the text says; returns the files it wrote."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    written = []
    for how, name, code in BLOCK.findall(text):
        path = copy / name
        is_new = how == "新文件"
        assert path.exists() is not is_new, name
        with path.open("w" if is_new else "a", encoding="utf-8") as file:
            file.write(code if is_new else f"\n\n{code}")
        written.append(name)
    return written


def run(copy: Path, *command: str) -> str:
    environ = {
        name: value for name, value in os.environ.items() if not OF_THIS_SESSION.fullmatch(name)
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=environ | {"PORTAL_MODE": "test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.mark.slow
def test_a_register_is_added_in_the_five_steps_of_the_text(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    (copy / ".venv").symlink_to(ROOT / ".venv")  # where the servers' programs are looked for
    written = follow(copy)
    assert {"schools/registers.py", "schools/indicators.py", "schools/demo/__init__.py"} < {
        *written
    }
    run(copy, "manage.py", "makemigrations", "schools", "--name", "safety_check")
    assert "4 passed" in run(copy, "-m", "pytest", "-q", TESTS)
