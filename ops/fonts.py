"""The five Fandol document fonts, taken out of Debian's TeX package without installing TeX."""

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import IO, cast

from ops.common import RUN, OpsError, locked, say

FONTS_DIR = RUN / "fonts"
PACKAGE = "texlive-lang-chinese"
FILES = (
    "FandolFang-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolSong-Bold.otf",
    "FandolSong-Regular.otf",
)
#: Every OpenType font with PostScript outlines begins so.
OPENTYPE_MAGIC = b"OTTO"


def ensure() -> None:
    """Fetch what is missing.  Raises ``OpsError`` where the package cannot be had."""
    with locked(FONTS_DIR):
        if not _missing():
            return
        say(f"下载公文字体（Debian 软件包 {PACKAGE}，约 49 MB，只取其中 5 个字体文件）……")
        with tempfile.TemporaryDirectory(dir=RUN, prefix="fonts-") as folder:
            _unpack(_download(Path(folder)))
        if missing := _missing():
            raise OpsError(f"软件包 {PACKAGE} 中没有字体 {'、'.join(missing)}。{_by_hand()}")


def _missing() -> list[str]:
    return [name for name in FILES if not _is_font(FONTS_DIR / name)]


def _is_font(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as handle:
        return handle.read(len(OPENTYPE_MAGIC)) == OPENTYPE_MAGIC


def _by_hand() -> str:
    return f"也可以自行把这 5 个文件放入 {FONTS_DIR} 后重试：{'、'.join(FILES)}。"


def _download(folder: Path) -> Path:
    if not _fetch(folder, []):
        # Lists are empty or stale: fetch them into a folder of our own, which needs no root.
        own_lists = _own_lists(folder)
        _run(["apt-get", *own_lists, "update"], folder)
        _fetch(folder, own_lists)
    for package in folder.glob(f"{PACKAGE}*.deb"):
        return package
    raise OpsError(
        f"下载 {PACKAGE} 失败（日志 {_log()}）。"
        f"请检查网络和 /etc/apt 中的软件源后重试。{_by_hand()}"
    )


def _fetch(folder: Path, options: list[str]) -> bool:
    return _run(["apt-get", *options, "download", PACKAGE], folder)


def _own_lists(folder: Path) -> list[str]:
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    places = {"Dir::State::lists": folder / "lists", "Dir::Cache": folder / "cache"}
    return [part for key, value in places.items() for part in ("-o", f"{key}={value}")]


def _log() -> Path:
    return RUN / "log" / "fonts.log"


def _run(command: list[str], folder: Path) -> bool:
    _log().parent.mkdir(parents=True, exist_ok=True)
    with _log().open("ab") as output:
        try:
            done = subprocess.run(
                command, cwd=folder, stdout=output, stderr=output, check=False, timeout=600
            )
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return False
    return done.returncode == 0


def _unpack(package: Path) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as deb:
        stream = cast(IO[bytes], deb.stdout)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                name = Path(member.name).name
                if "/fandol/" in member.name and name in FILES:
                    _write(name, archive.extractfile(member))
        stream.read()  # dpkg-deb complains about a reader that leaves early


def _write(name: str, source: IO[bytes] | None) -> None:
    if source is not None:
        half = FONTS_DIR / f"{name}.part"
        half.write_bytes(source.read())
        half.rename(FONTS_DIR / name)
