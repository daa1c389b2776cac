"""Debian's Chromium over the served service; every page is watched for errors and foreign requests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from demo_pages import places
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from server_process import PASSWORD, ServerProcess

from issuer.app.composition import compose
from issuer.app.demo import seed
from issuer.settings import from_environment

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--renderer-process-limit=1",
]  # fmt: skip
CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(require: Callable[[object, str], None]) -> Iterator[Browser]:
    """For one module: while it is open, an event loop counts as running, and no other test could start one."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    require(found, "Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, dict[str, str]]]:
    """A server with something of everything; and its pages by name, each with who may see it."""
    process = ServerProcess(tmp_path_factory.mktemp("browser") / "data", RATE_LIMITS="off", DEMO="on")
    service = compose(from_environment(process.environment))
    seed(service)
    pages = places(service)
    service.close()
    process.start()
    yield process, pages
    process.stop()


@pytest.fixture(scope="session")
def server(shown: tuple[ServerProcess, dict[str, str]]) -> ServerProcess:
    return shown[0]


class Desk:
    """One person at a browser. `faults`: errors on its pages and requests to anybody else."""

    def __init__(self, browser: Browser, server: ServerProcess, **options: object) -> None:
        self.server = server
        self.context: BrowserContext = browser.new_context(base_url=server.url, **options)
        self.context.set_default_timeout(10_000)
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda one: self.faults.append(one.text) if one.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.server.url:
            self.faults.append(f"a request to {url}")

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        page = self.page
        page.goto("/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    def enter(self, email: str, password: str = PASSWORD) -> None:
        """Signed in without the form, which costs two pages; no page is open afterwards."""
        answer = self.context.request.post("/login", data={"email": email, "password": password})
        assert answer.ok, answer.text()


@pytest.fixture
def sit_down(browser: Browser, server: ServerProcess) -> Iterator[Callable[..., Desk]]:
    """Opens browsers; in the end none of them may have met a fault."""
    desks: list[Desk] = []

    def open_desk(who: str = "", **options: object) -> Desk:
        desk = Desk(browser, server, **options)
        desks.append(desk)
        if who:
            desk.enter(f"{who}@school.example")
        return desk

    yield open_desk
    for desk in desks:
        desk.context.close()
    assert [fault for desk in desks for fault in desk.faults] == []


@pytest.fixture
def new_desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Opens browsers at a given server; the test looks at their faults itself."""
    desks: list[Desk] = []

    def open_desk(server: ServerProcess, **options: object) -> Desk:
        desks.append(Desk(browser, server, **options))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where pictures of pages are wanted: the folder that SCREENSHOTS names."""
    if not os.environ.get("SCREENSHOTS"):
        return None
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
