"""Parsers of environment values: text in, checked value out, ``InvalidValue`` otherwise."""

import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SHORTEST_SECRET = 50
FEWEST_DIFFERENT_CHARACTERS = 12
HIGHEST_PORT = 65_535

#: Pieces of keys that stand in examples, tutorials and this project's own tests.
KNOWN_SECRETS = ("django-insecure", "changeme", "change-me", "example", "secret-key", "请改")

HOST = re.compile(r"\*|\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
WHOLE = re.compile(r"[0-9]{1,9}")
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")


class InvalidValue(ValueError):
    """The value cannot be used; the message says why and what to write instead."""


def choice(*allowed: str) -> Callable[[str], str]:
    """Parser that takes one of ``allowed``."""

    def parse(text: str) -> str:
        if text not in allowed:
            raise InvalidValue(f"只能是 {'、'.join(allowed)} 之一。")
        return text

    return parse


def several(*allowed: str) -> Callable[[str], list[str]]:
    """Parser of a comma separated list out of ``allowed``, in the order of ``allowed``."""

    def parse(text: str) -> list[str]:
        names = set(_parts(text.lower()))
        if unknown := sorted(names - set(allowed)):
            raise InvalidValue(f"不认识 {'、'.join(unknown)}，可填 {'、'.join(allowed)}。")
        return [name for name in allowed if name in names]

    return parse


def web_address(text: str) -> str:
    """An http or https address; empty where nothing is given."""
    if text and not ORIGIN.fullmatch(text.rstrip("/")):
        raise InvalidValue("请写完整地址，如 https://s3.example.gov.cn:9000。")
    return text.rstrip("/")


def anything(text: str) -> str:
    """Any text."""
    return text


def flag(text: str) -> bool:
    """``1`` or ``0`` (also true/false, yes/no, on/off)."""
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise InvalidValue("只能是 1（开）或 0（关）。")


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Parser of a whole number in ASCII digits between two bounds."""

    def parse(text: str) -> int:
        # int() would also take full-width digits, signs and underscores.
        if not WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
            raise InvalidValue(f"应为 {lowest} 至 {highest} 之间的整数（半角数字）。")
        return int(text)

    return parse


def secret_key(text: str) -> str:
    """A signing key nobody else can know; empty only where the mode allows it."""
    if not text:
        return text
    way_out = "请用 python3 -c 'import secrets; print(secrets.token_urlsafe(50))' 另生成一个。"
    if len(text) < SHORTEST_SECRET:
        raise InvalidValue(f"少于 {SHORTEST_SECRET} 个字符。{way_out}")
    if any(known in text.lower() for known in KNOWN_SECRETS):
        raise InvalidValue(f"是示例中公开的密钥。{way_out}")
    if len(set(text)) < FEWEST_DIFFERENT_CHARACTERS:
        raise InvalidValue(f"重复字符太多，容易被猜出。{way_out}")
    return text


def data_keys(text: str) -> list[str]:
    """Keys of personal data, comma separated: the first encrypts, the others only decrypt."""
    keys = _parts(text)
    if len(set(keys)) < len(keys):
        raise InvalidValue("同一个密钥写了两次，请删去一个。")
    return [secret_key(key) for key in keys]


def hosts(text: str) -> list[str]:
    """Host names, comma separated; a lone ``*`` is refused because it switches the check off."""
    names = _parts(text)
    for name in names:
        if name == "*" or not HOST.fullmatch(name):
            raise InvalidValue("请写主机名，如 fz.example.gov.cn，不带 http://、端口和 *。")
    return names


def origins(text: str) -> list[str]:
    """Origins (scheme and host), comma separated."""
    names = _parts(text)
    if not all(ORIGIN.fullmatch(name) for name in names):
        raise InvalidValue("请写完整来源，如 https://fz.example.gov.cn。")
    return names


def absolute_path(text: str) -> Path | None:
    """An absolute directory; ``None`` where nothing is given."""
    if not text:
        return None
    path = Path(text)
    if not path.is_absolute() or ".." in path.parts:
        raise InvalidValue("请写绝对路径，且不含“..”。")
    return path


def database_url(text: str) -> dict[str, Any]:
    """Django's connection values from a PostgreSQL address (TCP or unix socket)."""
    example = "正确写法如 postgres://用户:密码@127.0.0.1:5432/库名。"
    url = _split(text, ("postgres", "postgresql"), example)
    name = unquote(url.path.removeprefix("/"))
    if not name or "/" in name:
        raise InvalidValue(f"缺少库名。{example}")
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    host = query.pop("host", None) or unquote(url.hostname or "")
    if not host:
        raise InvalidValue(f"缺少主机。{example}")
    return {
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(query.pop("port", None) or url.port or ""),
        "OPTIONS": query,
    }


def redis_url(text: str) -> str:
    """Address of a Redis-protocol server as redis-py takes it."""
    example = "正确写法如 redis://:密码@127.0.0.1:6379/0 或 unix:///绝对路径?db=0。"
    url = _split(text, ("redis", "rediss", "unix"), example)
    if url.scheme == "unix":
        if not url.path.startswith("/") or url.netloc:
            raise InvalidValue(f"套接字须为绝对路径。{example}")
    elif not url.hostname:
        raise InvalidValue(f"缺少主机。{example}")
    elif not re.fullmatch(r"(/[0-9]{1,3})?/?", url.path):
        raise InvalidValue(f"库号须为数字。{example}")
    return text


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail_server(text: str) -> dict[str, Any]:
    """Django's mail settings from an address; empty where no mails are to be sent.

    ``smtp+tls`` starts in the clear and switches over, ``smtps`` is encrypted from the start.
    """
    if not text:
        return {}
    example = "正确写法如 smtp+tls://用户:密码@mail.example.gov.cn:587。"
    url = _split(text, tuple(MAIL_PORTS), example)
    if not url.hostname:
        raise InvalidValue(f"缺少主机。{example}")
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or MAIL_PORTS[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
    }


def mail_sender(text: str) -> str:
    """An address, with or without a name before it: ``门户 <fz@example.gov.cn>``."""
    if not MAIL_ADDRESS.fullmatch(parseaddr(text)[1]):
        raise InvalidValue("请写发件地址，如 fz@example.gov.cn。")
    return text


def broker_url(redis: str) -> str:
    """Celery's spelling of a ``redis_url`` (it names unix sockets differently)."""
    url = urlsplit(redis)
    if url.scheme != "unix":
        return redis
    database = parse_qs(url.query).get("db", ["0"])[-1]
    return f"redis+socket://{url.path}?virtual_host={database}"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _split(text: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise InvalidValue(f"不是有效的地址（请检查端口和方括号）。{example}") from None
    if url.scheme not in schemes:
        allowed = "、".join(f"{scheme}://" for scheme in schemes)
        raise InvalidValue(f"须以 {allowed} 开头。{example}")
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise InvalidValue(f"端口须在 1 至 {HIGHEST_PORT} 之间。{example}")
    return url
