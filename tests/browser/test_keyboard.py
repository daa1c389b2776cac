"""The main job by keyboard alone: no pointer, no script of the test reaches into the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browsing import leaves
from playwright.sync_api import Page, expect

from badge_classes import load
from badge_classes.examples import Example, ExampleFile, load_example

SLUG = "building-will"
MAX_TABS = 400
FOCUSED = """() => {
    const one = document.activeElement
    const box = one.getBoundingClientRect()
    return {tag: one.tagName, name: one.name || '', type: one.type || '', value: one.value || '',
            checked: !!one.checked, text: (one.textContent || '').trim().replace(/\\s+/g, ' '),
            seen: getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none',
            shown: box.width > 0 && box.height > 0}
}"""

Focus = dict[str, Any]


class Keyboard:
    """Somebody who has nothing but keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def tab(self) -> Focus:
        self.page.keyboard.press("Tab")
        focus: Focus = self.page.evaluate(FOCUSED)
        own_rings = ("date",)  # whose parts are stops of their own and draw their own rings
        if focus["tag"] != "BODY" and focus["type"] not in own_rings and not (focus["seen"] and focus["shown"]):
            self.unseen.append(f"{focus['tag']} {focus['name']} {focus['text'][:40]}")
        return focus

    def tab_to(self, is_it: Callable[[Focus], bool]) -> Focus:
        for _ in range(MAX_TABS):
            if is_it(focus := self.tab()):
                return focus
        raise AssertionError("not reached by the Tab key")

    def press_on(self, text: str) -> None:
        """Go to the link or button of that name, press Enter, and wait for the page it leads to."""
        self.tab_to(lambda one: one["tag"] in ("A", "BUTTON") and one["text"] == text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/login")
        self.tab_to(lambda one: one["name"] == "email")
        self.page.keyboard.type(email)
        self.tab_to(lambda one: one["name"] == "password")
        self.page.keyboard.type(password)
        self.press_on("Sign in")

    def fill(self, example: Example) -> None:
        """One walk down the form, opening what is folded and typing where the example has something."""
        wanted = dict(leaves(example.evidence))
        files = {one.id: one for one in example.files}
        uploads = {f"upload:{name}": files[text] for name, text in wanted.items() if text in files}
        left = {name for name, text in wanted.items() if text not in files} | uploads.keys()
        while left:
            focus = self.tab_to(lambda one: one["name"] in left or one["tag"] == "SUMMARY")
            name = focus["name"]
            if focus["tag"] == "SUMMARY":
                self.page.keyboard.press("Enter")
            elif name in uploads:
                left.remove(name)
                self._choose(name, uploads[name])
            else:
                left.remove(name)
                self._type(focus, wanted[name])

    def _choose(self, name: str, file: ExampleFile) -> None:
        """What the system's own window for files does once the input is reached."""
        chosen = {"name": file.name, "mimeType": file.media_type, "buffer": file.text.encode()}
        self.page.locator(f'[name="{name}"]').set_input_files(chosen)  # type: ignore[arg-type]

    def _type(self, focus: Focus, text: str) -> None:
        keyboard = self.page.keyboard
        if focus["type"] == "date":
            year, month, day = text.split("-")
            keyboard.type(month + day + year)
        elif focus["type"] in ("checkbox", "radio"):
            if focus["value"] == text.lower() and not focus["checked"]:
                keyboard.press("Space")
        else:
            keyboard.press("Control+a")
            keyboard.insert_text(text)


@pytest.fixture(scope="module")
def example() -> Example:
    found = load_example(load().current(SLUG))
    assert found is not None
    return found


def test_a_badge_is_earned_and_reviewed_by_keyboard_alone(sit_down: Callable[..., Any], example: Example) -> None:
    password = "seventeen green umbrellas"
    teacher = Keyboard(sit_down().page)
    teacher.sign_in("keyboard@school.example", password)
    teacher.press_on("Catalogue")
    teacher.press_on("Building Will")
    teacher.press_on("Start gathering evidence")
    teacher.fill(example)
    teacher.tab_to(lambda one: one["type"] == "radio" and one["value"] == "none")
    teacher.page.keyboard.press("Space")
    teacher.press_on("Hand in")
    expect(teacher.page.get_by_role("status").first).to_contain_text("handed in")

    reviewer = Keyboard(sit_down().page)
    reviewer.sign_in("reviewer@school.example", password)
    reviewer.press_on("Building Will")
    for group in range(reviewer.page.locator("fieldset[id^=rate-]").count()):
        reviewer.tab_to(lambda one: one["type"] == "radio")
        for _ in range(reviewer.page.locator("fieldset[id^=rate-]").nth(group).get_by_role("radio").count() - 1):
            reviewer.page.keyboard.press("ArrowDown")
        expect(reviewer.page.locator("fieldset[id^=rate-]").nth(group).get_by_role("radio").last).to_be_checked()
    reviewer.press_on("Approve and issue")
    expect(reviewer.page.get_by_role("status").first).to_contain_text("Approved")
    assert teacher.unseen + reviewer.unseen == []
