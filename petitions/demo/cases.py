"""Give each course of events its text, its people and its number."""

from typing import Any

from organization.demo import World
from organization.demo.names import PLACES

from ..choices import Channel, Conclusion, Outcome, Purpose
from ..models import Petition
from .courses import Course
from .texts import EXTENSIONS, REFUSALS, TEXTS, TRANSFERS, Text

PREFIXES = {Channel.SUNSHINE: "XF", Channel.HOTLINE: "RX", Channel.MAILBOX: "SZ"}
REASONS = {Outcome.REJECTED: REFUSALS, Outcome.TRANSFERRED: TRANSFERS}
SHARE_ANONYMOUS = 0.08
SHARE_JOINT = 0.05
"""Part of the petitions that several people bring together; never more than five (§20)."""
SHARE_BY_SCHOOL = 0.5
BY_SCHOOL = {"jjk", "rsk", "bgs"}
"""Sections that leave part of the handling to the school itself."""


def build(world: World, course: Course, serial: int) -> Petition:
    """The unsaved petition of one course of events."""
    text = world.rng.choice(TEXTS)
    place = f"{world.rng.choice(PLACES)}镇"
    school = world.rng.choice(world.schools) if "{school}" in text.subject + text.content else None
    subject = _institution(world) if "{institution}" in text.subject else None
    words = {
        "place": place,
        "school": school.unit.name if school else "",
        "institution": subject.name if subject else "",
    }
    return world.build(
        Petition,
        unit=world.unit("fgk" if course.channel == Channel.SUNSHINE else "bgs"),
        status=course.status,
        number=f"{PREFIXES[course.channel]}{course.received_on:%Y%m%d}{serial:05d}",
        subject=text.subject.format(**words),
        content=text.content.format(**words),
        category=text.category,
        purpose=text.purpose,
        school=school,
        inspection_subject=subject,
        **_petitioner(world, place),
        **_dates(course),
        **_handling(world, course, text, school, words),
    )


def _institution(world: World) -> Any:
    """A licensed training institution of the pool of inspected subjects."""
    pool = [subject for subject in world.subjects if subject.kind == "training_institution"]
    return world.rng.choice(pool)


def _petitioner(world: World, place: str) -> dict[str, Any]:
    if world.rng.random() < SHARE_ANONYMOUS:
        return {}
    joint = world.rng.random() < SHARE_JOINT
    return {
        "petitioner": world.person(),
        "phone": world.phone(),
        "people": world.rng.randint(2, 5) if joint else 1,
        "petitioner_address": f"海安市{place}新村{world.rng.randint(1, 28)}组",
    }


def _dates(course: Course) -> dict[str, Any]:
    """The fields that the course of events has already settled."""
    sunshine = course.channel == Channel.SUNSHINE
    return {
        "channel": course.channel,
        "level": course.level,
        "received_on": course.received_on,
        "outcome": course.outcome,
        "accepted_on": course.accepted_on,
        "notified_on": course.accepted_on if sunshine else None,
        "due_on": course.due_on,
        "extended_to": course.extended_to,
        "closed_on": course.closed_on,
        "rating": course.rating,
    }


def _handling(
    world: World, course: Course, text: Text, school: Any, words: dict[str, str]
) -> dict[str, Any]:
    """Who handled the petition and what was answered, as far as it went."""
    rng = world.rng
    if course.outcome != Outcome.ACCEPTED:
        reasons = REASONS.get(course.outcome)
        return {"outcome_reason": rng.choice(reasons) if reasons else ""}
    by_school = school is not None and text.unit in BY_SCHOOL and rng.random() < SHARE_BY_SCHOOL
    fields: dict[str, Any] = {
        "handling_unit": school.unit if by_school else world.unit(text.unit),
        "extension_reason": rng.choice(EXTENSIONS) if course.extended_to else "",
    }
    if course.closed_on:
        fields["replied_on"] = course.closed_on
        fields["reply"] = text.reply.format(**words)
        appeal = text.purpose in (Purpose.APPEAL, Purpose.COMPLAINT)
        fields["conclusion"] = rng.choice(list(Conclusion)) if appeal else ""
    return fields
