"""What people without the right to personal data see instead of it."""

VISIBLE_DIGITS = 4


def mask_phone(number: str) -> str:
    """The last four digits, e.g. `*******1234`."""
    hidden = max(len(number) - VISIBLE_DIGITS, 0)
    return "*" * hidden + number[hidden:]
