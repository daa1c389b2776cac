"""What a verification found, check by check, and the verdict that follows from it.

A report is a value: the same input, remote answers and moment give the same report. `as_json` is the
published shape; codes and check names are stable, sentences are for people and may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from msgspec import Raw, Struct
from msgspec.json import encode
from msgspec.structs import force_setattr

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
_POSITIONS = {name: position for position, name in enumerate(CHECKS)}
_ALL_ROWS_PASS = ("input", "structure", "binding", "validity", "schema")
_finding = attrgetter("check", "outcome")
_FAILURES = frozenset((name, Outcome.FAILED) for name in CHECKS)
_NEEDED = frozenset((name, Outcome.PASSED) for name in (*_ALL_ROWS_PASS, "proof"))
_STATUS = frozenset({("status", Outcome.PASSED), ("status", Outcome.NOT_APPLICABLE)})
_OPEN = frozenset(
    {(name, Outcome.INCONCLUSIVE) for name in CHECKS}
    | {(name, outcome) for name in _ALL_ROWS_PASS for outcome in (Outcome.NOT_APPLICABLE, Outcome.NOT_RUN)}
    | {("status", Outcome.NOT_RUN)}
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a report. code: a stable reason, None when there is nothing to explain. link: for the next step.

    position: of its check in the published order. json: the published shape, and written: that as JSON text.
    Most rows are made once for all reports.
    """

    check: str
    outcome: Outcome
    code: str | None
    message: str
    source: str
    link: str | None = None
    position: int = field(init=False, repr=False, compare=False)
    json: Mapping[str, str | None] = field(init=False, repr=False, compare=False)
    written: Raw = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", _POSITIONS[self.check])
        shape = {"check": self.check, "outcome": self.outcome.value, "code": self.code}
        object.__setattr__(self, "json", {**shape, "message": self.message, "source": self.source})
        object.__setattr__(self, "written", Raw(encode(self.json)))

    @property
    def next_step(self) -> str | None:
        """What a reader can do about it, in words; None where there is nothing to do."""
        is_failed, is_open = self.outcome is Outcome.FAILED, self.outcome is Outcome.INCONCLUSIVE
        return advice(self.code, is_failed, is_open, self.link is not None)


def verdict_of(checks: Iterable[Check]) -> Verdict:
    """The verdict: one failure decides, then one open question; valid needs every essential check passed.

    A check may have several rows (one per proof, per status entry). A proof set is good when a proof
    passed and none failed; a badge that names no status needs none.
    """
    found = set(map(_finding, checks))
    if not found.isdisjoint(_FAILURES):
        return Verdict.INVALID
    is_settled = found.isdisjoint(_OPEN) and found.issuperset(_NEEDED) and len(found & _STATUS) == 1
    return Verdict.VALID if is_settled else Verdict.INDETERMINATE


class Report(Struct, frozen=True):
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
    document: JsonObject | None = None
    verdict: Verdict = Verdict.INDETERMINATE

    def __post_init__(self) -> None:
        force_setattr(self, "verdict", verdict_of(self.checks))

    def __repr__(self) -> str:
        return f"Report({self.verdict!s}, {self.input_sha256})"

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
        return self._shape([{**row.json} for row in self.checks])

    def written(self) -> bytes:
        """The same as JSON text."""
        return encode(self._shape([row.written for row in self.checks]))

    def _shape(self, checks: list[Any]) -> dict[str, Any]:
        return {
            "verdict": str(self.verdict),
            "flags": list(self.flags),
            "checks": checks,
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
