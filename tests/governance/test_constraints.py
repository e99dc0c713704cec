"""Every rule that one row can break is held by the database, with words for the form."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from governance.models.document import CleanUp, DocumentKind, IssuingMode
from governance.models.meeting import MeetingKind

from .factories import DocumentFactory, MeetingFactory, day

pytestmark = pytest.mark.django_db

DRAFT = {
    "number": "",
    "reviewed_on": None,
    "decided_on": None,
    "issued_on": None,
    "effective_on": None,
}
REFUSED: list[tuple[str, Any, dict[str, Any]]] = [
    ("document_issued_with_number", DocumentFactory, {"number": ""}),
    ("document_review_and_decision", DocumentFactory, {"reviewed_on": None}),
    ("document_review_and_decision", DocumentFactory, {"decided_on": None}),
    ("document_consultation", DocumentFactory, {"consulted_until": day(2, 1)}),
    (
        "document_consultation",
        DocumentFactory,
        {"consulted_from": day(2, 2), "consulted_until": day(2, 1)},
    ),
    ("document_decided_after_review", DocumentFactory, {"reviewed_on": day(3, 6)}),
    ("document_issued_after_decision", DocumentFactory, {"issued_on": day(3, 4)}),
    ("document_effective_after_issue", DocumentFactory, {"effective_on": day(3, 9)}),
    ("document_effective_after_issue", DocumentFactory, {**DRAFT, "effective_on": day(4, 1)}),
    ("document_published_after_issue", DocumentFactory, {"published_on": day(3, 9)}),
    ("document_expiry", DocumentFactory, {"expires_on": day(3, 31)}),
    ("document_repeal", DocumentFactory, {"repealed_on": day(3, 31)}),
    ("document_repeal", DocumentFactory, {**DRAFT, "repealed_on": day(3, 31)}),
    ("document_trial_expires", DocumentFactory, {"trial": True}),
    ("document_clean_up_dated", DocumentFactory, {"clean_up": CleanUp.KEEP}),
    ("document_clean_up_dated", DocumentFactory, {"cleaned_on": day(11)}),
    ("meeting_participants", MeetingFactory, {"participants": 0}),
    ("meeting_special_item", MeetingFactory, {"rule_of_law_item": False}),
]
ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    (DocumentFactory, {}),
    (DocumentFactory, DRAFT),
    (DocumentFactory, {**DRAFT, "trial": True}),
    (DocumentFactory, {"kind": DocumentKind.INTERNAL, "reviewed_on": None, "decided_on": None}),
    (DocumentFactory, {"reviewed_on": day(3, 5), "issued_on": day(3, 5)}),
    (DocumentFactory, {"effective_on": day(3, 10), "published_on": day(3, 10)}),
    (DocumentFactory, {"consulted_from": day(2, 1), "consulted_until": day(2, 1)}),
    (DocumentFactory, {"trial": True, "expires_on": day(4, 1)}),
    (DocumentFactory, {"repealed_on": day(4, 1)}),
    (DocumentFactory, {"clean_up": CleanUp.KEEP, "cleaned_on": day(11)}),
    (MeetingFactory, {"participants": 1}),
    (MeetingFactory, {"kind": MeetingKind.PARTY_GROUP, "rule_of_law_item": False}),
]


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_database_refuses(name: str, factory: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        factory.create(**fields)


@pytest.mark.parametrize(("name", "factory", "fields"), REFUSED)
def test_the_form_says_why(name: str, factory: Any, fields: dict[str, Any]) -> None:
    row = factory.build(**fields)
    rule = next(c for c in type(row)._meta.constraints if c.name == name)
    with pytest.raises(ValidationError) as error:
        rule.validate(type(row), row)
    assert error.value.messages == [str(rule.violation_error_message)]


@pytest.mark.parametrize(("factory", "fields"), ALLOWED)
def test_the_database_accepts(factory: Any, fields: dict[str, Any]) -> None:
    factory.create(**fields).full_clean()


def test_only_a_revision_replaces_a_document() -> None:
    old = DocumentFactory.create()
    DocumentFactory.create(replaces=old, issuing_mode=IssuingMode.REVISE).full_clean()
    name = "document_revision_replaces"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DocumentFactory.create(replaces=old, issuing_mode=IssuingMode.FORMULATE)


def test_a_number_is_given_once_and_drafts_have_none() -> None:
    first = DocumentFactory.create()
    DocumentFactory.create_batch(2, **DRAFT)
    with pytest.raises(IntegrityError, match="document_number_unique"), transaction.atomic():
        DocumentFactory.create(number=first.number)


def test_a_meeting_is_entered_once() -> None:
    first = MeetingFactory.create()
    with pytest.raises(IntegrityError, match="meeting_unique"), transaction.atomic():
        MeetingFactory.create(title=first.title)
    MeetingFactory.create(title=first.title, held_on=day(6))


def test_titles_are_quoted_with_single_marks_inside() -> None:
    title = "印发《行政执法公示办法（试行）》的通知"
    document = DocumentFactory.build(title=title)
    assert document.quoted_title == "《印发〈行政执法公示办法（试行）〉的通知》"
    assert str(document) == document.quoted_title
