"""How addresses and running text of petitions are hidden from people who need not know them.

个人信息保护法 §6, §28: only what the task needs is shown. The functions never fail on odd input.
"""

import re

from kernel.registers.masks import mask_phone

DISTRICT = re.compile(r"^(.*?(?:街道|镇|乡|开发区|高新区))")
LONG_NUMBER = re.compile(r"(?<!\d)\d{7,18}(?:[Xx]|(?!\d))")


def mask_address(address: str) -> str:
    """Only up to the township or street office."""
    found = DISTRICT.match(address)
    return f"{found.group(1)}****" if found else "****"


def mask_text(text: str) -> str:
    """Telephone and identity numbers inside running text."""
    return LONG_NUMBER.sub(lambda found: mask_phone(found.group()), text)
