"""What each of the seven roles may do, as one table."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from kernel.records.models import RecordBase

from .models import Role, StaffAccount

RECORD_ACTIONS: dict[str, set[str]] = {
    Role.CLERK: {"view", "add", "change", "delete"},
    Role.CHIEF: {"view", "add", "change", "delete", "approve"},
    Role.LEGAL_REVIEWER: {"view", "add", "change", "delete", "approve"},
    Role.LEADER: {"view"},
    Role.AUDITOR: {"view"},
    Role.ADMINISTRATOR: {"view"},
    Role.SECURITY_ADMINISTRATOR: set(),
}
"""Actions on every record type; which rows is decided by the unit."""

NAMED: dict[str, set[str]] = {
    Role.CLERK: {
        "reports.view_annualreport",
        "reports.change_reportsection",
        "privacy.reveal_personal_data",
    },
    Role.CHIEF: {
        "collaboration.view_handover",
        "collaboration.add_handover",
        "reports.view_annualreport",
        "reports.change_reportsection",
        "privacy.reveal_personal_data",
    },
    Role.LEGAL_REVIEWER: {
        "privacy.reveal_personal_data",
        "reports.view_annualreport",
        "reports.change_annualreport",
        "records.view_history",
        "reports.change_reportsection",
        "reports.compile_annualreport",
        "jobs.view_job",
        "jobs.change_job",
    },
    Role.LEADER: {"reports.view_annualreport", "reports.compile_annualreport"},
    Role.AUDITOR: {
        "reports.view_annualreport",
        "jobs.view_job",
        "organization.view_staffaccount",
        "organization.view_securityevent",
        "records.view_history",
        "privacy.view_accessrecord",
    },
    Role.ADMINISTRATOR: {
        "collaboration.view_handover",
        "collaboration.add_handover",
        "privacy.view_accessrecord",
        "reports.view_annualreport",
        "jobs.view_job",
        "jobs.change_job",
        "records.view_history",
        "organization.view_staffaccount",
        "organization.change_staffaccount",
        "organization.add_staffaccount",
        "organization.view_unit",
        "organization.add_unit",
        "organization.change_unit",
        "organization.view_bureauprofile",
        "organization.change_bureauprofile",
        "organization.add_agency",
        "organization.change_agency",
    },
    # Guards the accounts, and reads neither records nor the log of what it does itself.
    Role.SECURITY_ADMINISTRATOR: {
        "organization.view_staffaccount",
        "organization.secure_staffaccount",
    },
}
"""Permissions beyond the record types."""


def sync_roles(**kwargs: Any) -> None:
    """Create the seven groups and set exactly the permissions of the tables above.

    Runs after each migration; permissions of apps that are not migrated yet follow then.
    """
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    for role in Role.values:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(_permissions(role))


def _permissions(role: str) -> list[Permission]:
    record_models = {
        (model._meta.app_label, model._meta.model_name)
        for model in apps.get_models()
        if issubclass(model, RecordBase)
    }
    wanted = []
    for permission in Permission.objects.select_related("content_type"):
        app, action = permission.content_type.app_label, permission.codename.partition("_")[0]
        on_record = (app, permission.content_type.model) in record_models
        if (on_record and action in RECORD_ACTIONS[role]) or (
            f"{app}.{permission.codename}" in NAMED[role]
        ):
            wanted.append(permission)
    return wanted


def give_role(account: StaffAccount, role: str) -> None:
    """Set the person's role and the group that carries its permissions."""
    account.role = role
    account.save(update_fields=["role"])
    account.groups.set(Group.objects.filter(name=role))
