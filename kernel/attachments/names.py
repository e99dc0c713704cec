"""File names as people and every operating system can use them."""

import re
import unicodedata

from .models import NAME_LENGTH

FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
SPACES = re.compile(r"\s+")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")


def clean_name(name: str) -> str:
    """Without folders, control characters and signs that file systems refuse; never too long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign if sign.isprintable() else " " for sign in name)
    name = SPACES.sub(" ", FORBIDDEN.sub("_", name)).strip(" .")
    stem, extension = split_name(name or "未命名文件")
    room = NAME_LENGTH - len(extension) - 1
    return f"{stem[:room].rstrip()}.{extension}" if extension else stem[:NAME_LENGTH]


def split_name(name: str) -> tuple[str, str]:
    """Stem and lower-case extension; the extension is empty when the ending is none."""
    stem, dot, extension = name.rpartition(".")
    extension = unicodedata.normalize("NFKC", extension).lower()
    if not dot or not stem or not EXTENSION.fullmatch(extension):
        return name, ""
    return stem, extension


def size_text(size: int) -> str:
    """A size in words: 820 字节, 35 KB, 2.4 MB."""
    if size < 1024:
        return f"{size} 字节"
    if size < 1024**2:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024**2:.1f} MB".replace(".0 MB", " MB")
