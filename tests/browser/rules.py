"""Measures of a page that no general checker takes: targets, focus, headings, width."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAB_STOPS = 10

#: Controls smaller than `least` pixels either way. A link within a sentence is as high as its line;
#: a list's row opens on a click anywhere; a box to tick includes its label; what takes no pointer
#: is no target.
SMALL_TARGETS = """
([selector, least]) => [...document.querySelectorAll(selector)].filter((control) => {
  if (!control.checkVisibility({ visibilityProperty: true })) return false;
  if (control.closest(".skip, .visually-hidden")) return false;
  if (getComputedStyle(control).pointerEvents === "none") return false;
  const within = control.parentElement.textContent.trim() !== control.textContent.trim();
  if (getComputedStyle(control).display === "inline" && within) return false;
  const row = control.matches("th a") && control.closest("tr[data-href]");
  const boxes = [row || control, ...(control.labels || [])].map((e) => e.getBoundingClientRect());
  const width = Math.max(...boxes.map((box) => box.width));
  return width < least || Math.max(...boxes.map((box) => box.height)) < least;
}).map((control) => control.outerHTML.slice(0, 120))
"""
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
BUTTONS = "button, .button, select, summary"

#: The control with the focus, and whether something is drawn around or on it because of that.
FOCUS = """
() => {
  const control = document.activeElement;
  const drawn = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
  const box = control.getBoundingClientRect();
  const seen = box.width > 0 && box.right > 0 && box.left < innerWidth
    && box.bottom > 0 && box.top < innerHeight;
  return [control.outerHTML.slice(0, 120), seen && drawn(getComputedStyle(control))];
}
"""


def violations(page: Page) -> list[str]:
    """What axe finds, all its default rules on; what is right need not be listed node by node."""
    answer = Axe().run(page, options={"resultTypes": ["violations"]}).response
    found: list[dict[str, Any]] = answer["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def small_targets(page: Page, selector: str, least: int) -> list[str]:
    found: list[str] = page.evaluate(SMALL_TARGETS, [selector, least])
    return found


def unseen_focus(page: Page) -> list[str]:
    """Controls among the first tab stops on which the focus cannot be seen."""
    unseen = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        control, visible = page.evaluate(FOCUS)
        if control.startswith("<body"):
            break
        if not visible:
            unseen.append(control)
    return unseen


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return max(0, width)


def frame_faults(page: Page) -> list[str]:
    """What is wrong with language, title and main heading."""
    faults = []
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} main headings")
    if page.locator("html").get_attribute("lang") not in ("zh-CN", "zh-hans"):
        faults.append("language")
    if not page.title().split("·")[0].strip():
        faults.append("title")
    return faults
