"""Three years of invented school records, with exactly the figures of the 2023 report."""

from organization.demo import World

from . import aid, directory, drills, groups, projects, publicity, vice_principals


def load(world: World) -> None:
    """Fill all registers of the app; leaves the schools in operation in `world.schools`."""
    directory.load(world)
    drills.load(world)
    vice_principals.load(world)
    groups.load(world)
    projects.load(world)
    aid.load(world)
    publicity.load(world)
