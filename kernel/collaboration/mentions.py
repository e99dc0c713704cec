"""Find “@姓名” and “@用户名” in a text and settle whom it means.

Names stand in Chinese text without spaces, so the longest name that fits is meant:
“@王芳菲请看” is 王芳菲, or 王芳 where there is no 王芳菲.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q

from kernel.records.errors import Refused

from .audience import holders, in_sight, may_see, units_of

LONGEST_NAME = 30
UNIT_REACH = 64
SUGGESTIONS = 8
# Not inside a mail address; the unit in brackets tells namesakes apart.
MENTION = re.compile(rf"(?<![A-Za-z0-9._-])[@＠]([^\s@＠]{{1,{LONGEST_NAME}}})")
UNIT = re.compile(r"^[（(]([^（()）]{1,60})[）)]")


def people_in(text: str, record: Any) -> dict[str, Any]:
    """The accounts that the text mentions, by the words that call them.

    Raises `Refused` for a name nobody has, one that several people have, or a person who may
    not see the record.
    """
    spans = [(match.group(1), text[match.end(1) :]) for match in MENTION.finditer(text)]
    if not spans:
        return {}
    known = _candidates(name for name, _ in spans)
    return dict(_settle(name + rest[:UNIT_REACH], known, record) for name, rest in spans)


def _candidates(words: Iterable[str]) -> list[Any]:
    """Active accounts whose name or user name begins one of the words; one query."""
    prefixes = {word[:length] for word in words for length in range(1, len(word) + 1)}
    accounts: Any = get_user_model()._default_manager
    named = Q(display_name__in=prefixes) | Q(username__in=prefixes)
    return list(accounts.filter(named, is_active=True).order_by("pk"))


def names_of(person: Any) -> tuple[str, str]:
    return person.display_name, person.username


def _settle(words: str, known: list[Any], record: Any) -> tuple[str, Any]:
    """The words that make up the mention, and whom they mean."""
    length = max(
        (len(n) for person in known for n in names_of(person) if n and words.startswith(n)),
        default=0,
    )
    name = words[:length]
    if not length:
        raise Refused(
            f"没有找到“@{words[:8]}”所指的同事，请核对姓名或用户名；只是普通文字的，请去掉“@”。"
        )
    namesakes = [person for person in known if name in names_of(person)]
    unit = UNIT.match(words[length:])
    inside = [person for person in namesakes if unit and str(person.unit) == unit.group(1)]
    call = f"@{name}{unit.group()}" if unit and inside else f"@{name}"
    return call, _one_who_sees(name, inside or namesakes, record)


def _one_who_sees(name: str, namesakes: list[Any], record: Any) -> Any:
    seeing = [person for person in namesakes if may_see(person, record)]
    if not seeing:
        raise Refused(
            f"{name}无权查看这条记录，不能在评论中提到。请去掉“@{name}”，或另找同事办理。"
        )
    if len(seeing) > 1:
        listed = "、".join(f"@{label(person, alone=False)}" for person in seeing)
        raise Refused(f"有 {len(seeing)} 位同事叫“{name}”，请写明单位：{listed}。")
    return seeing[0]


def label(person: Any, *, alone: bool = True) -> str:
    """How to write the person's name so that it is clear who is meant."""
    name = person.display_name or person.username
    return name if alone else f"{name}（{person.unit}）"


def suggestions(typed: str, record: Any, user: Any) -> list[dict[str, str]]:
    """Colleagues whose name holds what was typed and who may see the record; three queries."""
    named = Q(display_name__contains=typed) | Q(username__istartswith=typed)
    able = holders(type(record), "view").filter(named).exclude(pk=user.pk)
    people = list(able.order_by("display_name", "pk")[: SUGGESTIONS * 5])
    seen = in_sight(type(record), units_of([record]), people)[record.pk]
    shown = [person for person in people if person.pk in seen][:SUGGESTIONS]
    alone = _unshared(person.display_name for person in shown)
    return [
        {
            "name": person.display_name or person.username,
            "unit": str(person.unit),
            "text": label(person, alone=person.display_name in alone),
        }
        for person in shown
    ]


def _unshared(names: Iterable[str]) -> set[str]:
    """Those of the names that only one active account bears."""
    accounts: Any = get_user_model()._default_manager
    found = Counter(
        accounts.filter(display_name__in=set(names), is_active=True)
        .order_by()
        .values_list("display_name", flat=True)
    )
    return {name for name, bearers in found.items() if bearers == 1}
