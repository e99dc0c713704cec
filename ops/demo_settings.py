"""Settings of the demonstration: secrets made once for this installation, kept in ``.run``."""

import os
import secrets
from pathlib import Path

from ops.common import RUN, locked

FILE = RUN / "demo.env"
KEYS = ("SECRET_KEY", "DATA_KEYS")
HOSTS = "localhost,127.0.0.1,[::1]"
#: Letters and digits that are not mistaken for each other when typed from a screen.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 12


def environment(services: dict[str, str]) -> dict[str, str]:
    """Environment of every process of the demonstration.  What the caller set wins."""
    kept = _secrets()
    made = {"ALLOWED_HOSTS": HOSTS, **{name: kept[name] for name in KEYS}}
    return {**made, **os.environ, **services, "PORTAL_MODE": "demo", "PYTHONUNBUFFERED": "1"}


def password() -> str:
    """The one password of all demonstration accounts."""
    return _secrets()["DEMO_PASSWORD"]


def _secrets() -> dict[str, str]:
    """The kept secrets; what an older version did not yet make is made now."""
    with locked(RUN):
        kept = _read(FILE) if FILE.exists() else {}
        made = _made()
        if missing := made.keys() - kept.keys():
            kept |= {name: made[name] for name in missing}
            _write(FILE, kept)
        return kept


def _read(file: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, _, value in pairs if value}


def _made() -> dict[str, str]:
    typed = "".join(secrets.choice(READABLE) for _ in range(LENGTH))
    return {name: secrets.token_urlsafe(64) for name in KEYS} | {"DEMO_PASSWORD": typed}


def _write(file: Path, values: dict[str, str]) -> None:
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    half = file.with_suffix(".part")
    half.touch(mode=0o600)
    half.write_text(text)
    half.rename(file)
