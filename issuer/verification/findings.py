"""The rows and flags of a verification while it runs."""

from __future__ import annotations

from functools import cache

from issuer.errors import IssuerError
from issuer.verification.report import CHECKS, Check, Outcome

MAX_MESSAGE_CHARS = 400
_ALWAYS_LISTED = CHECKS[:-1]  # `child` appears only where a badge names children


class Findings:
    """Collects rows and flags; one per verification, used by one thread."""

    def __init__(self) -> None:
        self._rows: list[Check] = []
        self._flags: dict[str, None] = {}

    def add(self, row: Check) -> None:
        self._rows.append(row)

    def flag(self, code: str) -> None:
        self._flags[code] = None

    def failed(self, check: str, code: str, message: str, source: str) -> None:
        self._rows.append(Check(check, Outcome.FAILED, code, bounded(message), source))

    def inconclusive(self, check: str, code: str, message: str, source: str) -> None:
        self._rows.append(Check(check, Outcome.INCONCLUSIVE, code, bounded(message), source))

    def failed_by(self, check: str, problem: IssuerError, source: str) -> None:
        """A failed row that says what an error of the proofs floor says."""
        self.failed(check, problem.code, _sentence(problem), source)

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(self._flags)

    @property
    def clean(self) -> bool:
        """Whether nothing so far failed or stayed open."""
        return all(row.outcome not in (Outcome.FAILED, Outcome.INCONCLUSIVE) for row in self._rows)

    @property
    def rows(self) -> tuple[Check, ...]:
        """The rows in the published order of checks; a check without a row was not run."""
        found = {row.check for row in self._rows}
        missing = [not_run(name) for name in _ALWAYS_LISTED if name not in found]
        return tuple(sorted(self._rows + missing, key=_position))

    @property
    def problems(self) -> tuple[Check, ...]:
        """The rows that failed or stayed open, in order of finding."""
        return tuple(row for row in self._rows if row.outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE))


@cache
def not_run(check: str) -> Check:
    """The row of a check that an earlier one has made pointless."""
    return Check(check, Outcome.NOT_RUN, None, "Not looked at, because an earlier check did not pass.", "OB 3.0 §9")


def bounded(text: str, max_chars: int = MAX_MESSAGE_CHARS) -> str:
    """`text`, cut off where it would be too long for a report."""
    return text if len(text) <= max_chars else text[: max_chars - 1] + "…"


def _sentence(problem: IssuerError) -> str:
    return problem.message if problem.where is None else f"{problem.message} (At: {problem.where[:120]})"


_POSITIONS = {name: position for position, name in enumerate(CHECKS)}


def _position(row: Check) -> int:
    return _POSITIONS[row.check]
