"""The invented bureau that `load_demo` builds: units, staff, and the tools to fill the registers."""

from .world import World

__all__ = ["World"]
