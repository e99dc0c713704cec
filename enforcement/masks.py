"""How personal data of inspected subjects is shown to people who need not see it in full."""


def mask_phone(number: str) -> str:
    """First three and last four digits: `13800001234` → `138****1234`."""
    if len(number) < 8:
        return "****"
    return f"{number[:3]}****{number[-4:]}"


def mask_name(name: str) -> str:
    """The family name: `王小明` → `王**`."""
    return name[:1] + "*" * (len(name) - 1)
