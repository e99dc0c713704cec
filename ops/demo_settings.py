"""Settings of the demonstration: secrets made once for this installation, kept in ``.run``."""

import os
import secrets
from pathlib import Path

from ops.common import RUN, locked

FILE = RUN / "demo.env"
HOSTS = "localhost,127.0.0.1,[::1]"
#: Letters and digits that are not mistaken for each other when typed from a screen.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12


def environment(services: dict[str, str]) -> dict[str, str]:
    """Environment of every process of the demonstration.  What the caller set wins."""
    made = {"ALLOWED_HOSTS": HOSTS, "SECRET_KEY": _secrets()["SECRET_KEY"]}
    return {**made, **os.environ, **services, "PORTAL_MODE": "demo", "PYTHONUNBUFFERED": "1"}


def password() -> str:
    """The one password of all demonstration accounts."""
    return _secrets()["DEMO_PASSWORD"]


def _secrets() -> dict[str, str]:
    with locked(RUN):
        if not FILE.exists():
            _write(FILE)
        pairs = (line.partition("=") for line in FILE.read_text().splitlines())
        return {name: value for name, _, value in pairs if value}


def _write(file: Path) -> None:
    typed = "".join(secrets.choice(READABLE) for _ in range(LENGTH))
    text = f"SECRET_KEY={secrets.token_urlsafe(64)}\nDEMO_PASSWORD={typed}\n"
    half = file.with_suffix(".part")
    half.touch(mode=0o600)
    half.write_text(text)
    half.rename(file)
