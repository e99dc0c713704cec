"""Record types of the bureau's own rule-making and meetings."""

from .document import NormativeDocument
from .meeting import Meeting

__all__ = ["Meeting", "NormativeDocument"]
