"""Each figure counts what its rule says, and none of the rows that look alike."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.models.document import EnforcementSystem
from governance.models.meeting import MeetingKind
from kernel.indicators.evaluate import Figure
from kernel.records.status import Status
from kernel.registers.register import registry

from .factories import YEAR, DocumentFactory, MeetingFactory, day

pytestmark = pytest.mark.django_db
Compute = Callable[..., Figure]
PUBLICITY, RECORDING, REVIEW = EnforcementSystem
NOT_COUNTED = [Status.SUBMITTED, Status.RETURNED, Status.WITHDRAWN]
LAST, NEXT = day(12, 31), day(1, 1, YEAR + 1)
SYSTEMS, MEETINGS = "enforcement.systems", "decisions.rule_of_law_meetings"


def test_the_three_systems_are_counted_and_named(figure: Compute) -> None:
    for system, title in zip(EnforcementSystem, ("公示办法", "记录制度", "审核制度"), strict=True):
        DocumentFactory.create(enforcement_system=system, title=title)
    found = figure(SYSTEMS)
    assert (found.text, found.names) == ("3项", ("《公示办法》", "《记录制度》", "《审核制度》"))


def test_two_documents_of_one_system_are_one_system(figure: Compute) -> None:
    DocumentFactory.create_batch(2, enforcement_system=RECORDING, title="记录制度")
    found = figure(SYSTEMS)
    assert (found.value, found.records, found.names) == (1, 2, ("《记录制度》",))


def test_documents_without_a_system_are_no_fourth_system(figure: Compute) -> None:
    DocumentFactory.create(enforcement_system=PUBLICITY)
    DocumentFactory.create(enforcement_system="")
    assert figure(SYSTEMS).value == 1


IN_FORCE: list[tuple[dict[str, Any], bool]] = [
    ({"effective_on": LAST}, True),
    ({"effective_on": NEXT}, False),
    ({"effective_on": None}, False),
    ({"expires_on": LAST}, True),
    ({"expires_on": day(12, 30)}, False),
    ({"repealed_on": LAST}, False),
    ({"repealed_on": NEXT}, True),
    ({"repealed_on": day(6), "expires_on": NEXT}, False),
    ({"repealed_on": NEXT, "expires_on": day(6)}, False),
    ({"repealed_on": NEXT, "expires_on": LAST}, True),
]


@pytest.mark.parametrize(("dates", "counts"), IN_FORCE)
def test_a_document_counts_while_it_is_in_force(
    dates: dict[str, Any], counts: bool, figure: Compute
) -> None:
    DocumentFactory.create(enforcement_system=REVIEW, **dates)
    assert figure(SYSTEMS).value == int(counts)


@pytest.mark.parametrize("status", NOT_COUNTED)
def test_only_approved_records_count(status: Status, figure: Compute) -> None:
    DocumentFactory.create(enforcement_system=PUBLICITY, status=status)
    MeetingFactory.create(status=status)
    assert figure(SYSTEMS).value == 0
    assert figure(MEETINGS).value == 0


def test_meetings_count_in_the_year_in_which_they_were_held(figure: Compute) -> None:
    MeetingFactory.create(held_on=day(1, 1))
    MeetingFactory.create(held_on=LAST)
    MeetingFactory.create(held_on=NEXT)
    MeetingFactory.create(held_on=day(12, 31, YEAR - 1))
    assert figure(MEETINGS).text == "2次"


@pytest.mark.parametrize("kind", [k for k in MeetingKind if k != MeetingKind.RULE_OF_LAW])
def test_a_legal_item_does_not_make_a_special_meeting(kind: MeetingKind, figure: Compute) -> None:
    MeetingFactory.create(kind=kind, rule_of_law_item=True)
    assert figure(MEETINGS).value == 0


def test_documents_that_found_no_system_can_be_listed() -> None:
    founding = DocumentFactory.create(enforcement_system=PUBLICITY)
    other = DocumentFactory.create()
    register = registry.get("governance.normativedocument")
    span = {"since": f"{YEAR}-01-01", "until": f"{YEAR}-12-31"}

    def listed(answer: str) -> list[Any]:
        params = span | {"founds_system": answer}
        return list(register.filterset_class(params, register.get_queryset()).qs)

    assert listed("true") == [founding]
    assert listed("false") == [other]
