"""Conditions on documents that are not a field with a value."""

from django.db.models import Q

from kernel.registers.filters import BooleanRule, RegisterFilterSet


def founds_system(wanted: bool) -> Q:
    """The document sets up one of the three systems of administrative enforcement."""
    return ~Q(enforcement_system="") if wanted else Q(enforcement_system="")


class DocumentFilterSet(RegisterFilterSet):
    founds_system = BooleanRule(rule=founds_system, label="建立三项制度")
