"""Headless Chromium from Debian, no plug-in: pages of a live server, watched for faults."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from access.factors.confirming import CONFIRMED
from markets.models import FeedHealth, Symbol
from tests.builders import make_candles, make_signal, make_symbol, make_tick
from tests.rich import Rich, make_rich_desk

ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PATIENCE = 30_000  # ms: pages ask every five seconds, on a machine with other work
expect.set_options(timeout=PATIENCE)
# htmx calls it an error when the page itself gives a request up; a failed one is htmx:sendError
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
WATCH_POLICY = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def rows_beside_the_browser() -> Iterator[None]:
    """Playwright runs a loop in this thread; Django would refuse the database here."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the tests of a file; its loop must not run on into tests of other files."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """Console errors, script errors and policy violations of every page; none may be left."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def window(browser: Browser, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """An empty window of its own on the desk at an address, watched for faults."""
    contexts: list[BrowserContext] = []

    def open_window(url: str, *, width: int = 1440, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, base_url=url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch(page, faults)
        return page

    yield open_window
    for context in contexts:
        for page in context.pages:
            faults.extend(page.evaluate("window.policyViolations || []"))
        context.close()


@pytest.fixture
def open_page(window: Callable[..., Page], live_server: Any) -> OpenPage:
    """Open `path` as `user` (None: a stranger) in a window of its own."""

    def open_as(user: User | None, path: str = "/", **options: Any) -> Page:
        page = window(live_server.url, **options)
        if user is not None:
            page.context.add_cookies([session_cookie(user, live_server.url)])
        page.goto(path)
        return page

    return open_as


def watch(page: Page, faults: list[str]) -> None:
    """Collect what goes wrong on `page`."""
    page.add_init_script(WATCH_POLICY)
    page.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))


def await_held(page: Page, held: list[Any]) -> Any:
    """The first that a route of `page` puts into `held`."""
    for _ in range(PATIENCE // 50):
        if held:
            return held[0]
        page.wait_for_timeout(50)  # lets the route be told of it
    raise AssertionError("the page did not ask")


def is_fault(said: ConsoleMessage) -> bool:
    """Whether it is an error: not that the server of these tests has no stream, nor an abort."""
    is_no_stream = "503" in said.text and "/api/stream" in said.location["url"]
    is_given_up = said.text.startswith(GIVEN_UP)
    return said.type == "error" and not is_no_stream and not is_given_up


def session_cookie(user: User, url: str) -> Any:
    """A signed-in session, without the login page."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[CONFIRMED] = timezone.now().timestamp()  # as after the login page
    session.save()
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


@pytest.fixture
def desk(transactional_db: None) -> list[Symbol]:
    """Three symbols with an hour of prices and a signal each, on a desk that ticks."""
    now = timezone.now()
    symbols = []
    for code, price in (("EURUSD", 1.085), ("GBPUSD", 1.272), ("USDJPY", 150.5)):
        symbol = make_symbol(code)
        start = now.replace(second=0, microsecond=0) - timedelta(minutes=60)
        make_candles(symbol, start=start, closes=[price + n % 7 * 0.0001 for n in range(60)])
        make_signal(symbol, minutes_ago=5)
        times = {"checked_at": now, "watched_since": now}
        FeedHealth.objects.create(symbol=symbol, feed="mock", state="healthy", **times)
        symbols.append(symbol)
    make_tick(at=now)
    return symbols


@pytest.fixture
def rich(transactional_db: None) -> Rich:
    """The desk on which everything has happened."""
    return make_rich_desk(now=timezone.now())
