"""The navigation shows what a person may open, and marks where they are."""

from typing import Any

import pytest

from kernel.registers.menu import Menu, Page, menu, navigation
from kernel.registers.register import registry
from organization.models import Role, Unit


def urls(user: Any, path: str = "") -> dict[str, list[str]]:
    return {g["slug"]: [i["url"] for i in g["items"]] for g in navigation(user, path)}


@pytest.mark.parametrize("role", Role.values)
def test_all_registers_of_the_menu_are_offered_to_every_role_that_reads_records(
    role: str, unit: Unit, make_account: Any
) -> None:
    shown = urls(make_account(unit, role))
    for register in registry:
        offered = register.url("list") in shown.get(register.app_label, [])
        assert offered == (register.in_menu and role != Role.SECURITY_ADMINISTRATOR)


def test_without_permission_an_entry_is_absent(unit: Unit, clerk: Any, make_account: Any) -> None:
    clerk.groups.clear()
    shown = {url for items in urls(make_account(unit, "clerk")).values() for url in items}
    left = {url for items in urls(clerk).values() for url in items}
    assert left == {"/drafts/", "/imports/", "/jobs/"}, "what is the person's own asks for none"
    assert left < shown


def test_own_work_is_one_group(unit: Unit, make_account: Any) -> None:
    shown = [urls(make_account(unit, role)) for role in Role.values]
    own = {url for groups in shown for url in groups.get("registers", [])}
    assert {"/drafts/", "/imports/", "/handover/"} <= own
    assert not [groups for groups in shown if {"collaboration", "exchange"} & set(groups)]


def test_pages_ask_for_their_permission(unit: Unit, clerk: Any, make_account: Any) -> None:
    administrator = make_account(unit, "administrator")
    assert "organization" not in urls(clerk)
    assert urls(administrator)["organization"] == ["/units/", "/staff/"]


def test_one_entry_is_current_and_it_is_the_nearest(unit: Unit, clerk: Any) -> None:
    for path, wanted in {
        "/reports/": "/reports/",
        "/reports/figures/": "/reports/figures/",
        "/governance/meeting/5/edit/": "/governance/meeting/",
    }.items():
        marked = [
            item["url"]
            for group in navigation(clerk, path)
            for item in group["items"]
            if item["current"]
        ]
        assert marked == [wanted]


def test_the_group_of_the_current_page_is_open(unit: Unit, clerk: Any) -> None:
    groups = navigation(clerk, "/governance/meeting/")
    assert [g["slug"] for g in groups if g["current"]] == ["governance"]
    assert not any(g["current"] for g in navigation(clerk, "/"))


def test_groups_have_names_and_icons(unit: Unit, clerk: Any) -> None:
    for group in navigation(clerk):
        assert group["label"] != group["slug"]
        assert group["icon"] != "folder"


def test_apps_add_pages() -> None:
    own = Menu()
    own.add(Page("governance", "另页", "home"))
    assert [page.label for page in own.pages] == ["另页"]
    assert menu.pages
