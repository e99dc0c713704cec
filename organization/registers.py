"""Menu entries of the organization; its pages are ordinary views."""

from kernel.registers.menu import Page, menu

menu.add(Page("organization", "机构", "organization-units", "organization.view_unit"))
menu.add(Page("organization", "人员账号", "organization-staff", "organization.view_staffaccount"))
