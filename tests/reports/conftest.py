import pytest

from organization.models import StaffAccount
from reports.models import AnnualReport


class Steps:
    """Collects the steps a compilation reports."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    def step(self, label: str, done: int, total: int) -> None:
        self.labels.append(f"{done}/{total} {label}")


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def report(own_database: str) -> AnnualReport:
    return AnnualReport.objects.get(year=2023)


@pytest.fixture
def fazhi(own_database: str) -> StaffAccount:
    """The demo's legal reviewer, on the copied database."""
    return StaffAccount.objects.get(username="fazhi")
