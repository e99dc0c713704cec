"""Disclosures of 2022 to 2024 with their postings, and rows that the figures must leave out."""

from organization.demo import World
from organization.demo.multiply import Multiplication, multiply

from ..models import Disclosure, Posting
from .items import Item, disclosure, items, postings


def load(world: World) -> None:
    """Fill the registers of disclosures and postings."""
    planned: list[Item] = list(items(world))
    records = world.save(disclosure(world, item, n) for n, item in enumerate(planned, 1))
    world.save(
        posting
        for item, record in zip(planned, records, strict=True)
        for posting in postings(world, item, record)
    )


def scale(world: World, rows: int) -> None:
    """Multiply disclosures and postings to about `rows` together, over 2004 to 2025."""
    plan = Multiplication(
        Disclosure,
        anchor="produced_on",
        numbers={"index_number": "LS/"},
        parts=((Posting, "disclosure"),),
    )
    multiply(plan, rows)
