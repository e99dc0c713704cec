"""Petitions of 2022 to 2024, with rows that the figures must leave out."""

from organization.demo import World
from organization.demo.multiply import Multiplication, multiply

from ..models import Petition
from .cases import build
from .courses import courses


def load(world: World) -> None:
    """Fill the register of petitions."""
    world.save(build(world, course, serial) for serial, course in enumerate(courses(world), 1))


def scale(world: World, rows: int) -> None:
    """Multiply the petitions to about `rows`, over the years 2004 to 2025."""
    multiply(Multiplication(Petition, anchor="received_on", numbers={"number": "LS"}), rows)
