"""What a verification found, check by check, and the verdict that follows from it.

A report is a value: the same input, remote answers and moment give the same report. `as_json` is the
published shape; codes and check names are stable, sentences are for people and may change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from issuer.proofs.strict_json import JsonObject
from issuer.proofs.timestamps import format_timestamp
from issuer.verification.advice import advice
from issuer.verification.picture import picture_in


class Outcome(StrEnum):
    """What became of one check. Unsupported or unreachable is inconclusive, never passed."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


class Verdict(StrEnum):
    """The sum of all checks."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


CHECKS = (
    "input",
    "structure",
    "binding",
    "proof",
    "validity",
    "status",
    "schema",
    "endorsement",
    "refresh",
    "recipient",
    "trust",
    "child",
)
_PASSED = Outcome.PASSED
_POSITIONS = {name: position for position, name in enumerate(CHECKS)}
_ALL_ROWS_PASS = frozenset({"input", "structure", "binding", "validity", "schema"})
_SOME_ROW_PASSES = (*_ALL_ROWS_PASS, "proof")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a report. code: a stable reason, None when there is nothing to explain. link: for the next step.

    position: of its check in the published order.
    """

    check: str
    outcome: Outcome
    code: str | None
    message: str
    source: str
    link: str | None = None
    position: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", _POSITIONS[self.check])

    @property
    def next_step(self) -> str | None:
        """What a reader can do about it, in words; None where there is nothing to do."""
        is_failed, is_open = self.outcome is Outcome.FAILED, self.outcome is Outcome.INCONCLUSIVE
        return advice(self.code, is_failed, is_open, self.link is not None)

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "outcome": self.outcome._value_,  # `value` is a descriptor written in Python
            "code": self.code,
            "message": self.message,
            "source": self.source,
        }


def verdict_of(checks: Collection[Check]) -> Verdict:
    """The verdict: one failure decides, then one open question; valid needs every essential check passed.

    A check may have several rows (one per proof, per status entry). A proof set is good when a proof
    passed and none failed; a badge that names no status needs none.
    """
    passed = {row.check for row in checks if row.outcome is _PASSED}
    others = [row for row in checks if row.outcome is not _PASSED]
    outcomes = {row.outcome for row in others}
    if Outcome.FAILED in outcomes:
        return Verdict.INVALID
    statuses = {row.outcome for row in others if row.check == "status"}
    essential = (
        Outcome.INCONCLUSIVE not in outcomes
        and passed.issuperset(_SOME_ROW_PASSES)
        and _ALL_ROWS_PASS.isdisjoint([row.check for row in others])
        and (not statuses if "status" in passed else statuses == {Outcome.NOT_APPLICABLE})
    )
    return Verdict.VALID if essential else Verdict.INDETERMINATE


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one verification.

    flags: stable codes of what a reader should know although no check failed, each once, in order of
    finding. credential: the summary `verification.summary` makes; None until a proof has passed, because
    nothing is said of content nobody signed. document: the verified credential itself, under the same rule.
    format: ``data-integrity``, ``vc-jwt``, ``vc-jose`` …, None when none was recognised.
    carrier: ``json``, ``token``, ``png``, ``svg``, ``pdf`` or ``url``. input_sha256: hex, of the bytes sent.
    verdict: what follows from the checks.
    """

    checks: tuple[Check, ...]
    flags: tuple[str, ...]
    credential: JsonObject | None
    format: str | None
    carrier: str
    checked_at: datetime
    input_sha256: str
    document: JsonObject | None = field(default=None, repr=False)
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", verdict_of(self.checks))

    def outcome(self, check: str) -> Outcome | None:
        """The gravest outcome among the rows of one check; None when it has none."""
        found = {row.outcome for row in self.checks if row.check == check}
        return next((outcome for outcome in _GRAVEST_FIRST if outcome in found), None)

    @property
    def picture(self) -> str | None:
        """The ``data:`` URL of the picture that was signed, where a page may show it."""
        return picture_in(self.document)

    def as_json(self) -> dict[str, Any]:
        """The report as it is published."""
        return {
            "verdict": self.verdict.value,
            "flags": list(self.flags),
            "checks": [row.as_json() for row in self.checks],
            "credential": self.credential,
            "format": self.format,
            "carrier": self.carrier,
            "checked_at": format_timestamp(self.checked_at),
            "input_sha256": self.input_sha256,
        }


_GRAVEST_FIRST = (
    Outcome.FAILED,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_RUN,
    Outcome.PASSED,
    Outcome.NOT_APPLICABLE,
)
