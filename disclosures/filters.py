"""Conditions on disclosures and their postings that are not a field with a value."""

from django.db.models import Exists, F, OuterRef, Q

from kernel.registers.filters import BooleanRule, ChoiceRule, RegisterFilterSet

from .choices import Channel
from .models import Posting

LATE = Q(posted_on__gt=F("disclosure__due_on"))


def posted_on_channel(channel: str) -> Q:
    """The disclosure has a posting on this channel."""
    return Q(Exists(Posting.objects.filter(disclosure=OuterRef("pk"), channel=channel)))


def on_time(wanted: bool) -> Q:
    """Posted within the period that the disclosure allows (政府信息公开条例 §26)."""
    return ~LATE if wanted else LATE


def taken_down(wanted: bool) -> Q:
    return Q(taken_down_on__isnull=not wanted)


class DisclosureFilterSet(RegisterFilterSet):
    channel = ChoiceRule(rule=posted_on_channel, label="公开渠道", choices=Channel.choices)


class PostingFilterSet(RegisterFilterSet):
    on_time = BooleanRule(rule=on_time, label="按期公开")
    taken_down = BooleanRule(rule=taken_down, label="已撤下")
