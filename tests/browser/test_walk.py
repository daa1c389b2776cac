"""The whole walk in a browser: evidence, review, badge, verification, revocation. Nothing of it needs a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from accessibility import violations
from browsing import fill, press
from playwright.sync_api import expect

from badge_classes import load
from badge_classes.examples import Example, load_example

SLUG = "building-will"
WIDTHS = {"desktop": 1280, "phone": 390}


@pytest.fixture(scope="module")
def example() -> Example:
    found = load_example(load().current(SLUG))
    assert found is not None
    return found


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_evidence_to_revocation(
    sit_down: Callable[..., Any], example: Example, scripts: bool, tmp_path: Path
) -> None:
    who = "teacher" if scripts else "colleague"
    teacher = sit_down(java_script_enabled=scripts).sign_in(f"{who}@school.example")
    expect(teacher).to_have_url(re.compile("/badges$"))
    teacher.get_by_role("link", name="Catalogue", exact=True).click()
    teacher.get_by_role("link", name="Building Will", exact=True).first.click()
    press(teacher, "Start gathering evidence")
    expect(teacher.locator("h1")).to_have_text("Evidence for Building Will")
    draft = teacher.url

    # rows come and go without losing what was typed
    first = teacher.locator('[name="/first_visits/0/peer/name"]')
    first.fill("Somebody Else")
    rows = teacher.locator('[name^="/first_visits/"][name$="/peer/name"]')
    before = rows.count()
    teacher.locator('button[value="add:/first_visits"]').click()
    expect(rows).to_have_count(before + 1)
    expect(first).to_have_value("Somebody Else")
    teacher.locator(f'button[value="remove:/first_visits/{before}"]').click()
    expect(rows).to_have_count(before)

    # an early check tells what is missing, and leads there
    press(teacher, "Save and check")
    missing = teacher.locator("#missing")
    expect(missing).to_contain_text("still missing")
    target = missing.get_by_role("link").first.get_attribute("href")
    assert target
    expect(teacher.locator(f'[id="{target[1:]}"]')).to_have_count(1)

    fill(teacher, example)
    press(teacher, "Save")
    expect(teacher.get_by_role("status").first).to_contain_text("Saved.")
    expect(missing).to_contain_text("Everything the badge asks for is here")
    expect(teacher.get_by_role("link", name=example.files[0].name).first).to_be_visible()
    teacher.reload()
    expect(teacher.locator('[name="/first_visits/0/peer/name"]')).to_have_value("Marcus Oyelaran")
    teacher.get_by_label("I used none for this evidence.").check()
    press(teacher, "Hand in")
    expect(teacher.get_by_role("status")).to_contain_text("handed in")
    expect(teacher.locator("main")).to_contain_text("Waiting for review")
    assert teacher.url.startswith(draft.partition("?")[0])

    reviewer = sit_down("reviewer", java_script_enabled=scripts).page
    reviewer.goto("/reviews")
    submission = urlsplit(draft).path.rpartition("/")[2]
    reviewer.locator(f'a[href="/reviews/{submission}"]').click()
    expect(reviewer.locator(".evidence")).to_contain_text("Marcus Oyelaran")
    for group in reviewer.locator("fieldset[id^=rate-]").all():
        group.get_by_role("radio").last.check()
    with reviewer.expect_navigation():
        press(reviewer, "Approve and issue")
    expect(reviewer.get_by_role("status")).to_contain_text("Approved")

    teacher.get_by_role("link", name="My badges", exact=True).click()
    teacher.locator("section", has_text="Badges I hold").get_by_role("link", name="Building Will").first.click()
    press(teacher, "Open it")
    expect(teacher.get_by_role("status").first).to_contain_text("Your badge is open")
    url = teacher.locator("main a[href*='/credentials/']").first.get_attribute("href")
    assert url

    employer = sit_down(java_script_enabled=scripts).page
    employer.goto(url)
    expect(employer.locator(".banner")).to_contain_text("This badge is genuine")
    with employer.expect_download() as download:
        employer.get_by_role("link", name="Picture (PNG)").click()
    picture = tmp_path / "badge.png"
    download.value.save_as(picture)
    employer.get_by_role("link", name="Full verification report").click()
    expect(employer.locator("h1")).to_have_text("Verification report")
    expect(employer.locator(".banner")).to_contain_text("This badge is genuine")
    employer.get_by_role("link", name="Verify another badge").click()
    employer.get_by_label("A badge as a file").set_input_files(picture)
    press(employer, "Upload and verify")
    expect(employer.locator(".banner")).to_contain_text("This badge is genuine")
    employer.goto("/verify")
    employer.get_by_label(re.compile("text or its link")).fill(url)
    press(employer, "Verify")
    expect(employer.locator(".banner")).to_contain_text("This badge is genuine")
    employer.goto("/verify")
    employer.get_by_label(re.compile("one on each line")).fill(url)
    employer.get_by_label("Or several files").set_input_files(picture)
    press(employer, "Verify them")
    expect(employer.locator("h1")).to_have_text("Verification of 2 badges")
    expect(employer.locator("tbody .good")).to_have_count(2)
    assert not scripts or violations(employer) == []
    with employer.expect_download() as download:
        employer.get_by_role("link", name="Save as CSV").click()
    assert download.value.path().read_text().count("valid") >= 2

    administrator = sit_down("administrator", java_script_enabled=scripts).page
    administrator.goto(f"/admin/badges/{url.rpartition('/')[2]}")
    administrator.locator("#reason-revoke").fill("The visits did not take place.")
    press(administrator, "Revoke")
    expect(administrator.get_by_role("status")).to_contain_text("revoked")

    employer.goto(url)
    expect(employer.locator(".banner")).to_contain_text("This badge has been revoked")
    expect(employer.locator("main")).to_contain_text("Revoked")
    employer.get_by_role("link", name="Full verification report").click()
    expect(employer.locator("main")).to_contain_text("revoked")
    expect(employer.locator(".banner")).to_contain_text("revoked")


def test_a_wrong_password_and_a_way_back(sit_down: Callable[..., Any]) -> None:
    desk = sit_down()
    page = desk.page
    page.goto("/account")
    desk.faults.clear()  # the browser notes the 401 on its console
    page.get_by_role("link", name="Sign in", exact=True).last.click()
    page.get_by_label("E-mail address").fill("teacher@school.example")
    page.get_by_label("Password").fill("not this one")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    expect(page.get_by_label("E-mail address")).to_have_value("teacher@school.example")
    desk.faults.clear()
    page.get_by_label("Password").fill("seventeen green umbrellas")
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/account$"))
    press(page, "Sign out")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def test_signing_in_and_verifying_by_keyboard_alone(sit_down: Callable[..., Any]) -> None:
    page = sit_down().page
    page.goto("/login")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Skip")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "email"
    page.keyboard.type("reviewer@school.example")
    page.keyboard.press("Tab")
    page.keyboard.type("seventeen green umbrellas")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    page.wait_for_url("**/reviews")
    page.goto("/verify")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "credential":
            break
    page.keyboard.type("eyJhbGciOiJub25lIn0.e30.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("Verify a badge")
    shown = page.locator("main").inner_text()
    assert "jose." in shown
