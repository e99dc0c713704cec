"""System libraries and programs the portal needs, and how Debian delivers them."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ops.common import OpsError, say


@dataclass(frozen=True)
class Need:
    """A shared library (``libname.so.1``) or a program, its Debian package, and the reason."""

    name: str
    package: str
    why: str


RUNTIME = (
    Need("libgobject-2.0.so.0", "libpango-1.0-0", "排版库 Pango 的基础"),
    Need("libpango-1.0.so.0", "libpango-1.0-0", "报告 PDF 的中文排版"),
    Need("libpangoft2-1.0.so.0", "libpangoft2-1.0-0", "报告 PDF 的字体处理"),
    Need("libharfbuzz.so.0", "libpango-1.0-0", "报告 PDF 的字形"),
    Need("libharfbuzz-subset.so.0", "libharfbuzz-subset0", "嵌入字体子集，快二十倍以上"),
    Need("libfontconfig.so.1", "libpango-1.0-0", "查找字体"),
)
TESTS = (
    Need("chromium", "chromium", "浏览器测试"),
    Need("pdftotext", "poppler-utils", "检查 PDF 文字"),
    Need("pdffonts", "poppler-utils", "检查 PDF 嵌入字体"),
    Need("pdftoppm", "poppler-utils", "查看 PDF 页面"),
    Need("qpdf", "qpdf", "检查 PDF 结构"),
)
VENV = Need("ensurepip", "python3-venv", "建立 Python 虚拟环境")


def is_present(need: Need) -> bool:
    """True where the library can be loaded or the program is on the path."""
    if ".so." not in need.name:
        return shutil.which(need.name) is not None
    try:
        ctypes.CDLL(need.name)
    except OSError:
        return False
    return True


def missing(needs: Iterable[Need], present: Callable[[Need], bool] = is_present) -> list[Need]:
    """Those of ``needs`` that this machine lacks."""
    return [need for need in needs if not present(need)]


def install(needs: list[Need]) -> None:
    """Install the packages of ``needs`` by apt, saying which and why.

    Raises ``OpsError`` with the one command to run where this user may not install, or where
    installing fails.
    """
    if not needs:
        return
    say("本机缺少以下系统组件：")
    for need in needs:
        say(f"  {need.package}（{need.name}）：{need.why}")
    command = apt_command(needs)
    way_out = f"请由管理员运行下面这一条命令，然后重试：\n  sudo {' '.join(command)}"
    if not shutil.which("apt-get"):
        raise OpsError(f"本机没有 apt-get，请用系统的软件管理器安装上述组件。\n{way_out}")
    prefix = _privilege()
    if prefix is None:
        raise OpsError(f"当前用户不能安装系统软件。{way_out}")
    if not (_apt(prefix, command) or _update_and_retry(prefix, command)):
        raise OpsError(f"apt 安装失败（见上）。{way_out}")
    if still := missing(needs, lambda need: need is VENV or is_present(need)):
        raise OpsError(f"安装后仍缺少：{'、'.join(need.name for need in still)}。")


def apt_command(needs: Iterable[Need]) -> list[str]:
    """The apt command line that installs ``needs`` and nothing that is only recommended."""
    packages = sorted({need.package for need in needs})
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def _privilege() -> list[str] | None:
    """Command prefix that makes us root; ``None`` where there is no way without a password."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return sudo if shutil.which("sudo") and _works([*sudo, "true"]) else None


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _apt(prefix: list[str], command: list[str]) -> bool:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    return subprocess.run([*prefix, *quiet, *command], check=False).returncode == 0


def _update_and_retry(prefix: list[str], command: list[str]) -> bool:
    # Only now: package lists are usually there, and fetching them costs seconds.
    return _apt(prefix, ["apt-get", "update"]) and _apt(prefix, command)
