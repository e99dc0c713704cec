"""Pages driven by keys alone."""

from playwright.sync_api import Page

#: More than the controls of any page of the portal's forms.
MANY = 120


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the wanted control has the focus."""
    for _ in range(MANY):
        if is_focused(page, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reaches {selector}")


def is_focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("wanted => document.activeElement.matches(wanted)", selector))


def press_on(page: Page, selector: str) -> None:
    """Walk to a link or button and press Enter."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def type_into(page: Page, name: str, value: str) -> None:
    """Walk to a form field and enter a text, a day (2025-03-10) or the label of a choice."""
    selector = f"#id_{name}"
    tab_to(page, selector)
    kind = page.locator(selector).get_attribute("type")
    if page.locator(selector).evaluate("field => field.tagName") == "SELECT":
        _choose(page, selector, value)
    elif kind == "date":
        year, month, day = value.split("-")
        page.keyboard.type(month + day + year)  # the browser of the tests writes days like that
    else:
        page.keyboard.insert_text(value)


def _choose(page: Page, selector: str, label: str) -> None:
    chosen = page.locator(f"{selector} option:checked")
    for _ in range(MANY):
        if chosen.inner_text().strip() == label:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{selector} has no choice {label}")
