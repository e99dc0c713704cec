"""The virtual environment, exactly as the lock files say."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops import packages
from ops.common import ROOT, RUN, VENV_PYTHON, OpsError, locked, say

LOCKS = ROOT / "requirements"
STAMP = RUN / "requirements.json"
OLDEST_PYTHON = (3, 11)
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def venv_need() -> list[packages.Need]:
    """What must be installed before a virtual environment can be made."""
    able = importlib.util.find_spec("ensurepip") or _system_pip() or shutil.which("uv")
    return [] if able or _works() else [packages.VENV]


def ensure(*, with_tests: bool) -> None:
    """Create the environment and install the locked packages where they differ."""
    if sys.version_info < OLDEST_PYTHON:
        raise OpsError("需要 Python 3.11 或更新的版本。")
    with locked(RUN):
        if not _works():
            _create()
        wanted = _wanted(with_tests)
        if _stamp() != wanted and not _covers(wanted):
            _install(wanted)
            STAMP.write_text(json.dumps(wanted))


def _works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    return subprocess.run([VENV_PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0


def _create() -> None:
    say("建立虚拟环境 .venv ……")
    STAMP.unlink(missing_ok=True)
    importlib.invalidate_caches()  # python3-venv may have just been installed
    pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    _run([sys.executable, "-m", "venv", "--clear", *pip, str(ROOT / ".venv")], "建立虚拟环境")


def _wanted(with_tests: bool) -> dict[str, str]:
    # Test packages stay once they are there: `make demo` after `make test` removes nothing.
    names = ["app", "dev"] if with_tests or "dev" in _stamp() else ["app"]
    hashes = {n: hashlib.sha256((LOCKS / f"{n}.lock").read_bytes()).hexdigest() for n in names}
    return {"python": str(VENV_PYTHON), **hashes}


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _covers(wanted: dict[str, str]) -> bool:
    return wanted.items() <= _stamp().items()


def _install(wanted: dict[str, str]) -> None:
    uv = _uv()
    names = [name for name in wanted if name != "python"]
    say(f"按锁定文件安装 Python 软件包（{'、'.join(names)}）……")
    files = [str(LOCKS / f"{name}.lock") for name in names]
    target = ["--python", str(VENV_PYTHON)]
    command = [uv, "pip", "sync", "--quiet", "--require-hashes", *target, *files]
    _run(command, "安装 Python 软件包", _uv_settings())


def _uv() -> str:
    own = VENV_PYTHON.with_name("uv")
    if own.exists():
        return str(own)
    if found := shutil.which("uv"):
        return found
    say("安装 uv ……")
    install = ["install", "--quiet", "--require-hashes", "-r", str(LOCKS / "setup.lock")]
    _run([*_pip(), *install], "安装 uv")
    return str(own)


def _pip() -> list[str]:
    """A pip that installs into the environment: its own, else the system's."""
    own = [str(VENV_PYTHON), "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    return [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]


def _system_pip() -> bool:
    return importlib.util.find_spec("pip") is not None


def _uv_settings() -> dict[str, str]:
    """What this machine tells pip, said in uv's words; what it tells uv stays."""
    settings = {}
    if index := os.environ.get("PIP_INDEX_URL") or _pip_config("global.index-url"):
        settings["UV_DEFAULT_INDEX"] = index
    certificates = os.environ.get("PIP_CERT") or _pip_config("global.cert") or SYSTEM_CERTIFICATES
    if Path(certificates).exists():
        settings["SSL_CERT_FILE"] = str(certificates)
    return {name: value for name, value in settings.items() if name not in os.environ}


def _pip_config(key: str) -> str:
    command = [*_pip(), "config", "get", key]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _run(command: list[str], what: str, extra: dict[str, str] | None = None) -> None:
    environ = {**os.environ, **(extra or {})}
    if subprocess.run(command, env=environ, check=False).returncode != 0:
        raise OpsError(f"{what}失败（见上）。请检查网络与磁盘空间后重试。")
