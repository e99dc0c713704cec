"""The file with which a bureau describes itself: one TOML document, read and checked.

Nothing here touches the database. What is wrong is collected, each fault with its place in the
file, so that the person who wrote it can mend everything at once.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .models import Role, UnitKind

LARGEST_FILE = 2_000_000
"""Bytes. A bureau of a thousand units needs a tenth of it."""
KIND_WORDS = {bool: "true 或 false", int: "整数", str: "加引号的文字"}


class BureauFileError(Exception):
    """The file cannot be loaded; `faults` name place, cause and way out."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class TableKind:
    """One kind of table: its keys with the type of their values, and the key that names a row."""

    name: str
    keys: dict[str, type]
    identity: str = ""
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    """Key → accepted spelling → stored value."""


def _spellings(choices: Any) -> dict[str, str]:
    """A choice may be written by its value or by its Chinese label."""
    return {spelling: choice.value for choice in choices for spelling in (choice, choice.label)}


PROFILE = TableKind(
    "profile",
    dict.fromkeys(
        (
            *("name", "short_name", "portal_name", "place_name", "credit_code"),
            *("document_prefix", "addressees", "copies_to", "signer"),
            *("contact_name", "contact_phone"),
            *("level_national", "level_province", "level_prefecture", "level_county"),
        ),
        str,
    ),
)
UNITS = TableKind(
    "units",
    {"code": str, "name": str, "kind": str, "parent": str, "order": int, "active": bool},
    identity="code",
    choices={"kind": _spellings(UnitKind)},
)
AGENCIES = TableKind("agencies", {"name": str, "own": bool, "active": bool}, identity="name")
ACCOUNTS = TableKind(
    "accounts",
    {
        **{"username": str, "display_name": str, "unit": str, "role": str},
        **{"employee_number": str, "phone": str, "email": str, "is_active": bool},
    },
    identity="username",
    choices={"role": _spellings(Role)},
)
LISTS = (UNITS, AGENCIES, ACCOUNTS)


@dataclass(frozen=True)
class Row:
    """One table of the file: its values by key, and the words that lead a reader to it."""

    place: str
    values: dict[str, Any]


@dataclass(frozen=True)
class BureauFile:
    """The checked content of a file. Parts that the file leaves out are empty."""

    profile: Row
    units: list[Row]
    agencies: list[Row]
    accounts: list[Row]


def read(path: Path) -> BureauFile:
    """The content of the file. Raises `BureauFileError` with everything that is wrong with it."""
    document = _parse(_text(path))
    faults = [
        f"{name}：不认识的表，可用的有 profile、units、agencies、accounts。"
        for name in document
        if name not in {"profile", *(kind.name for kind in LISTS)}
    ]
    profile = _profile(document.get("profile", {}), faults)
    lists = {kind.name: _rows(kind, document.get(kind.name, []), faults) for kind in LISTS}
    if faults:
        raise BureauFileError(faults)
    return BureauFile(profile=profile, **lists)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BureauFileError([f"{path}：超过 {LARGEST_FILE} 字节，请检查是否选错了文件。"])
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BureauFileError([f"{path}：不是 UTF-8 编码，请在编辑器中另存为 UTF-8。"]) from error
    except OSError as error:
        raise BureauFileError([f"{path}：无法读取（{error.strerror}）。"]) from error
    if not text.strip():
        raise BureauFileError([f"{path}：文件是空的，请参照 docs/examples/bureau.toml 填写。"])
    return text


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BureauFileError(
            [f"TOML 语法有误：{error}。请检查该处的引号、等号和方括号，标点须用半角。"]
        ) from error


def _profile(table: Any, faults: list[str]) -> Row:
    if not isinstance(table, dict):
        faults.append("profile：须写成 [profile]，其下每行一项。")
        return Row("profile", {})
    return Row("profile", _values(PROFILE, "profile", table, faults))


def _rows(kind: TableKind, tables: Any, faults: list[str]) -> list[Row]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(f"{kind.name}：须写成若干个 [[{kind.name}]]（两层方括号）。")
        return []
    rows = [_row(kind, number, table, faults) for number, table in enumerate(tables, 1)]
    faults += _repeated(kind, rows)
    return rows


def _row(kind: TableKind, number: int, table: dict[str, Any], faults: list[str]) -> Row:
    name = table.get(kind.identity)
    called = f"（{name[:40]!r}）" if isinstance(name, str) and name else ""
    place = f"{kind.name} 第 {number} 项{called}"
    values = _values(kind, place, table, faults)
    if not values.get(kind.identity):
        faults.append(f"{place}：缺少 {kind.identity}。")
    return Row(place, values)


def _repeated(kind: TableKind, rows: list[Row]) -> Iterator[str]:
    first: dict[str, str] = {}
    for row in rows:
        if name := row.values.get(kind.identity):
            if name in first:
                yield f"{row.place}：{kind.identity} 与{first[name]}重复，请删去其中一项。"
            first.setdefault(name, row.place)


def _values(
    kind: TableKind, place: str, table: dict[str, Any], faults: list[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        fault = _fault(kind, key, value)
        if fault:
            faults.append(f"{place} {key}：{fault}")
        else:
            values[key] = _stored(kind, key, value)
    return values


def _fault(kind: TableKind, key: str, value: Any) -> str:
    """What is wrong with one value; empty when nothing is."""
    if key not in kind.keys:
        return f"不认识的项，可用的有 {'、'.join(kind.keys)}。"
    if type(value) is not kind.keys[key]:
        return f"须为{KIND_WORDS[kind.keys[key]]}。"
    return _text_fault(kind, key, value) if isinstance(value, str) else ""


def _text_fault(kind: TableKind, key: str, text: str) -> str:
    if not text.isprintable():
        return "含有换行或控制字符，请删去。"
    spellings = kind.choices.get(key)
    if spellings is not None and text.strip() not in spellings:
        return f"“{text[:40]}”不在可选范围内，可用的有 {'、'.join(spellings)}。"
    return ""


def _stored(kind: TableKind, key: str, value: Any) -> Any:
    text = value.strip() if isinstance(value, str) else value
    return kind.choices[key][text] if key in kind.choices else text
