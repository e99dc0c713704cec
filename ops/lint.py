"""Every check that needs no database: ``python -m ops.lint``.  All run, then all faults show."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from ops.common import ROOT, VENV_PYTHON, OpsError, run_main, say

ROOMS = (
    *("kernel", "organization", "powers", "enforcement", "petitions", "disclosures"),
    *("governance", "schools", "reports", "haian_lawgov", "ops", "tests"),
)
PYTHON = str(VENV_PYTHON)
MANAGE = (PYTHON, "-W", "ignore::RuntimeWarning", "manage.py")

CHECKS: dict[str, tuple[str, ...]] = {
    "mypy": (PYTHON, "-m", "mypy", *ROOMS, "conftest.py", "manage.py"),
    "ruff check": (PYTHON, "-m", "ruff", "check", "."),
    "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    "djlint": (PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"),
    "import-linter": (str(VENV_PYTHON.parent / "lint-imports"),),
    "manage.py check": (*MANAGE, "check", "--fail-level", "WARNING"),
    "makemigrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
}


def main() -> None:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        clean = list(pool.map(run, CHECKS))
    failed = [name for name, is_clean in zip(CHECKS, clean, strict=True) if not is_clean]
    if failed:
        raise OpsError(f"检查未通过：{'、'.join(failed)}")


def run(name: str) -> bool:
    """Run one check and print its faults in one piece.  True when it found none."""
    begun = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env={**os.environ, "PORTAL_MODE": "test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    mark = "✓" if done.returncode == 0 else "✗"
    output = "" if done.returncode == 0 else f"\n{done.stdout.rstrip()}"
    say(f"{mark} {name}（{time.monotonic() - begun:.1f} 秒）{output}")
    return done.returncode == 0


if __name__ == "__main__":
    run_main(main)
