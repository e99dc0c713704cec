"""Hide most of a piece of personal data; `Register.masked` names the fields.

个人信息保护法 §6: only what the task needs is shown. The functions never fail on odd input.
"""

VISIBLE_HEAD, VISIBLE_TAIL = 3, 4


def mask_name(name: str) -> str:
    """The surname only: 顾晓晴 → 顾**."""
    return f"{name[:1]}**"


def mask_phone(number: str) -> str:
    """First three and last four digits; nothing of a number too short for that."""
    if len(number) <= VISIBLE_HEAD + VISIBLE_TAIL:
        return "****"
    return f"{number[:VISIBLE_HEAD]}****{number[-VISIBLE_TAIL:]}"
