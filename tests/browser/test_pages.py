"""Every page at the widths of a desk and of a phone: whole, named, without errors; and, if SCREENSHOTS names
a folder, a picture of each in it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations
from demo_pages import REFUSED
from playwright.sync_api import Page
from server_process import ServerProcess

from issuer.app.demo import DEMO_PASSWORD

WIDTHS = {"desktop": 1280, "phone": 390}


UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
    .filter(one => !(one.labels && one.labels.length) && !one.getAttribute('aria-label') && !one.ariaHidden
        && !(['BUTTON', 'A'].includes(one.tagName) ? one.textContent.trim() : one.value && one.type === 'submit'))
    .map(one => one.outerHTML.slice(0, 200))"""
WIDER = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right
        > document.documentElement.clientWidth + 1 && !one.closest('.scroll') && !one.closest('.hidden'))
        .map(one => one.outerHTML.slice(0, 120)).slice(0, 5) : []"""
SMALL = """() => [...document.querySelectorAll('button, .button, input[type=checkbox], input[type=radio], select')]
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && (box.height < 18 || box.width < 18) && !one.closest('.hidden, .skip')
        && !one.matches('.hidden'))
    .map(([one, box]) => one.outerHTML.slice(0, 100) + box.height)"""


def examine(page: Page, path: str) -> list[str]:
    found = []
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    if page.evaluate("document.documentElement.lang") != "en" or not page.title().strip():
        found.append("no language or no title")
    if page.locator("img:not([alt])").count():
        found.append("an image without alt")
    found += [f"no name: {one}" for one in page.evaluate(UNNAMED)]
    found += [f"wider than the screen: {one}" for one in page.evaluate(WIDER)]
    found += [f"small: {one}" for one in page.evaluate(SMALL)]
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
    found += [f"heading {b} after {a}" for a, b in pairwise(levels) if b > a + 1]
    broken = page.evaluate("[...document.images].filter(one => one.complete && !one.naturalWidth).map(one => one.src)")
    return found + [f"broken image: {one}" for one in broken]


@pytest.mark.timeout(300)
def test_every_page(
    shown: tuple[ServerProcess, dict[str, str]], screenshots: Path | None, new_desk: Callable[..., Any]
) -> None:
    server, pages = shown
    found: dict[str, list[str]] = {}
    desks = {}
    for name, place in pages.items():
        who, path = place.split(" ", 1)
        if who not in desks:
            desk = desks[who] = new_desk(server)
            if who != "-":
                desk.enter(f"{who}@demo.example", DEMO_PASSWORD)
        desk = desks[who]
        desk.page.goto(path)
        for width, pixels in WIDTHS.items():
            desk.page.set_viewport_size({"width": pixels, "height": 900})
            faults = examine(desk.page, path)
            if width == "desktop":
                faults += violations(desk.page)
            faults += [one for one in desk.faults if str(REFUSED.get(name)) not in one]
            desk.faults.clear()
            if faults:
                found[f"{name}, {width}"] = faults
            if screenshots:
                desk.page.screenshot(path=screenshots / f"{name}-{width}.png", full_page=True)
    assert found == {}
