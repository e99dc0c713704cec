"""The bureau, its units, its staff, and what guards their accounts."""

from .bureau import PROFILE_CACHE_KEY, Agency, BureauProfile, Unit, UnitKind
from .security import AccessLink, PasswordRecord, SecurityEvent, UserSession
from .staff import (
    ADMINISTRATOR_KINDS,
    BUREAU_WIDE,
    PERSONAL_DATA,
    Role,
    StaffAccount,
    StaffManager,
)

__all__ = [
    "ADMINISTRATOR_KINDS",
    "BUREAU_WIDE",
    "PERSONAL_DATA",
    "PROFILE_CACHE_KEY",
    "AccessLink",
    "Agency",
    "BureauProfile",
    "PasswordRecord",
    "Role",
    "SecurityEvent",
    "StaffAccount",
    "StaffManager",
    "Unit",
    "UnitKind",
    "UserSession",
]
