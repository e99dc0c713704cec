"""The demo's enforcement records of 2022 to 2024, and a multiplied set for measurements."""

from organization.demo import World

from .inspections import load_inspections
from .officers import load_officers
from .operations import load_operations
from .scale import scale
from .subjects import load_subjects
from .training import load_training

__all__ = ["load", "scale"]


def load(world: World) -> None:
    """Create subjects, officers, training, random inspections and joint operations."""
    subjects = load_subjects(world)
    world.subjects = subjects
    officers = load_officers(world)
    load_training(world, officers)
    load_inspections(world, subjects, officers)
    load_operations(world, subjects, officers)
