"""Documents and meetings of 2022 to 2024, with rows that the figures must leave out."""

from organization.demo import World

from . import documents, meetings


def load(world: World) -> None:
    """Fill the registers of this app."""
    documents.load(world)
    meetings.load(world)
