"""Cases for single rules: evidence under a form that has no words of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from issuer.domain.evidence import RULES, Case, Form

Run = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def run() -> Run:
    """Applies the rule of a name to evidence: the flaws as (path joined by slashes, code without its prefix)."""

    def apply(
        rule: str, evidence: object, teacher: str = "Renée Whitfield", **parameters: object
    ) -> list[tuple[str, str]]:
        case = Case(Form({}), evidence, teacher, date(2026, 6, 19), {})
        flaws = RULES[rule](case, **parameters)
        return [("/".join(map(str, flaw.path)), flaw.code.removeprefix("evidence.")) for flaw in flaws]

    return apply
