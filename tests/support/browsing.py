"""What tests do at a page as a person would: evidence filled in, buttons pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from badge_classes.examples import Example


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text of the evidence with the JSON pointer of its place, which is the name of its input."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from leaves(part, f"{pointer}/{key}")
    if not isinstance(value, (dict, list)):
        yield pointer, str(value)


def uncover(page: Page, name: str) -> None:
    """Open the folded parts around an input."""
    folded = page.locator("details:not([open])", has=page.locator(f'[name="{name}"]'))
    while folded.count():
        folded.first.locator("> summary").click()


def fill(page: Page, example: Example) -> None:
    for pointer, text in leaves(example.evidence):
        file = next((one for one in example.files if one.id == text), None)
        name = f"upload:{pointer}" if file else pointer
        uncover(page, name)
        control = page.locator(f'[name="{name}"]')
        if file:
            upload = {"name": file.name, "mimeType": file.media_type, "buffer": file.text.encode()}
            control.set_input_files(upload)  # type: ignore[arg-type]
        else:
            control.fill(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
