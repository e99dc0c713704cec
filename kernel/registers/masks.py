"""Hide most of a piece of personal data; `Register.personal` and `.masked` name the fields.

个人信息保护法 §6, §28: only what the task needs is shown. The functions never fail on odd input.
"""

import re

DISTRICT = re.compile(r"^(.*?(?:街道|镇|乡|开发区|高新区))")
LONG_NUMBER = re.compile(r"(?<!\d)\d{7,18}(?:[Xx]|(?!\d))")
ID_HEAD, ID_TAIL, ID_LENGTHS = 3, 1, (15, 18)
VISIBLE_HEAD, VISIBLE_TAIL = 3, 4


def mask_name(name: str) -> str:
    """The surname only: 顾晓晴 → 顾**."""
    return f"{name[:1]}**"


def mask_phone(number: str) -> str:
    """First three and last four digits; nothing of a number too short for that."""
    if len(number) <= VISIBLE_HEAD + VISIBLE_TAIL:
        return "****"
    return f"{number[:VISIBLE_HEAD]}****{number[-VISIBLE_TAIL:]}"


def mask_id_number(number: str) -> str:
    """First three characters and the last one; nothing of a number of any other length."""
    if len(number) not in ID_LENGTHS:
        return "****"
    return f"{number[:ID_HEAD]}{'*' * (len(number) - ID_HEAD - ID_TAIL)}{number[-ID_TAIL:]}"


def mask_address(address: str) -> str:
    """Only up to the township or street office."""
    found = DISTRICT.match(address)
    return f"{found.group(1)}****" if found else "****"


def mask_text(text: str) -> str:
    """Telephone and identity numbers inside running text."""
    return LONG_NUMBER.sub(lambda found: mask_phone(found.group()), text)
