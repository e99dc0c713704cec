"""Thirty-five officers certified at the end of 2023, and others who are not (or not any more)."""

import datetime as dt
from typing import Any

from kernel.records.status import Status
from organization.demo import World

from ..models import CertificateStatus, EnforcementField, Officer

SECTIONS = {
    "fgk": 7, "pxk": 7, "aqk": 4, "tyk": 4, "spk": 3, "zsk": 3, "jjk": 3, "ddk": 2, "bgs": 2,
}  # fmt: skip
"""Certified officers at the end of 2023, by section: 35 in all."""

JOINED = dt.date(2018, 9, 1)
ISSUED = dt.date(2021, 5, 20)
VALID_TO = dt.date(2026, 5, 19)

COUNTED_EXCEPTIONS: dict[int, dict[str, Any]] = {
    3: {"valid_to": dt.date(2023, 12, 31)},
    8: {"issued_on": dt.date(2023, 6, 12), "valid_to": dt.date(2028, 6, 11)},
    11: {
        "certificate_status": CertificateStatus.SUSPENDED,
        "status_changed_on": dt.date(2024, 3, 4),
    },
    15: {"left_on": dt.date(2024, 2, 1)},
    20: {"issued_on": dt.date(2019, 6, 3), "valid_to": dt.date(2024, 6, 2)},
    27: {"joined_on": dt.date(2022, 8, 15)},
}
"""Officers who count at the end of 2023 although something ends, or began, close to it."""

TRAPS: tuple[dict[str, Any], ...] = (
    # Certificates that expired in 2023; the second one a day before the year's last.
    {"unit": "zsk", "issued_on": dt.date(2018, 7, 1), "valid_to": dt.date(2023, 6, 30)},
    {"unit": "jjk", "issued_on": dt.date(2018, 12, 31), "valid_to": dt.date(2023, 12, 30)},
    # Taken away before the end of the year.
    {
        "unit": "aqk",
        "certificate_status": CertificateStatus.SUSPENDED,
        "status_changed_on": dt.date(2023, 9, 11),
    },
    {
        "unit": "tyk",
        "certificate_status": CertificateStatus.CANCELLED,
        "status_changed_on": dt.date(2022, 5, 9),
        "on_post": False,
    },
    # Retired or moved in 2023; one of them on the last day.
    {"unit": "spk", "left_on": dt.date(2023, 8, 31), "on_post": False},
    {"unit": "fgk", "left_on": dt.date(2023, 12, 31), "on_post": False, "staffed": False},
    # Certified elsewhere in 2022, here since 2024; certificates of 2024.
    {"unit": "fgk", "issued_on": dt.date(2022, 3, 1), "joined_on": dt.date(2024, 1, 2)},
    {"unit": "pxk", "issued_on": dt.date(2024, 3, 18), "valid_to": dt.date(2029, 3, 17)},
    {"unit": "pxk", "issued_on": dt.date(2024, 3, 18), "valid_to": dt.date(2029, 3, 17)},
    # Not approved.
    {"unit": "fgk", "status": Status.RETURNED},
    {"unit": "pxk", "status": Status.SUBMITTED, "staffed": False},
    {"unit": "tyk", "status": Status.RETURNED},
    {"unit": "pxk", "status": Status.WITHDRAWN},
)


def load_officers(world: World) -> list[Officer]:
    """All officers; the 35 that count at the end of 2023 come first."""
    codes = [code for code, count in SECTIONS.items() for _ in range(count)]
    counted = [
        _officer(world, number, {"unit": code} | COUNTED_EXCEPTIONS.get(number, {}))
        for number, code in enumerate(codes)
    ]
    others = [_officer(world, len(codes) + n, dict(trap)) for n, trap in enumerate(TRAPS)]
    return world.save(counted + others)


def _officer(world: World, number: int, fields: dict[str, Any]) -> Officer:
    code = fields.pop("unit")
    sports = code == "tyk"
    defaults: dict[str, Any] = {
        "name": world.person(),
        "certificate_number": f"1006{number:02d}{world.rng.randrange(10**4):04d}",
        "enforcement_field": EnforcementField.SPORTS if sports else EnforcementField.EDUCATION,
        "issued_on": ISSUED,
        "valid_to": VALID_TO,
        "joined_on": JOINED,
        "post": "执法岗",
    }
    merged = defaults | fields
    merged["exam_passed_on"] = merged["issued_on"] - dt.timedelta(days=40)
    return world.build(Officer, unit=world.unit(code), **merged)
