"""Every rule that one row can break is held by the database, with words for the form."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures.choices import Channel

from .factories import DisclosureFactory, PostingFactory, day

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[str, Any, dict[str, Any]]] = [
    ("disclosure_due_after_production", DisclosureFactory, {"due_on": day(2, 28)}),
    ("disclosure_reviewed_after_production", DisclosureFactory, {"reviewed_on": day(2, 28)}),
    ("posting_website_url", PostingFactory, {"url": ""}),
    ("posting_website_url", PostingFactory, {"url": "", "channel": Channel.GOVERNMENT_PLATFORM}),
    ("posting_taken_down", PostingFactory, {"taken_down_on": day(4, 1)}),
    (
        "posting_taken_down",
        PostingFactory,
        {"taken_down_on": day(3, 9), "take_down_reason": "公示期满。"},
    ),
]
ALLOWED: list[tuple[Any, dict[str, Any]]] = [
    (DisclosureFactory, {"due_on": day(3, 1)}),
    (PostingFactory, {}),
    (PostingFactory, {"url": "", "channel": Channel.WECHAT}),
    (PostingFactory, {"url": "", "channel": Channel.BROADCAST}),
    (PostingFactory, {"url": "", "channel": Channel.PRESS}),
    (PostingFactory, {"taken_down_on": day(3, 10), "take_down_reason": "公示期满。"}),
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


def test_an_item_is_posted_once_per_channel() -> None:
    first = PostingFactory.create()
    PostingFactory.create(disclosure=first.disclosure, channel=Channel.GOVERNMENT_PLATFORM)
    with pytest.raises(IntegrityError, match="posting_once_per_channel"), transaction.atomic():
        PostingFactory.create(disclosure=first.disclosure, posted_on=day(6))
    with pytest.raises(ValidationError, match="同一渠道只计一条"):
        PostingFactory.build(disclosure=first.disclosure).full_clean()


def test_an_index_number_is_given_once() -> None:
    first = DisclosureFactory.create()
    name = "disclosure_index_number_unique"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DisclosureFactory.create(index_number=first.index_number)


def test_nothing_is_posted_before_its_review() -> None:
    item = DisclosureFactory.create(reviewed_on=day(3, 8))
    PostingFactory.build(disclosure=item, posted_on=day(3, 8)).full_clean()
    with pytest.raises(ValidationError, match="不能早于公开审查日期"):
        PostingFactory.build(disclosure=item, posted_on=day(3, 7)).full_clean()
