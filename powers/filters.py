"""Conditions on power items that no field states by itself."""

from django.db.models import Q

from kernel.registers.filters import BooleanRule, RegisterFilterSet


def has_section(wanted: bool) -> Q:
    """Items that name a responsible section, or those that do not."""
    return Q(section__isnull=not wanted)


class PowerItemFilters(RegisterFilterSet):
    with_section = BooleanRule(rule=has_section, label="已明确责任科室")
