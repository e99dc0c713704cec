"""The demo set gives the published figures of 2023, and is not a set where anything does."""

import datetime as dt
from typing import Any

import pytest

from governance.models import Meeting, NormativeDocument
from governance.models.document import EnforcementSystem
from governance.models.meeting import MeetingKind
from kernel.indicators.evaluate import Figure, evaluate
from kernel.indicators.indicator import catalogue
from kernel.records.status import Status

pytestmark = pytest.mark.django_db
EXPECTED_2023 = {"enforcement.systems": "3项", "decisions.rule_of_law_meetings": "2次"}
NAMES = (
    "《行政执法公示办法（试行）》",
    "《行政执法全过程记录制度（试行）》",
    "《行政执法决定法制审核制度（试行）》",
)
YEAR_END = dt.date(2023, 12, 31)


def figures(year: int) -> dict[str, Figure]:
    return evaluate(year, [catalogue.get(key) for key in EXPECTED_2023])


def test_demo_2023_figures() -> None:
    found = figures(2023)
    assert {key: figure.text for key, figure in found.items()} == EXPECTED_2023
    assert found["enforcement.systems"].names == NAMES
    assert {i.key for i in catalogue if i.source().app_label == "governance"} == set(EXPECTED_2023)


def test_meetings_of_other_years_are_there() -> None:
    assert figures(2024)["decisions.rule_of_law_meetings"].value == 3
    assert Meeting.objects.counted().filter(kind=MeetingKind.RULE_OF_LAW).count() > 5


def founding() -> Any:
    return NormativeDocument.objects.exclude(enforcement_system="")


def test_counting_documents_instead_of_systems_gives_another_number() -> None:
    in_force = founding().counted().filter(NormativeDocument.validity.q(YEAR_END))
    assert in_force.count() == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"effective_on__lte": YEAR_END},
        {"effective_on__lte": YEAR_END, "repealed_on": None, "status": Status.APPROVED},
        {"effective_on__lte": YEAR_END, "expires_on__gte": YEAR_END, "status": Status.APPROVED},
        {"issued_on__year": 2023, "status": Status.APPROVED},
    ],
)
def test_a_wrong_query_gives_other_titles(wrong: dict[str, Any]) -> None:
    titles = {document.quoted_title for document in founding().filter(**wrong)}
    assert titles != set(NAMES)


def test_counting_the_blank_as_a_system_would_give_four() -> None:
    in_force = NormativeDocument.objects.counted().filter(NormativeDocument.validity.q(YEAR_END))
    assert in_force.values("enforcement_system").distinct().count() == 4


def test_all_states_are_there() -> None:
    special = Meeting.objects.filter(kind=MeetingKind.RULE_OF_LAW, held_on__year=2023)
    assert set(special.values_list("status", flat=True)) == set(Status)
    states = set(founding().values_list("status", flat=True))
    assert states >= {Status.APPROVED, Status.RETURNED, Status.SUBMITTED, Status.WITHDRAWN}
    assert set(founding().values_list("enforcement_system", flat=True)) == set(EnforcementSystem)


def test_other_meetings_with_legal_items_are_there() -> None:
    others = Meeting.objects.counted().exclude(kind=MeetingKind.RULE_OF_LAW)
    assert others.filter(held_on__year=2023, rule_of_law_item=True).count() > 2


@pytest.mark.parametrize("model", [NormativeDocument, Meeting])
def test_every_demo_row_would_pass_the_form(model: Any) -> None:
    for row in model.objects.all():
        row.full_clean()
