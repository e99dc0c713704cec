"""A record of a unit with its clerk, and a folder of files that ends with the test."""

from pathlib import Path
from typing import Any

import pytest

from governance.models import Meeting
from kernel.records.status import Status
from tests.kernel.samples import meeting


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def record(unit: Any, clerk: Any, media: Path) -> Meeting:
    return meeting(unit, by=clerk, status=Status.APPROVED)


def stored(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())
