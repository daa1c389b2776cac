"""The evidence form in a browser: saved by itself, checked while it is filled in, and nothing lost on the way."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import fill, press
from playwright.sync_api import Page, Request, expect
from server_process import PASSWORD, ServerProcess

from badge_classes import load
from badge_classes.examples import load_example

SLUG = "building-will"
NAME = "/first_visits/0/peer/name"


def field(page: Page, name: str) -> Any:
    return page.locator(f'#evidence [name="{name}"]')


def is_a_page(request: Request) -> bool:
    """Whether it leads to another page; what a form is redirected to counts with the form."""
    return request.is_navigation_request() and request.redirected_from is None


@pytest.fixture
def drafting(sit_down: Callable[..., Any]) -> Iterator[Any]:
    """A teacher at a new draft; it is thrown away in the end, so that the next test has a new one too."""
    desk = sit_down("teacher")
    page = desk.page
    page.goto(f"/achievements/{SLUG}/v1")
    press(page, "Start gathering evidence")
    page.wait_for_url(
        "**/submissions/*"
    )  # loaded whole: what a page loads while routes are set, Chromium may not route
    desk.draft = page.url.partition("?")[0]
    page.on("dialog", lambda dialog: dialog.accept())
    yield desk
    desk.page.unroute_all()
    desk.page.goto(desk.draft)
    press(desk.page, "Delete this draft")
    desk.page.wait_for_url("**/badges*")
    desk.page.goto("about:blank")
    desk.faults[:] = [one for one in desk.faults if "ERR_FAILED" not in one and "409" not in one]


def test_it_saves_by_itself_and_checks_with_the_servers_rules(drafting: Any) -> None:
    page = drafting.page
    expect(page.locator('[data-progress="visits-with-four-peers"]').first).to_contain_text("0 of 4")
    field(page, NAME).fill("Dana")
    field(page, "/first_visits/0/date").fill("2031-01-01")
    field(page, "/first_visits/1/peer/name").fill("Robin")
    field(page, "/first_visits/2/peer/name").focus()
    expect(page.locator("#save-state")).to_contain_text(re.compile("^Saved "))
    expect(page.locator('[id="f-first_visits-0-date-error"]')).to_contain_text("still to come")
    expect(page.locator('[id="f-first_visits-1-date-error"]')).to_contain_text("missing")
    expect(page.locator('[id="f-first_visits-2-date-error"]')).to_have_count(0)
    expect(field(page, "/first_visits/0/date")).to_have_attribute("aria-invalid", "true")
    field(page, "/first_visits/0/date").fill("2025-01-01")
    expect(page.locator('[id="f-first_visits-0-date-error"]')).to_have_count(0)
    expect(page.locator('[data-progress="visits-with-four-peers"]').first).to_contain_text("1 of 4")
    page.goto("/badges")
    page.goto(drafting.draft)
    expect(field(page, NAME)).to_have_value("Dana")
    expect(page.locator("main")).to_contain_text("1 version")


def test_rows_come_and_go_without_leaving_the_place(drafting: Any) -> None:
    page = drafting.page
    field(page, NAME).fill("First")
    field(page, "/first_visits/1/peer/name").fill("Second")
    down = page.locator('button[value="down:/first_visits/0"]')
    down.scroll_into_view_if_needed()
    loads = []
    page.on("load", lambda: loads.append(page.url))
    down.click()
    expect(field(page, NAME)).to_have_value("Second")
    assert page.evaluate("document.activeElement.name") == "/first_visits/1/peer/name"
    page.locator('button[value="add:/first_visits"]').click()
    expect(field(page, "/first_visits/4/peer/name")).to_be_focused()
    page.locator('button[value="remove:/first_visits/4"]').click()
    expect(field(page, "/first_visits/4/peer/name")).to_have_count(0)
    assert loads == []


def test_without_a_connection_it_is_kept_on_the_device(drafting: Any) -> None:
    page = drafting.page
    page.route("**/autosave", lambda route: route.abort())
    field(page, NAME).fill("Typed on the train")
    expect(page.locator("#save-state")).to_contain_text("no connection")
    expect(page.locator("#save-state")).to_contain_text("kept on this device")
    page.unroute("**/autosave")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#save-state")).to_contain_text(re.compile("^Saved "))
    page.route("**/autosave", lambda route: route.abort())
    field(page, NAME).fill("Typed in the tunnel")
    expect(page.locator("#save-state")).to_contain_text("kept on this device")
    page.goto(drafting.draft)
    expect(page.locator("#kept")).to_be_visible()
    press(page, "Save it now")
    expect(field(page, NAME)).to_have_value("Typed in the tunnel")
    expect(page.locator("#kept")).to_be_hidden()


def test_what_two_windows_write_is_kept_and_chosen(drafting: Any) -> None:
    page = drafting.page
    other = drafting.context.new_page()
    other.goto(drafting.draft)
    field(other, NAME).fill("In the other window")
    expect(other.locator("#save-state")).to_contain_text(re.compile("^Saved "))
    field(page, NAME).fill("In this window")
    expect(page.locator("#save-state")).to_contain_text("kept as version 2")
    page.get_by_role("link", name="Compare the versions").click()
    page.get_by_role("link", name="Version 2").click()
    expect(page.locator("main")).to_contain_text("In the other window")
    press(page, "Go on with this text")
    expect(field(page, NAME)).to_have_value("In this window")
    other.close()


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_session_that_ends_while_typing_loses_nothing(
    sit_down: Callable[..., Any], server: ServerProcess, scripts: bool
) -> None:
    desk = sit_down("colleague", java_script_enabled=scripts)
    page = desk.page
    page.goto("/achievements/sharing-learning/v1")
    press(page, "Start gathering evidence")
    text = f"What we learned {uuid.uuid4()}"
    field(page, "/synopsis").fill(text)
    desk.context.clear_cookies()
    press(page, "Save")
    expect(page.locator("h1")).to_contain_text("not lost")
    with desk.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    signing_in = opened.value
    signing_in.get_by_label("E-mail address").fill("colleague@school.example")
    signing_in.get_by_label("Password").fill(PASSWORD)
    signing_in.get_by_role("button", name="Sign in").click()
    signing_in.wait_for_url(lambda url: "/login" not in url)
    press(page, "Save what I wrote")
    press(page, "Save what I wrote")
    expect(field(page, "/synopsis")).to_have_value(text)
    desk.faults[:] = [one for one in desk.faults if "401" not in one and "403" not in one]


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_building_will_takes_six_pages_and_six_inputs_beyond_the_evidence(
    sit_down: Callable[..., Any], scripts: bool
) -> None:
    example = load_example(load().current(SLUG))
    assert example is not None
    who = "runner" if scripts else "walker"
    page = sit_down(java_script_enabled=scripts).page
    loads: list[str] = []
    page.on("request", lambda one: loads.append(one.url) if is_a_page(one) else None)
    inputs = 0

    def entered(step: Callable[[], object]) -> None:
        nonlocal inputs
        step()
        inputs += 1

    page.goto("/login")
    entered(lambda: page.get_by_label("E-mail address").fill(f"{who}@school.example"))
    entered(lambda: page.get_by_label("Password").fill(PASSWORD))
    entered(lambda: press(page, "Sign in"))
    entered(lambda: press(page, "Start Building Will"))
    fill(page, example)
    entered(lambda: page.get_by_label("I used none for this evidence.").check())
    entered(lambda: press(page, "Hand in"))
    expect(page.locator("main")).to_contain_text("Waiting for review")
    assert inputs <= 6
    assert len(loads) <= 6
