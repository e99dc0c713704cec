"""Set-up says what is missing and why, installs only that, and leaves alone what is there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ops import environment, fonts, packages
from ops.common import ROOT, OpsError
from ops.packages import Need

NOWHERE = Need("libnotthere.so.9", "libnotthere9", "测试")


def test_this_machine_has_all_that_tests_need():
    assert packages.missing(packages.RUNTIME + packages.TESTS) == []


def test_a_missing_library_and_a_missing_program_are_found():
    program = Need("notthere", "notthere", "测试")
    assert packages.missing([NOWHERE, program, packages.RUNTIME[0]]) == [NOWHERE, program]


def test_one_command_installs_each_package_once_and_nothing_recommended():
    assert packages.apt_command(packages.RUNTIME) == [
        *("apt-get", "install", "-y", "--no-install-recommends"),
        *("libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"),
    ]


def test_nothing_missing_runs_nothing(capsys):
    packages.install([])
    assert capsys.readouterr().out == ""


SCRIPT = """
from ops import packages
from ops.common import run_main
need = packages.Need("libnotthere.so.9", "libnotthere9", "测试用")
run_main(lambda: packages.install([need]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_without_root_the_one_command_is_printed_and_the_run_fails(tmp_path):
    shutil.copytree(ROOT / "ops", tmp_path / "ops")
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    run = subprocess.run(
        ["/usr/bin/python3", "-c", SCRIPT],
        cwd=tmp_path,
        user="nobody",
        group="nogroup",
        extra_groups=[],
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "libnotthere9（libnotthere.so.9）：测试用" in run.stdout
    assert "sudo apt-get install -y --no-install-recommends libnotthere9" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_scripts_need_nothing_but_the_standard_library():
    # -I -S: no site-packages at all.
    modules = [f"ops.{path.stem}" for path in sorted((ROOT / "ops").glob("[a-z]*.py"))]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {', '.join(modules)}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


# --- Virtual environment ------------------------------------------------------------------------


@pytest.fixture
def stamp(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "STAMP", tmp_path / "requirements.json")
    return tmp_path / "requirements.json"


def test_packages_are_installed_again_only_when_a_lock_changed(stamp):
    wanted = environment._wanted(with_tests=True)
    stamp.write_text(json.dumps(wanted))
    assert environment._covers(environment._wanted(with_tests=True))
    assert environment._covers(environment._wanted(with_tests=False))
    stamp.write_text(json.dumps(wanted | {"app": "0" * 64}))
    assert not environment._covers(environment._wanted(with_tests=False))


def test_the_demonstration_does_not_remove_test_packages(stamp):
    stamp.write_text(json.dumps(environment._wanted(with_tests=True) | {"app": "0" * 64}))
    assert "dev" in environment._wanted(with_tests=False)


def test_a_damaged_stamp_counts_as_none(stamp):
    stamp.write_text("{")
    assert not environment._covers(environment._wanted(with_tests=False))


def test_a_moved_environment_is_made_anew(stamp):
    elsewhere = environment._wanted(with_tests=False) | {"python": "/elsewhere/.venv/bin/python"}
    stamp.write_text(json.dumps(elsewhere))
    assert not environment._covers(environment._wanted(with_tests=False))


def test_the_machines_pip_settings_are_passed_on_to_uv(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    assert environment._uv_settings()["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert "UV_DEFAULT_INDEX" not in environment._uv_settings()


def test_locks_pin_every_package_by_hash_and_name_no_address():
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        lines = lock.read_text().splitlines()
        pins = [line for line in lines if line and line[0].isalnum()]
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins)
        assert not any("://" in line or "--index" in line for line in lines)


# --- Fonts --------------------------------------------------------------------------------------


def test_only_real_fonts_count(tmp_path):
    (tmp_path / "half.otf").write_bytes(b"<html>404</html>")
    (tmp_path / "good.otf").write_bytes(fonts.OPENTYPE_MAGIC + b"...")
    assert not fonts._is_font(tmp_path / "missing.otf")
    assert not fonts._is_font(tmp_path / "half.otf")
    assert fonts._is_font(tmp_path / "good.otf")


def test_fonts_are_taken_from_the_debian_package(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FONTS_DIR", tmp_path)
    fonts._unpack(debian_package(tmp_path / "build"))
    assert fonts._missing() == []
    assert not (tmp_path / "README").exists()


def debian_package(build: Path) -> Path:
    """A package laid out like the real one, with tiny fonts."""
    folder = build / "root/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
    folder.mkdir(parents=True)
    for name in (*fonts.FILES, "README"):
        (folder / name).write_bytes(fonts.OPENTYPE_MAGIC)
    (build / "root/DEBIAN").mkdir()
    (build / "root/DEBIAN/control").write_text(
        "Package: fonts-test\nVersion: 1\nArchitecture: all\nMaintainer: t <t@example.com>\n"
        "Description: test\n"
    )
    package = build / "fonts.deb"
    subprocess.run(["dpkg-deb", "--build", build / "root", package], check=True, stdout=-3)
    return package


def test_a_failed_download_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "PACKAGE", "not-there-9")
    monkeypatch.setattr(fonts, "_own_lists", lambda folder: [f"-oDir::State::lists={tmp_path}"])
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(OpsError, match=r"下载 .* 失败（日志 .*fonts\.log）.*自行把这 5 个文件放入"):
        fonts._download(tmp_path)
