"""The invented bureau that `load_demo` builds: units, staff, and tools to fill registers."""

from .world import World

__all__ = ["World"]
