"""What axe-core finds wrong on a page: the rules of WCAG 2.2 that a machine can judge, and its best practices."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ['violations'], iframes: false})).violations
    .flatMap(rule => rule.nodes.map(node => `${rule.id} (${rule.impact}): ${node.html.slice(0, 160)}`))"""


def violations(page: Page) -> list[str]:
    """One line for each place that breaks a rule."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found
