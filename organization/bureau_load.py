"""Write a bureau's own description into the database: profile, units, agencies, accounts.

Loading the same file twice changes nothing the second time. What the file does not name stays
as it is; a unit, agency or account that is no longer used is marked inactive, never deleted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction

from .bureau_file import BureauFile, BureauFileError, Row
from .models import ADMINISTRATOR_KINDS, Agency, BureauProfile, Role, StaffAccount, Unit, UnitKind
from .roles import give_role, sync_roles

CODE = re.compile(r"[A-Za-z0-9_-]+")
USERNAME = re.compile(r"[A-Za-z0-9@.+_-]+")
LONGEST_PATH = Unit._meta.get_field("path").max_length or 0


@dataclass
class Outcome:
    """What a run did: rows by table and deed, and the accounts that cannot sign in yet."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_password: list[StaffAccount] = field(default_factory=list)


@transaction.atomic
def load(file: BureauFile) -> Outcome:
    """Write the file. Raises `BureauFileError` with every fault; then nothing was written."""
    outcome = Outcome()
    with pghistory.context(reason="装入机关资料"):
        sync_roles()
        _check([*_tree_faults(file), *_administrator_faults(file)])
        _check(list(_load_profile(file.profile, outcome)))
        _check([fault for row in _parents_first(file.units) for fault in _load_unit(row, outcome)])
        _check([fault for row in file.agencies for fault in _load_agency(row, outcome)])
        _check(_own_agency_faults())
        _check([fault for row in file.accounts for fault in _load_account(row, outcome)])
    outcome.without_password = [
        account
        for account in StaffAccount.objects.filter(is_active=True).order_by("unit__path", "pk")
        if not account.has_usable_password()
    ]
    outcome.without_password.sort(key=lambda account: account.role not in ADMINISTRATOR_KINDS)
    return outcome


def _check(faults: list[str]) -> None:
    if faults:
        raise BureauFileError(faults)


# --- The tree of units --------------------------------------------------------------------------


def _tree_faults(file: BureauFile) -> Iterator[str]:
    """Codes, parents, the single root, circles: all before anything is written."""
    parents: dict[str, str | None] = dict(Unit.objects.values_list("code", "parent__code"))
    known = set(parents)
    for row in file.units:
        code = row.values["code"]
        if not CODE.fullmatch(code):
            yield f"{row.place} code：只能用半角字母、数字、短横线和下划线。"
        if "parent" in row.values or code not in known:
            parents[code] = row.values.get("parent") or None
    for row in file.units:
        yield from _parent_faults(row, parents)
    yield from _root_faults(file, parents)


def _parent_faults(row: Row, parents: dict[str, str | None]) -> Iterator[str]:
    code = row.values["code"]
    line, at = [code], parents[code]
    while at is not None:
        if at not in parents:
            if len(line) == 1:
                yield f"{row.place} parent：没有代码为“{at[:40]}”的单位，请先在 units 中列出。"
            return
        if at in line:
            yield f"{row.place} parent：上下级成了环（{' → '.join([*line, at])}）。"
            return
        line.append(at)
        at = parents[at]
    if len("/".join(line)) + 1 > LONGEST_PATH:
        yield f"{row.place}：自最上级起的代码相连超过 {LONGEST_PATH} 个字符，请缩短代码。"


def _root_faults(file: BureauFile, parents: dict[str, str | None]) -> Iterator[str]:
    roots = [code for code, parent in parents.items() if parent is None]
    if not roots:
        yield "units：至少要有一个没有 parent 的单位，即局机关本身。"
    if len(roots) > 1:
        yield (
            f"units：只能有一个没有 parent 的单位，现有 {'、'.join(roots[:10])}。"
            "一个数据库只装一个机关；其余单位请写明 parent。"
        )
    for row in file.units:
        is_root = parents[row.values["code"]] is None
        is_bureau = row.values.get("kind") == UnitKind.BUREAU
        if "kind" in row.values and is_root != is_bureau:
            yield f"{row.place} kind：局机关（bureau）只用于没有 parent 的那一个单位。"


