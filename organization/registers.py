"""Menu entries of the organization; its pages are ordinary views."""

from kernel.registers.menu import Page, menu

menu.add(Page("organization", "机构", "organization-units", "organization.view_unit"))
menu.add(Page("organization", "人员账号", "organization-staff", "organization.view_staffaccount"))
menu.add(
    Page(
        "organization",
        "安全日志",
        "organization-security-log",
        "organization.view_securityevent",
    )
)
