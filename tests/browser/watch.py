"""What a browser complains about while a test drives it, and how people sign in."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.conftest import PASSWORD

#: The browser's own line about a response, which `_response` judges by what was asked for.
OWN_LINE = "Failed to load resource"
#: A download or a poll that ends because the page goes on to the next one.
GIVEN_UP = "net::ERR_ABORTED"


class Watch:
    """Collects console errors (violations of the content policy among them), script errors and
    failed requests of all pages of a context."""

    def __init__(self, context: BrowserContext):
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(OWN_LINE):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        # A page may well say 404 or 422; a style sheet or a script may not.
        limit = 500 if response.request.resource_type == "document" else 400
        if response.status >= limit:
            self.faults.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.faults.append(f"{request.failure}: {request.url}")


def fill_login(page: Page, user: str, password: str = PASSWORD) -> None:
    """Fill and send the login form of the page."""
    page.get_by_label("用户名").fill(user)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def sign_in(browser: Browser, url: str, user: str) -> Any:
    """Sign in and give the session's cookies."""
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto("/login/")
    fill_login(page, user)
    page.wait_for_url(f"{url}/")
    state = context.storage_state()
    context.close()
    return state
