"""The pages of a register: list, detail, entry, change of state, history."""

from .detail import RegisterDetail
from .entry import RegisterEdit, RegisterForm
from .history import RegisterHistory
from .listing import RegisterList
from .printing import RegisterPrint
from .reveal import RegisterReveal
from .steps import PartDelete, RegisterTransition

__all__ = [
    "PartDelete",
    "RegisterDetail",
    "RegisterEdit",
    "RegisterForm",
    "RegisterHistory",
    "RegisterList",
    "RegisterPrint",
    "RegisterReveal",
    "RegisterTransition",
]