def _parents_first(rows: list[Row]) -> list[Row]:
    """The rows so that no unit comes before its parent."""
    waiting = {row.values["code"]: row for row in rows}
    ordered: list[Row] = []

    def take(row: Row) -> None:
        if waiting.pop(row.values["code"], None) is None:
            return
        if (parent := row.values.get("parent")) in waiting:
            take(waiting[parent])
        ordered.append(row)

    for row in rows:
        take(row)
    return ordered


def _load_unit(row: Row, outcome: Outcome) -> list[str]:
    unit = Unit.objects.filter(code=row.values["code"]).first() or Unit()
    values = dict(row.values)
    if "parent" in values:
        values["parent"] = Unit.objects.filter(code=values["parent"]).first()
    return _save(unit, values, row, outcome, exclude=("path",))


# --- Profile, agencies, accounts ----------------------------------------------------------------


def _load_profile(row: Row, outcome: Outcome) -> list[str]:
    profile = BureauProfile.objects.first()
    if profile is not None and not row.values:
        return []
    return _save(profile or BureauProfile(), row.values, row, outcome)


def _load_agency(row: Row, outcome: Outcome) -> list[str]:
    agency = Agency.objects.filter(name=row.values["name"]).first() or Agency()
    return _save(agency, row.values, row, outcome)


def _own_agency_faults() -> list[str]:
    own = list(Agency.objects.filter(own=True, active=True).values_list("name", flat=True))
    if len(own) < 2:
        return []
    return [f"agencies own：本机关只能有一个，现有 {'、'.join(own[:10])}。"]


def _administrator_faults(file: BureauFile) -> Iterator[str]:
    """The three administrators must be there: nobody else could let in the others later."""
    accounts: dict[str, tuple[str, bool]] = {
        name: (role, active)
        for name, role, active in StaffAccount.objects.values_list("username", "role", "is_active")
    }
    for row in file.accounts:
        name = row.values["username"]
        role, active = accounts.get(name, ("", True))
        accounts[name] = row.values.get("role", role), row.values.get("is_active", active)
        if not USERNAME.fullmatch(name):
            yield f"{row.place} username：只能用半角字母、数字和 @ . + - _。"
    for kind in (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR):
        if (kind, True) not in accounts.values():
            yield f'accounts：至少要有一个启用的{kind.label}（role = "{kind.label}"）。'


def _load_account(row: Row, outcome: Outcome) -> list[str]:
    account = StaffAccount.objects.filter(username=row.values["username"]).first()
    values = dict(row.values)
    if "unit" in values:
        code = values["unit"]
        values["unit"] = Unit.objects.filter(code=code).first()
        if values["unit"] is None:
            return [f"{row.place} unit：没有代码为“{code[:40]}”的单位，请先在 units 中列出。"]
    if account is None:
        account = StaffAccount()
        account.set_unusable_password()
    faults = _save(account, values, row, outcome)
    if not faults and not account.groups.filter(name=account.role).exists():
        give_role(account, account.role)
    return faults


# --- One row ------------------------------------------------------------------------------------


def _save(
    instance: models.Model,
    values: dict[str, Any],
    row: Row,
    outcome: Outcome,
    exclude: Collection[str] = (),
) -> list[str]:
    """Write the row where it differs from the database; returns its faults."""
    is_new = instance._state.adding
    changed = is_new or any(getattr(instance, key) != value for key, value in values.items())
    for key, value in values.items():
        setattr(instance, key, value)
    try:
        instance.full_clean(exclude=exclude)
    except ValidationError as error:
        return [
            f"{row.place}{'' if key == '__all__' else f' {key}'}：{''.join(messages)}"
            for key, messages in error.message_dict.items()
        ]
    if changed:
        instance.save()
    deed = "新增" if is_new else "修改" if changed else "未变"
    outcome.counts[str(instance._meta.verbose_name), deed] += 1
    return []
